"""Formulas of an action that have letters to fit: each among all rows of the session, with a value for every constant."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kan_core.errors import FormulaError
from kan_core.expression.text import parse
from kan_core.expression.tree import Column, Expression, rebuilt
from kan_core.fitting.begin import beginnings
from kan_core.fitting.formula import fit_rows
from kan_core.fitting.joint import fit_together
from kan_core.fitting.model import Model, Setting, settings_of
from kan_core.fitting.result import FormulaFit
from kan_core.fitting.stopping import Stop
from kan_core.primitives.library import short_name
from server.contract.actions import FromFormula
from server.contract.model_draft import ConstantSetting
from server.work.drafting import Drafted, Wanted, drafted
from server.work.handlers.sentences import listed, plural, sentences
from server.work.result import TableData
from server.work.situation import Rows

# Longer than a search for starts takes on a table of usual size; what is best then is kept, and said so.
_FIT_SECONDS = 30.0
_MOST_NAMED = 6


@dataclass(frozen=True, eq=False)
class OwnModel:
    """A formula with values.

    Attributes:
        model: among the rows of the table.
        settings: what was said of each constant.
        values: of all constants.
        fitted: the fit they are from; None when all were given, or the fit is that of another formula with the same constants.
        of: rows of the table, each once a formula that was fitted.
    """

    model: Model
    settings: Mapping[str, Setting]
    values: Mapping[str, float]
    fitted: FormulaFit | None
    of: int = 0

    def over(self, inputs: Sequence[str]) -> Expression:
        """The target by itself, over the inputs of a session.

        Raises:
            FormulaError: a column that is no input, or a left side that cannot be undone.
        """
        names = list(inputs)
        for name in self.model.columns:
            if name not in names:
                raise FormulaError(
                    f"'{name}' is a column of the table, but no input of this session; start a session with it among the inputs"
                )
        solved = self.model.solved()
        if solved is None:
            raise FormulaError(f"{self.model.left_text} cannot be solved for {self.model.target}; write {self.model.target} = …")
        places = [names.index(name) for name in self.model.columns]
        return rebuilt(solved, lambda node: Column(places[node.index]) if isinstance(node, Column) else None)

    @property
    def message(self) -> str:
        """What was fitted, and what must be known of it."""
        if self.fitted is None:
            return ""
        named = [_named(each.name, each.value, each.standard_error) for each in self.fitted.constants if not each.fixed]
        every = f"all {plural(self.of, 'row')}" if self.fitted.rows == self.of else f"{self.fitted.rows:,} of {self.of:,} rows"
        return sentences(f"Fitted to {every}: {listed(named, _MOST_NAMED)}.", *self.fitted.notes)


def settings_in(constants: Sequence[ConstantSetting]) -> dict[str, Setting]:
    """What is said of constants, by their names; Vm[treated] for a single category."""
    made: dict[str, Setting] = {}
    for each in constants:
        key = each.name if each.category is None else f"{each.name}[{each.category}]"
        low, high = (-float("inf") if each.low is None else each.low), (float("inf") if each.high is None else each.high)
        made[key] = Setting(each.value, low, high, each.fixed, each.same_as)
    return made


def own_models(action: FromFormula, rows: Rows, table: TableData, functions: Sequence[str], stop: Stop) -> list[OwnModel] | None:
    """Each formula with values for its letters; None when none has any, so that nothing is to be fitted or looked up.

    Raises:
        FormulaError: a formula that cannot be read or fitted, or a setting for no constant.
        DataError: rows that constants cannot be fitted to.
    """
    texts = action.formulas
    if len(texts) != len(rows.targets) or not (action.constants or action.per or _has_letters(texts, rows, functions)):
        return None
    if rows.classes:
        raise FormulaError("constants are fitted to numbers; in formulas of classes write numbers in their place")
    began = time.monotonic()

    def over() -> bool:
        return stop() or time.monotonic() - began > _FIT_SECONDS

    settings = settings_in(action.constants)
    among = [
        drafted(table, Wanted(text, target, _per_of(text, action.per), table.roles))
        for text, target in zip(texts, rows.targets, strict=True)
    ]
    _check_names(among, settings)
    made: dict[int, OwnModel] = {}
    for group in _sharing(among):
        made |= zip(group, _valued([among[place] for place in group], settings, action.fit, over), strict=True)
    return [made[place] for place in range(len(among))]


def _has_letters(texts: Sequence[str], rows: Rows, functions: Sequence[str]) -> bool:
    """Whether a formula that cannot be read as it stands can be with letters for constants."""
    own = {short_name(name): name for name in functions}
    for text, target in zip(texts, rows.targets, strict=True):
        try:
            parse(text, rows.inputs, target=target, functions=own)
        except FormulaError:
            return True
    return False


def _per_of(text: str, per: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Those that a formula has."""
    return tuple(sorted((name, column) for name, column in per.items() if name in text))


def _check_names(among: Sequence[Drafted], settings: Mapping[str, Setting]) -> None:
    """Each setting speaks of a constant of some formula."""
    known = [{*each.model.names, *(family.name for family in each.model.families)} for each in among]
    for name in settings:
        if not any(name in names for names in known):
            every = ", ".join(dict.fromkeys(name for each in among for name in each.model.names)) or "none"
            raise FormulaError(f"no formula has a constant called '{name}'; the constants are: {every}")


def _sharing(among: Sequence[Drafted]) -> list[list[int]]:
    """Places of formulas that share constants, each group in order; targets that stand alone are groups of one."""
    groups: list[tuple[set[str], list[int]]] = []
    for place, each in enumerate(among):
        names = set(each.model.names)
        touching = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        groups.append((names.union(*(own for own, _ in touching)), [*(old for _, places in touching for old in places), place]))
    return [sorted(places) for _, places in groups]


def _valued(among: Sequence[Drafted], settings: Mapping[str, Setting], fit: bool | None, stop: Stop) -> list[OwnModel]:
    """Formulas that share constants with their values."""
    own: dict[str, Setting] = {}
    for each in among:
        known = {*each.model.names, *(family.name for family in each.model.families)}
        own |= settings_of(each.model, {name: said for name, said in settings.items() if name in known})
    names = dict.fromkeys(name for each in among for name in each.model.names)
    missing = [name for name in names if (said := own.get(name, Setting())).start is None and said.same_as is None]
    if fit is False and missing:
        raise FormulaError(f"{', '.join(missing)} {'has' if len(missing) == 1 else 'have'} no value, and nothing is to be fitted")
    if fit is False or (fit is None and not missing):
        return [OwnModel(each.model, own, beginnings(each.model, each.few, own), None) for each in among]
    for each in among:
        each.check_fit()
    first = among[0]
    if len(among) == 1:
        fitted = fit_rows(first.model, first.rows, own, first.sigma, anywhere=bool(missing), stop=stop)
    else:
        fitted = fit_together([each.model for each in among], [each.rows for each in among], own, first.sigma, stop=stop)
    values = fitted.values
    of = sum(each.of for each in among)
    return [
        OwnModel(each.model, own, {name: values[name] for name in each.model.names}, fitted if each is first else None, of)
        for each in among
    ]


def _named(name: str, value: float, error: float | None) -> str:
    return f"{name} = {value:.4g}" if error is None else f"{name} = {value:.4g} ± {error:.2g}"
