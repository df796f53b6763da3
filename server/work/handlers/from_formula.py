"""Start from known laws: formulas in column names become the network."""

from __future__ import annotations

from kan_core.network.snapshot import from_bytes
from kan_core.symbolic.from_formula import from_formula as network_of
from server.contract.actions import FromFormula
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.sentences import rows_sentence, sentences
from server.work.result import Result, TableData
from server.work.situation import Situation, rows_of


def from_formula(action: FromFormula, parent: bytes | None, table: TableData, _emit: Emit, _control: Control) -> Result:
    """A network that equals the formulas; the person's own functions stay.

    Raises:
        FormulaError: a formula that cannot be read; says where and how to mend it.
        WorkError: the formulas have no value on any row.
    """
    rows = rows_of(table)
    functions = () if parent is None else from_bytes(parent).functions
    network = network_of(action.formulas, rows.split.for_laws.train, rows.inputs, rows.targets, functions)
    message = sentences("The network is the formula as written; refit to let its constants move.", rows_sentence(rows))
    return finish(Situation(network, rows), message)
