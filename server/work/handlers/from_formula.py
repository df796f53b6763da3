"""Start from known laws: formulas in column names become the network; letters without a value are fitted to all rows."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.expression.law import Law, LawConstant
from kan_core.fitting.model import Setting
from kan_core.law.edits import tie
from kan_core.law.following import lowered
from kan_core.network.snapshot import from_bytes
from kan_core.symbolic.from_formula import from_formula as network_of
from server.contract.actions import FromFormula
from server.work.control import Control, Emit
from server.work.handlers.finish import finish
from server.work.handlers.sentences import rows_sentence, sentences
from server.work.own_model import OwnModel, own_models
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
        network = network_of(action.formulas, rows.split.for_laws.train, rows.inputs, rows.targets, functions)
        message = sentences("The network is the formula as written; refit to let its constants move.", rows_sentence(rows))
        return finish(Situation(network, rows), message)
    network = lowered(_law_of(models, rows.inputs), rows.split.for_laws.train, rows.targets, functions)
    said = [model.message for model in models] if any(model.fitted for model in models) else ["The constants are as given."]
    return finish(
        Situation(network, rows),
        sentences(*said, rows_sentence(rows)),
        cancelled=any(model.fitted is not None and model.fitted.ended_early for model in models),
    )


def _law_of(models: Sequence[OwnModel], inputs: Sequence[str]) -> Law:
    """With letters: these are the constants, with all that was said of them; numbers are what they are."""
    constants: dict[str, LawConstant] = {}
    for model in models:
        for name, value in model.values.items():
            said = model.settings.get(name, Setting())
            state = "fixed" if said.fixed else "free"
            constants[name] = LawConstant(name, value, state, low=said.low, high=said.high)
    trees = [model.over(inputs) for model in models]
    law = Law((), tuple(constants.values())).with_expressions(trees)
    for name, said in ((name, said) for model in models for name, said in model.settings.items()):
        if said.same_as is not None and name in law.names and said.same_as in law.names:
            law = tie(law, name, said.same_as)
    return law
