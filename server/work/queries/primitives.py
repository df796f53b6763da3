"""The functions an edge can be given: the library, and the person's own when a network is given."""

from __future__ import annotations

from kan_core.network.snapshot import from_bytes
from kan_core.primitives.library import LIBRARY, get_primitive, is_own, own_arguments
from server.contract.rest import PrimitiveView
from server.work.query import PrimitivesQuery, PrimitiveViews
from server.work.result import Material


def primitives(_query: PrimitivesQuery, material: Material) -> PrimitiveViews:
    """Each function with its LaTeX, what it costs in a ranking and where it is defined."""
    functions = () if material.network is None else from_bytes(material.network).functions
    own = [name for name in functions if len(own_arguments(name)) == 1]
    return PrimitiveViews(primitives=[_view(name) for name in (*LIBRARY, *own)])


def _view(name: str) -> PrimitiveView:
    primitive = get_primitive(name)
    return PrimitiveView(
        name=name,
        latex=primitive.latex("x"),
        complexity=primitive.complexity,
        domain=primitive.domain.describe(),
        own=is_own(name),
    )
