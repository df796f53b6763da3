"""Start from a known law: formulas in column names → a network of symbolic edges, sum and product nodes that equals them."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.errors import FormulaError
from kan_core.expression.law_reading import law_of_trees
from kan_core.expression.operations import evaluated
from kan_core.expression.own import written_size
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Exact, Expression, walk, with_constants
from kan_core.network.create import normalisation_of
from kan_core.network.network import Network, Normalisation
from kan_core.network.trace import evaluate
from kan_core.primitives.library import short_name
from kan_core.symbolic.assembly import Decided, assembled
from kan_core.symbolic.edge_sums import EdgeSum
from kan_core.symbolic.exact_units import exact_where_it_jumps
from kan_core.symbolic.expression import LONGEST
from kan_core.symbolic.lowering import Lowering
from kan_core.training.data import Table


@dataclass(frozen=True, eq=False)
class Lowered:
    """A network that equals formulas.

    Attributes:
        network: in the given units.
        decided: for each layer, which named constants decide a constant of a symbolic edge, by (target, source, place); places
            are those of a, b, c, d, and what no named constant decides is absent.
    """

    network: Network
    decided: tuple[Decided, ...]


def from_formula(
    formulas: Sequence[str],
    table: Table,
    input_names: Sequence[str],
    target_names: Sequence[str],
    functions: Sequence[str] = (),
) -> Network:
    """The network that computes the formulas, to rounding, in the data's own units, with them as its law.

    Whole numbers, pi, e and halves as exponents belong to the form; other numbers are the law's free constants.

    Args:
        formulas: one a target, in the grammar of `expression.grammar`.
        table: training rows, for units and ranges.
        input_names: columns in order.
        target_names: targets in order.
        functions: full names of the person's own functions; those with a word can be called by it. They stay with the network.

    Raises:
        FormulaError: not one formula for each target, or one that cannot be read, has a constant without a value, or is defined
            on rows where no network can say it.
    """
    if len(formulas) != len(target_names):
        names = ", ".join(target_names)
        raise FormulaError(f"one formula is needed for each of {names}; the number given is {len(formulas)}")
    own = {short_name(name): name for name in functions}
    trees: list[Expression] = []
    for text, target in zip(formulas, target_names, strict=True):
        with _told_of(target, target_names):
            trees.append(parse(text, input_names, target=target, functions=own))
    law = law_of_trees(trees, input_names)
    values = {constant.name: constant.value for constant in law.constants}
    made = lowered(law.expressions, normalisation_of(table), table.inputs, target_names, values, functions)
    # What own functions make too long to be read is no law to work on; it is written with symbols for hidden nodes.
    short = all(written_size(tree) <= LONGEST for tree in law.expressions)
    return replace(made.network, law=law) if short else made.network


def lowered(
    expressions: Sequence[Expression],
    units: Normalisation,
    inputs: Tensor,
    target_names: Sequence[str],
    constants: Mapping[str, float] | None = None,
    functions: Sequence[str] = (),
) -> Lowered:
    """The network that computes trees.

    Args:
        expressions: one a target, in raw units.
        units: of the network; inputs on which a formula jumps get others, in which they are exact.
        inputs: (batch, inputs) raw rows, for the ranges of nodes.
        target_names: for errors.
        constants: values of the named constants.
        functions: the person's own functions, which stay with the network.

    Raises:
        FormulaError: a formula that has a constant part without a value, or is defined on rows where no network can say it.
    """
    values = constants or {}
    given, units = units, exact_where_it_jumps(units, expressions, inputs)
    lowering = Lowering(units.input_shift.tolist(), units.input_scale.tolist(), values)
    outputs: list[EdgeSum] = []
    for number, (tree, target) in enumerate(zip(expressions, target_names, strict=True)):
        scale, shift = float(units.target_scale[number]), float(units.target_shift[number])
        with _told_of(target, target_names):
            outputs.append(lowering.lower(tree).scaled(1 / scale, -shift / scale))
    layers, decided = assembled(outputs, units, units.inputs(inputs), ranged=units is not given)
    network = Network(layers, units, functions=tuple(functions))
    for number, (tree, target) in enumerate(zip(expressions, target_names, strict=True)):
        if any(isinstance(part, Apply) and len(part.arguments) > 1 for part in walk(tree)):
            plain = with_constants(tree, {name: Exact(value) for name, value in values.items()})
            with _told_of(target, target_names):
                _check_defined(evaluated(torch, plain, inputs.unbind(1)), evaluate(network, inputs)[:, number])
    return Lowered(network, decided)


@contextmanager
def _told_of(target: str, targets: Sequence[str]) -> Generator[None]:
    """Where there are several formulas, an error says of which it speaks."""
    try:
        yield
    except FormulaError as error:
        told = str(error) if len(targets) == 1 else f"formula of {target}, {error}"
        raise FormulaError(told, position=error.position) from None


def _check_defined(formula: Tensor, network: Tensor) -> None:
    """A network computes every branch on every row, also one that is not taken there.

    Raises:
        FormulaError: the formula has a value on a row, the network has none.
    """
    lost = torch.nonzero(torch.isfinite(formula) & ~torch.isfinite(network))[:, 0]
    if len(lost):
        rows = f"{len(lost)} rows, the first is row {int(lost[0]) + 1}" if len(lost) > 1 else f"row {int(lost[0]) + 1}"
        raise FormulaError(
            f"a network computes both branches of a choice on every row, and one has no value on {rows}, where it is not "
            "taken; write each so that it has a value there, such as log(max(x, 1)) in place of log(x)"
        )
