"""The curves of a revision."""

from __future__ import annotations

from server.contract.events import Curves
from server.work.query import CurvesQuery
from server.work.result import Material
from server.work.situation import situation_of
from server.work.views.curves_frame import curves_frame


def curves(_query: CurvesQuery, material: Material) -> Curves:
    """Every active edge, or the most important ones, with the density of the data."""
    return curves_frame(situation_of(material.network, material.table), revision=material.revision)
