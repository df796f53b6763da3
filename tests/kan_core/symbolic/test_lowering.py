"""Whatever can be written becomes a network that equals it, and each of its constants knows the named ones that decide it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS, Function
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Column, Exact, Expression, product, total, with_constants
from kan_core.expression.values import values_of
from kan_core.network.create import normalisation_of
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from kan_core.symbolic.from_formula import Lowered, from_formula, lowered
from kan_core.training.data import Table, make_table
from tests.kan_core.networks import uniform

NAMES = ("u", "v", "w")


def table_of(low: float = -2.9, high: float = 2.9, rows: int = 200) -> Table:
    x = low + (high - low) * (1 + uniform(rows, 3, 7)) / 2
    return make_table(x, 5 + 2 * uniform(rows, 1, 3))


def network_of(tree: Expression, table: Table, **constants: float) -> Lowered:
    return lowered([tree], normalisation_of(table), table.inputs, ["y"], constants)


def assert_equal(network: Network, tree: Expression, table: Table) -> None:
    values, wanted = evaluate(network, table.inputs)[:, 0].numpy(), values_of(tree, table.inputs.numpy())
    assert np.isfinite(wanted).any()
    told = np.isfinite(wanted)
    np.testing.assert_array_equal(np.isfinite(values), told)
    np.testing.assert_allclose(values[told], wanted[told], rtol=1e-9, atol=1e-9 * max(1.0, np.abs(wanted[told]).max()))


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_every_function_becomes_a_network(row: Function) -> None:
    """Of columns, of sums of them, and inside others; the network is written and read back as it is."""
    columns = tuple(Column(place) for place in range(row.arguments))
    shifted = tuple(total(product(Exact(0.3), column), Exact(0.47)) for column in columns)
    table = table_of()
    for arguments in (columns, shifted, (product(Exact(0.4), Column(0), Column(1)), *columns[1:])):
        tree = total(product(Exact(2.0), Apply(row.name, arguments)), Apply("sin", (Column(2),)))
        network = network_of(tree, table).network
        assert_equal(network, tree, table)
        assert to_bytes(from_bytes(to_bytes(network))) == to_bytes(network)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("min(u, 1)", lambda u, _: np.minimum(u, 1)),
        ("max(u, v)", np.maximum),
        ("3*(u > 0.5) + v", lambda u, v: 3 * (u > 0.5) + v),
        ("mod(u, 1) + v", lambda u, v: np.mod(u, 1) + v),
        ("floor(u)*v", lambda u, v: np.floor(u) * v),
        ("round(u^2 + v)", lambda u, v: np.floor(u**2 + v + 0.5)),
        ("mod(u, v)", np.mod),
        ("atan2(u, v)", np.arctan2),
        ("where(u > v, u^2, -v)", lambda u, v: np.where(u > v, u**2, -v)),
        ("exp(-hypot(u, v))", lambda u, v: np.exp(-np.hypot(u, v))),
        ("max(u, max(v, 0))", lambda u, v: np.maximum(u, np.maximum(v, 0))),
        ("sign(u)*cbrt(abs(v))", lambda u, v: np.sign(u) * np.cbrt(np.abs(v))),
    ],
)
def test_choices_and_steps_are_said_exactly(text: str, wanted: np.ufunc) -> None:
    table = table_of()
    network = from_formula([text], table, NAMES, ["y"])
    u, v, _ = table.inputs.numpy().T
    np.testing.assert_allclose(evaluate(network, table.inputs)[:, 0].numpy(), wanted(u, v), rtol=1e-10, atol=1e-10)


def test_a_branch_without_a_value_where_it_is_not_taken_is_told_with_its_row() -> None:
    table = table_of()
    with pytest.raises(
        FormulaError, match=r"both branches of a choice on every row, and one has no value on \d+ rows, the first"
    ):
        from_formula(["where(u > 0, log(u), 0)"], table, NAMES, ["y"])
    network = from_formula(["where(u > 0, log(max(u, 1e-9)), 0)"], table, NAMES, ["y"])
    u = table.inputs[:, 0]
    torch.testing.assert_close(evaluate(network, table.inputs)[:, 0], torch.where(u > 0, u.clamp_min(1e-9).log(), 0.0))


def test_own_functions_of_several_arguments_are_written_out() -> None:
    own = ("mean(x, y) = (x + y)/2", "bump(x) = exp(-x^2)")
    table = table_of()
    network = from_formula(["bump(mean(u, 3*v)) + mean(w, 1)"], table, NAMES, ["y"], own)
    assert network.functions == own
    u, v, w = table.inputs.T
    torch.testing.assert_close(evaluate(network, table.inputs)[:, 0], torch.exp(-(((u + 3 * v) / 2) ** 2)) + (w + 1) / 2)


@pytest.mark.parametrize(
    ("text", "shape"),
    [("1/u^2", (3, 1)), ("(u^-1)^-3", (3, 1)), ("(u^2)^2 + v", (3, 1)), ("sec(u)", (3, 1)), ("log2(u + v)", (3, 1, 1))],
)
def test_what_one_edge_can_say_takes_one(text: str, shape: tuple[int, ...]) -> None:
    assert from_formula([text], table_of(0.5, 2.0), NAMES, ["y"]).shape == shape


def test_the_constants_of_edges_know_which_named_ones_decide_them() -> None:
    table = table_of(0.5, 2.0)
    tree = parse("A*exp(-u/tau) + 2*sin(v) + c", NAMES, constants=True)
    made = network_of(tree, table, A=1.5, tau=0.7, c=-0.2)
    (layer,), (decided,) = made.network.layers, made.decided
    edges = {edge.primitive: (edge.target, edge.source) for edge in layer.structure.symbolic}
    exponential, sine = edges["exp"], edges["sin"]
    assert decided[*exponential, 0] == {"tau"}
    assert decided[*exponential, 2] == {"A"}
    assert not any((*sine, place) in decided for place in range(3))
    assert {name for names in decided.values() for name in names} == {"A", "tau", "c"}
    assert_equal(made.network, with_constants(tree, {"A": Exact(1.5), "tau": Exact(0.7), "c": Exact(-0.2)}), table)


def test_a_constant_moves_exactly_what_it_decides() -> None:
    """Against lowering at other values: what differs is what is said to depend, in a formula with nodes, powers and products."""
    table = table_of(0.5, 2.0)
    tree = parse("A*exp(-(u + k)^2/s)*log(v + k) + b*w^p + 1/(u + A)", NAMES, constants=True)
    values = {"A": 1.5, "k": 0.3, "s": 0.7, "b": -2.0, "p": 1.3}
    made = network_of(tree, table, **values)
    for name, value in values.items():
        moved = network_of(tree, table, **values | {name: 1.01 * value}).network
        for layer, other, decided in zip(made.network.layers, moved.layers, made.decided, strict=True):
            assert layer.structure.symbolic == other.structure.symbolic
            for row, edge in enumerate(layer.structure.symbolic):
                for place in range(4):
                    differs = float(layer.constants[row, place]) != float(other.constants[row, place])
                    assert differs == (name in decided.get((edge.target, edge.source, place), frozenset()))


def test_constants_that_happen_to_agree_or_to_vanish_keep_their_places() -> None:
    table = table_of(0.5, 2.0)
    tree = parse("sin(a*u) + sin(b*u) + z*v", NAMES, constants=True)
    made = network_of(tree, table, a=1.0, b=1.0, z=0.0)
    names = {name for decided in made.decided for names in decided.values() for name in names}
    assert names == {"a", "b", "z"}
    assert_equal(made.network, parse("2*sin(u)", NAMES), table)


def test_a_numeric_part_without_a_value_says_of_which_target_it_is() -> None:
    table = make_table(table_of().inputs, torch.ones(200, 2, dtype=torch.float64))
    with pytest.raises(FormulaError, match="formula of b, log has no finite value at -1"):
        from_formula(["u", "log(-1)*u"], table, NAMES, ["a", "b"])


def test_a_constant_without_a_value_is_named() -> None:
    with pytest.raises(FormulaError, match="the constant 'k' has no value"):
        network_of(parse("k*u", NAMES, constants=True), table_of())


@pytest.mark.parametrize("first", [0, 1990])
@pytest.mark.parametrize("count", [8, 24, 101])
def test_whole_numbers_stay_whole_where_a_formula_jumps(first: int, count: int) -> None:
    """In units that round, 3 may come back as 2.9999999999999996, whose floor is 2."""
    n = first + np.arange(count, dtype=float).repeat(3)
    m = np.arange(3 * count, dtype=float) % 4
    table = make_table(torch.from_numpy(np.stack([n, m], 1)), torch.from_numpy(n[:, None]))
    for text, wanted in {
        "floor(n)": n,
        "mod(n, 2)": n % 2,
        "3*(n >= 7) - (n <= m)": 3.0 * (n >= 7) - (n <= m),
        "where(m > 2, n, 0)": np.where(m > 2, n, 0),
        "ceil(0.1*n)*m": np.ceil(0.1 * n) * m,
        "sign(n - m) + step(n - 3)": np.sign(n - m) + np.heaviside(n - 3, 0.5),
        "round(n/2 + m)": np.floor(n / 2 + m + 0.5),
    }.items():
        network = from_formula([text], table, ["n", "m"], ["y"])
        np.testing.assert_allclose(evaluate(network, table.inputs)[:, 0].numpy(), wanted, rtol=1e-12, atol=1e-9)
        low, high = network.layers[0].grid.low, network.layers[0].grid.high
        x = network.normalisation.inputs(table.inputs)
        assert bool(((x >= low) & (x <= high)).all())
        assert bool(((high - low) <= 1.2 * (x.amax(0) - x.amin(0))).all())


def test_decimals_stay_what_they_are_where_a_formula_jumps() -> None:
    x = torch.arange(400, dtype=torch.float64).unsqueeze(1) / 10 - 13
    table = make_table(x, x)
    for text, wanted in {"floor(10*x)": torch.floor(10 * x), "(x >= 0.3)*x": (x >= 0.3) * x, "mod(x, 0.5)": x % 0.5}.items():
        torch.testing.assert_close(evaluate(from_formula([text], table, ["x"], ["y"]), x), wanted, rtol=1e-12, atol=1e-9)
