"""What a revision can be taken away as: a further format is a printer in `kan_core.export`, a row here and a row on the page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

ExportFormat = Literal["latex", "sympy", "python", "json", "report"]
ExportCheck = Literal["formula", "sympy", "python", "network"]
"""How an export is proved: by its formula's values, by what it gives when it is executed, or by the network read back from it."""


class Export(NamedTuple):
    """One row.

    Attributes:
        printer: module and function of `kan_core.export` that writes it; None for the report, which the server writes.
        check: how it is proved.
        ending: of its file.
        media: its media type.
        comment: what begins a line of comment in it; None where there is none.
    """

    printer: tuple[str, str] | None
    check: ExportCheck
    ending: str
    media: str
    comment: str | None = None


EXPORTS: Mapping[ExportFormat, Export] = MappingProxyType(
    {
        "latex": Export(("latex", "latex_document"), "formula", "tex", "text/x-tex", "%"),
        "sympy": Export(("sympy_text", "sympy_script"), "sympy", "sympy.py", "text/plain", "#"),
        "python": Export(("python_code", "python_code"), "python", "py", "text/x-python", "#"),
        "json": Export(("json_document", "json_document"), "network", "json", "application/json"),
        "report": Export(None, "formula", "html", "text/html"),
    }
)
