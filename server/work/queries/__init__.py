"""One answer a file for every kind of query. An answer changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from server.work.control import Answer
from server.work.queries.candidate import candidate
from server.work.queries.constants import constants
from server.work.queries.curves import curves
from server.work.queries.edge_detail import edge_detail
from server.work.queries.equation_table import equation_table
from server.work.queries.export import export
from server.work.queries.model_draft import model_draft
from server.work.queries.primitives import primitives
from server.work.queries.prune_proposal import prune_proposal
from server.work.queries.read_formula import read_formula
from server.work.queries.read_upload import read_upload
from server.work.queries.sample import sample, sample_list
from server.work.queries.suggestions import suggestions
from server.work.queries.table_rows import table_rows
from server.work.queries.validity import validity

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "suggestions": suggestions,
        "edge_detail": edge_detail,
        "candidate": candidate,
        "constants": constants,
        "validity": validity,
        "prune_proposal": prune_proposal,
        "read_formula": read_formula,
        "model_draft": model_draft,
        "curves": curves,
        "export": export,
        "read_table": read_upload,
        "equation_table": equation_table,
        "table_rows": table_rows,
        "sample": sample,
        "sample_list": sample_list,
        "primitives": primitives,
    }
)
