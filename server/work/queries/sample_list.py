"""The list of the samples."""

from __future__ import annotations

from kan_core.science.gallery import GALLERY
from kan_core.science.sample import Sample
from server.contract.views import SampleView
from server.work.query import SampleListQuery, SampleViews
from server.work.result import Material


def sample_list(_query: SampleListQuery, _material: Material) -> SampleViews:
    """The gallery in its order."""
    return SampleViews(samples=[_view(sample) for sample in GALLERY.values()])


def _view(found: Sample) -> SampleView:
    return SampleView(
        name=found.name,
        title=found.title,
        summary=found.summary,
        rows=len(found.values()),
        inputs=[column.name for column in found.inputs],
        targets=[column.name for column in found.targets],
        real=found.real,
        formula_hint=found.formula_hint,
        source=found.source,
        licence=found.licence,
    )
