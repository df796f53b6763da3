"""A candidate's values beside the learned curve."""

from __future__ import annotations

import math

import torch

from kan_core.primitives.library import get_primitive
from server.contract.rest import CandidateCurve
from server.work.queries.edge_detail import POINTS
from server.work.query import CandidateQuery
from server.work.result import Material
from server.work.situation import situation_of
from server.work.views.edge_forms import constants_for, edge_curve
from server.work.views.network_view import edge_id


def candidate(query: CandidateQuery, material: Material) -> CandidateCurve:
    """c·f(a·x + b) + d on the x of the edge detail; where the function has no value there is none."""
    situation = situation_of(material.network, material.table)
    edge = edge_id(query.edge)
    form = constants_for(situation, edge, query.primitive, (query.a, query.b, query.c, query.d))
    a, b, c, d = form.constants
    x = edge_curve(situation, edge, POINTS).x
    values = torch.as_tensor(c * get_primitive(form.primitive).evaluate(a * x + b) + d).tolist()
    return CandidateCurve(
        primitive=form.primitive, a=a, b=b, c=c, d=d, r2=form.r2, y=[value if math.isfinite(value) else None for value in values]
    )
