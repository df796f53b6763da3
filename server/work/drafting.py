"""What a draft of a formula needs of a session's table: columns, weights, the formula among its rows. Kept between questions.

A slider asks many times a second about the same formula on the same rows, so what does not change with the values is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import DataError, FormulaError
from kan_core.expression.tree import Column, Constant, Expression, columns_of, constants_of, walk, with_constants
from kan_core.expression.typeset import typeset
from kan_core.expression.values import Program
from kan_core.fitting.along import Lines, drawn_rows, lines_of, still_point
from kan_core.fitting.categories import Categories, categories_of
from kan_core.fitting.linear import linear_constants
from kan_core.fitting.model import Model, read_model
from kan_core.fitting.problem import Rows
from kan_core.fitting.result import SigmaKind
from kan_core.fitting.rows import rows_of
from kan_core.fitting.scales import natural_scales, natural_units
from server.contract.rows import RowRoles
from server.tables.table import StoredTable
from server.work.choosing import rows_for_laws
from server.work.result import TableData, WorkError

Array = NDArray[np.floating[Any]]

# What a curve is drawn with, and how many rows and curves can be told apart on a screen.
DRAWN_ROWS, MOST_CURVES = 2_000, 24
# Rows that sizes and first values are taken from.
_FEW = 400
# What a fit may hold in memory: rows × parts of the formula × constants, of which most are never there at the same time; without
# a fit rows × parts. A formula of 20 parts with 5 constants has room on three million rows.
_MOST_FITTED, _MOST_COMPUTED, MOST_CONSTANTS = 400_000_000, 100_000_000, 200


@dataclass(frozen=True)
class Wanted:
    """What of a draft decides everything but values.

    Attributes:
        formula: as written.
        target: name.
        per: column by constant.
        roles: what the session's rows weigh and which of them judge; None when nothing is said.
        absolute: whether σ is believed.
        extra: columns that are asked for beside those of the formula.
    """

    formula: str
    target: str
    per: tuple[tuple[str, str], ...] = ()
    roles: RowRoles | None = None
    absolute: bool = True
    extra: tuple[str, ...] = ()


class Drafted:
    """A formula among the rows of a table.

    Raises:
        FormulaError: it cannot be read.
        DataError: values, σ or weights that cannot be used.
    """

    def __init__(self, table: StoredTable, wanted: Wanted) -> None:
        self._table = table
        self.labelled = labels = {name: table.labels_of(name) for name in table.names if table.labels_of(name)}
        others = [name for name in table.names if name != wanted.target]
        plain = read_model(wanted.formula, others, wanted.target, labels=labels, per=dict(wanted.per))
        self.per = dict(_brackets(plain.right)) | dict(wanted.per)
        used = {others[place] for place in columns_of(plain.right)} | set(self.per.values()) | set(wanted.extra)
        self.columns = tuple(name for name in others if name in used)
        roles = wanted.roles or RowRoles()
        self.sigma_column, self.weights_column = roles.sigma, roles.weight
        for name in (*wanted.extra, roles.sigma, roles.weight):
            if name is not None and name not in table.names:
                raise FormulaError(f"there is no column called '{name}'")
        if (same := next((name for name in wanted.extra if name == wanted.target), None)) is not None:
            raise FormulaError(f"'{same}' is the target; draw it against another column")
        inputs = table.select(self.columns) if self.columns else np.zeros((table.rows, 0))
        written = read_model(wanted.formula, self.columns, wanted.target, labels=labels, per=dict(wanted.per))
        self.model: Model = written.among(inputs)
        self._check_size(table.rows)
        fitted = rows_for_laws(table, (wanted.target,), roles)
        sigma, weights = (None if name is None else self._column(name)[fitted] for name in (roles.sigma, roles.weight))
        self.rows: Rows = rows_of(self.model.left, inputs[fitted], self._column(wanted.target)[fitted], sigma, weights)
        self.kept = fitted if weights is None else fitted[weights > 0]
        self.of = table.rows
        self.sigma: SigmaKind = "none" if sigma is None else "absolute" if wanted.absolute else "relative"
        self.program = Program(self.model.right, self.rows.inputs, self.model.names)
        shown = with_constants(plain.right, {name: Constant(f"{name}[{column}]") for name, column in wanted.per})
        self.latex = f"{typeset(plain.left, [wanted.target])} = {typeset(shown, others)}"
        self.linear = frozenset(linear_constants(self.model.right, frozenset(self.model.names)))

    @property
    def parts(self) -> int:
        """Distinct parts of the formula."""
        return len(set(walk(self.model.right)))

    def check_fit(self) -> None:
        """Whether there is room to fit it.

        Raises:
            DataError: it has too many parts and constants for so many rows.
        """
        if len(self.rows.target) * self.parts * (1 + len(self.model.names)) > _MOST_FITTED:
            raise DataError(
                f"{len(self.model.names)} constants in a formula of {self.parts} parts are too many for "
                f"{len(self.rows.target):,} rows: write it shorter, or fit fewer rows"
            )

    def _check_size(self, rows: int) -> None:
        constants = len(self.model.names)
        if constants > MOST_CONSTANTS:
            raise FormulaError(
                f"the formula has {constants} constants; at most {MOST_CONSTANTS} are allowed. One value per category counts each"
            )
        if rows * self.parts > _MOST_COMPUTED:
            raise DataError(f"the formula has {self.parts} parts, which are too many for {rows:,} rows: write it shorter")

    def _column(self, name: str) -> Array:
        return self._table.select([name])[:, 0]

    @cached_property
    def sizes(self) -> dict[str, float]:
        """The natural size of each constant."""
        few = self.few
        return natural_scales(self.model.right, few.inputs, few.target, self.model.names)

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of each constant that has one; none where a function of the target stands on the left."""
        if not isinstance(self.model.left, Column):
            return {}
        unit = dict(zip(self._table.names, self._table.units, strict=True))
        return natural_units(self.model.right, [unit[name] for name in (*self.columns, self.model.target)], self.model.names)

    @cached_property
    def few(self) -> Rows:
        """Some hundred rows, evenly spread."""
        every = max(1, len(self.rows.target) // _FEW)
        return self.rows.take(slice(None, None, every))

    @cached_property
    def still(self) -> Array:
        """(inputs,) where columns stand that a curve does not run along."""
        return still_point(self.rows.inputs)

    @cached_property
    def lines(self) -> Lines:
        """The curves, one for each combination of categories."""
        families = {family.categories.column: family.categories for family in self.model.families}
        return lines_of(self.rows.inputs, self.columns, list(families.values()), MOST_CURVES)

    @cached_property
    def drawn(self) -> NDArray[np.intp]:
        """Places of the rows that are drawn: all, or so many drawn by lot."""
        return drawn_rows(self.lines, DRAWN_ROWS)

    @cached_property
    def categories(self) -> list[Categories]:
        """Columns of the table, inputs or not, that constants can have one value per category of."""
        return _categories(self._table, self.model.target)


def _categories(table: StoredTable, target: str) -> list[Categories]:
    found: list[Categories] = []
    for place, name in enumerate(table.names):
        made = None if name == target else categories_of(name, table.values[:, place], table.labels_of(name), most=MOST_CURVES)
        if made is not None:
            found.append(made)
    return found


def _brackets(right: Expression) -> list[tuple[str, str]]:
    parted = [name.partition("[") for name in constants_of(right)]
    return [(name, column.removesuffix("]")) for name, bracket, column in parted if bracket]


@lru_cache(maxsize=1)
def _table(content: _Content) -> StoredTable:
    return StoredTable.from_bytes(content.data)


@lru_cache(maxsize=2)
def _drafted(content: _Content, wanted: Wanted) -> Drafted:
    return Drafted(_table(content), wanted)


class _Content:
    """Bytes that a cache tells apart by their key."""

    def __init__(self, key: str, data: bytes) -> None:
        self.key = key
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


def drafted(table: TableData | None, wanted: Wanted) -> Drafted:
    """The formula among the rows, as it was kept or made now.

    Raises:
        WorkError: there is no table.
        FormulaError: it cannot be read.
        DataError: values, σ or weights that cannot be used.
        TableError: a column that is not in the table.
    """
    if table is None:
        raise WorkError("There is no dataset.", hint="Choose a sample or upload a table first.")
    return _drafted(_Content(table.key, table.content), wanted)
