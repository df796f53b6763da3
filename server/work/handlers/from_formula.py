"""Start from known laws: formulas in column names become the network; letters without a value are fitted to all rows."""

from __future__ import annotations

from kan_core.network.create import normalisation_of
from kan_core.network.snapshot import from_bytes
from kan_core.symbolic.from_formula import from_formula as network_of
from kan_core.symbolic.from_formula import lowered
from server.contract.actions import FromFormula
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.sentences import rows_sentence, sentences
from server.work.own_model import own_models
from server.work.result import Result, TableData
from server.work.situation import Situation, rows_of


def from_formula(action: FromFormula, parent: bytes | None, table: TableData, _emit: Emit, control: Control) -> Result:
    """A network that equals the formulas; the person's own functions stay.

    Raises:
        FormulaError: a formula that cannot be read or fitted; says where and how to mend it.
        DataError: rows that constants cannot be fitted to.
        WorkError: the formulas have no value on any row.
    """
    rows = rows_of(table)
    functions = () if parent is None else from_bytes(parent).functions
    models = own_models(action, rows, table, functions, control.should_stop)
    if models is None:
        network = network_of(action.formulas, rows.split.train, rows.inputs, rows.targets, functions)
        message = sentences("The network is the formula as written; refit to let its constants move.", rows_sentence(rows))
        return finish(Situation(network, rows), message)
    trees = [model.over(rows.inputs) for model in models]
    values = {name: value for model in models for name, value in model.values.items()}
    train = rows.split.train
    network = lowered(trees, normalisation_of(train), train.inputs, rows.targets, values, functions).network
    said = [model.message for model in models] if any(model.fitted for model in models) else ["The constants are as given."]
    return finish(
        Situation(network, rows),
        sentences(*said, rows_sentence(rows)),
        cancelled=any(model.fitted is not None and model.fitted.ended_early for model in models),
    )
