"""The JSON export: a network and its formula as one document that other programs can read without this one.

Written by `kan_core.export.json_document`, which knows nothing of the contract; a test holds each against the other. Numbers
that JSON lacks (NaN, infinities) are null.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.contract.base import Message

Number = float | None


class DocumentColumn(Message):
    """A column of the table that takes part."""

    name: str
    role: Literal["input", "target"]
    unit: str | None


class DocumentFormula(Message):
    """The formula, if a network with splines can be called one."""

    sympy: dict[str, str] = Field(description="Python text of each target's formula; names that are no identifiers are replaced.")
    latex: str
    complexity: int
    symbolic: bool = Field(description="No splines are left.")
    maximum_difference: Number = Field(description="Largest |network - formula| on the rows; null when it was not written out.")
    note: str | None


class DocumentNormalisation(Message):
    """Raw value = shift + scale · value in the network, one number a column."""

    input_shift: list[Number]
    input_scale: list[Number]
    target_shift: list[Number]
    target_scale: list[Number]


class DocumentGrid(Message):
    """Knots of the splines that leave each source node: from low to high, in equal intervals unless breaks are given."""

    low: list[Number]
    high: list[Number]
    intervals: int
    degree: int
    breaks: list[list[Number]] | None = Field(description="Ends of the intervals of each source that are not equal.")


class DocumentNode(Message):
    """A node sums what enters it, or multiplies its factors; arity is the number of subnodes."""

    kind: Literal["sum", "product"]
    arity: int


class DocumentSpline(Message):
    """An edge with a spline; target counts subnodes. Edges that are not listed are zero."""

    kind: Literal["spline"] = "spline"
    target: int
    source: int
    grid: int = Field(description="0 the layer's grid, n the n-th of its finer ones.")
    coefficients: list[Number]
    weight: Number = Field(default=None, description="Of the base function; left out where the layer has none.")


class DocumentSymbolic(Message):
    """An edge c·f(a·x + b) + d; target counts subnodes."""

    kind: Literal["symbolic"] = "symbolic"
    target: int
    source: int
    primitive: str = Field(description="Of the library, or a definition such as bump(x) = x*exp(-x^2).")
    a: Number
    b: Number
    c: Number
    d: Number


DocumentEdge = Annotated[DocumentSpline | DocumentSymbolic, Field(discriminator="kind")]


class DocumentLayer(Message):
    """The edges from one level of nodes to the next."""

    nodes: list[DocumentNode]
    base: Literal["silu", "identity"] | None = Field(description="Each spline edge is weight · base(x) + spline.")
    grid: DocumentGrid
    finer: list[DocumentGrid]
    edges: list[DocumentEdge]


class NetworkDocument(Message):
    """What /export/json gives."""

    format: Literal["kanscope-network"] = "kanscope-network"
    version: int
    columns: list[DocumentColumn]
    formula: DocumentFormula
    normalisation: DocumentNormalisation
    shape: list[int] = Field(description="Node counts from inputs to outputs.")
    layers: list[DocumentLayer]
