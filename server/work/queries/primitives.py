"""The primitive library."""

from __future__ import annotations

from kan_core.primitives.library import LIBRARY
from server.contract.rest import PrimitiveView
from server.work.query import PrimitivesQuery, PrimitiveViews
from server.work.result import Material


def primitives(_query: PrimitivesQuery, _material: Material) -> PrimitiveViews:
    """Each function with its LaTeX, what it costs in a ranking and where it is defined."""
    return PrimitiveViews(
        primitives=[
            PrimitiveView(
                name=name, latex=primitive.latex("x"), complexity=primitive.complexity, domain=primitive.domain.describe()
            )
            for name, primitive in LIBRARY.items()
        ]
    )
