"""Every place where a function of the table is met, as checks of one row: for the law-test over all, and for a new one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

import mpmath
import numpy as np
import sympy
import torch

from kan_core.export.json_document import json_document
from kan_core.export.latex import latex_document
from kan_core.export.python_code import python_code
from kan_core.export.sympy_text import sympy_script
from kan_core.expression.bridge import from_sympy, symbols_of, to_sympy
from kan_core.expression.derivatives import jets
from kan_core.expression.equation import parse_equation
from kan_core.expression.functions import Function
from kan_core.expression.operations import Steps, evaluated
from kan_core.expression.own import own_function
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Column
from kan_core.expression.typeset import typeset
from kan_core.expression.values import values_of
from kan_core.expression.writing import written
from kan_core.fitting.formula import fit_formula
from kan_core.fitting.model import read_model
from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from kan_core.primitives.library import LIBRARY, get_primitive
from kan_core.symbolic.affine_fit import fit_affine
from kan_core.symbolic.formula import Formula, write_formula
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.data import Table, make_table
from server.contract.actions import FromFormula
from server.tables.table import StoredTable
from server.work.handlers import HANDLERS
from server.work.queries.primitives import primitives
from server.work.query import PrimitivesQuery
from server.work.result import Material, TableData

NAMES = ("u", "v", "w")


def rows_of(row: Function) -> np.ndarray:
    """(rows, arguments) where the function is defined, away from borders, kinks and jumps."""
    grid = np.stack(
        [np.linspace(-2.9, 2.9, 400) + 0.0137, np.linspace(2.3, -2.2, 400) + 0.0071, np.sin(np.arange(400.0)) + 0.0117]
    )
    columns = list(grid[: row.arguments])
    near = [[column * (1 + shift) + shift for column in columns] for shift in (0.0, 0.02, -0.02)]
    with np.errstate(all="ignore"):
        kept = np.all([np.isfinite(row.value(np, *each)) for each in near], axis=0)
        if row.arguments == 1 and row.domain.bounded:
            kept &= row.domain.margin(torch.from_numpy(columns[0])).numpy() > 0.1
    return np.column_stack(columns)[kept]


def text_of(row: Function) -> str:
    """The function of as many columns as it takes, as a person writes it."""
    return f"{row.name}({', '.join(NAMES[: row.arguments])})"


def names_of(row: Function) -> list[str]:
    return list(NAMES[: row.arguments])


def tree_of(row: Function) -> Apply:
    return Apply(row.name, tuple(Column(place) for place in range(row.arguments)))


def is_read_under_every_name(row: Function) -> None:
    for name in (row.name, *row.others):
        assert parse(text_of(row).replace(row.name, name, 1), names_of(row)) == tree_of(row)


def has_the_values_of_sympy(row: Function) -> None:
    """NumPy and torch against sympy with 30 digits."""
    rows = rows_of(row)[::7]
    tree, symbols = parse(text_of(row), names_of(row)), sympy.symbols(names_of(row), real=True)
    by_numpy = values_of(tree, rows)
    by_torch = evaluated(torch, tree, list(torch.from_numpy(rows.T.copy())))
    np.testing.assert_allclose(by_torch.numpy(), by_numpy, rtol=1e-13, atol=1e-15)
    exact = row.symbol(*symbols)
    for given, value in zip(rows.tolist(), by_numpy.tolist(), strict=True):
        wanted = sympy.N(exact.subs(dict(zip(symbols, map(sympy.Float, given), strict=True))), 30)
        assert abs(value - float(wanted)) <= 1e-13 * (1 + abs(float(wanted)))


def has_the_derivatives_of_fine_differences(row: Function) -> None:
    """Slopes and curvatures against differences of the sympy form with 40 digits."""
    rows = rows_of(row)[::23]
    symbols = sympy.symbols(names_of(row), real=True)
    exact = sympy.lambdify(symbols, row.symbol(*symbols), "mpmath")
    jet = jets(np, Steps([tree_of(row)]), list(rows.T))[0]
    with mpmath.workdps(40):
        for place, given in enumerate(rows.tolist()):
            point = tuple(mpmath.mpf(each) for each in given)
            for one in range(row.arguments):
                _compare(jet.first[one], place, exact, point, [int(one == each) for each in range(row.arguments)])
                for other in range(one, row.arguments):
                    order = [int(one == each) + int(other == each) for each in range(row.arguments)]
                    _compare(jet.second.get((one, other), 0.0), place, exact, point, order)


def _compare(found: np.ndarray | float, place: int, exact: Callable, point: tuple, order: list[int]) -> None:
    orders = tuple(order) if len(order) > 1 else order[0]
    wanted = float(mpmath.diff(exact, point if len(order) > 1 else point[0], orders, h=mpmath.mpf("1e-12")))
    value = float(np.broadcast_to(found, (place + 1,))[place] if np.ndim(found) == 0 else found[place])
    assert abs(value - wanted) <= 2e-9 * (1 + abs(wanted)), (order, point, value, wanted)


def is_read_back_as_it_is_written(row: Function) -> None:
    tree = parse(f"2*{text_of(row)}^2 - 1", names_of(row))
    assert parse(written(tree, names_of(row)), names_of(row)) == tree


def is_typeset(row: Function) -> None:
    latex = typeset(parse(f"2 + {text_of(row)}^3", names_of(row)), names_of(row))
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right")
    assert all(name in latex for name in names_of(row))


def goes_to_sympy_and_back(row: Function) -> None:
    rows, symbols = rows_of(row), symbols_of(names_of(row))
    back = from_sympy(to_sympy(tree_of(row), symbols), symbols)
    np.testing.assert_allclose(values_of(back, rows), values_of(tree_of(row), rows), rtol=1e-11, atol=1e-13)


def _network(row: Function) -> tuple[Network, Table, np.ndarray, str]:
    """A network that a formula with the function makes, and the formula's values."""
    rows = rows_of(row)
    text = f"0.5*{text_of(row)} + u"
    wanted = values_of(parse(text, names_of(row)), rows)
    table = make_table(torch.from_numpy(rows.copy()), torch.from_numpy(wanted.copy()).reshape(-1, 1))
    return from_formula([text], table, names_of(row), ["y"]), table, wanted, text


def _close(found: np.ndarray, wanted: np.ndarray, tolerance: float = 1e-8) -> None:
    np.testing.assert_allclose(np.broadcast_to(found, wanted.shape), wanted, rtol=tolerance, atol=tolerance * np.ptp(wanted))


def becomes_a_network_that_is_exported(row: Function) -> None:
    """Formula → network → bytes → formula → Python, sympy, LaTeX and JSON, each executed or read and compared."""
    network, table, wanted, _ = _network(row)
    _close(evaluate(from_bytes(to_bytes(network)), table.inputs)[:, 0].numpy(), wanted)
    formula = write_formula(network, names_of(row), ["y"], table.inputs)
    assert formula.symbolic
    assert formula.maximum_difference is not None
    assert formula.maximum_difference < 1e-7
    _exports(network, formula, row, table.inputs.numpy(), wanted)


def _exports(network: Network, formula: Formula, row: Function, rows: np.ndarray, wanted: np.ndarray) -> None:
    names = names_of(row)
    module: dict[str, object] = {}
    exec(python_code(network, formula, names, ["y"]), module)
    _close(module["predict"](*rows.T), wanted)  # type: ignore[operator]
    script: dict[str, object] = {"__name__": "read"}
    exec(sympy_script(network, formula, names, ["y"]), script)
    symbols = symbols_of(names)
    _close(values_of(from_sympy(script["formulas"]["y"], symbols), rows), wanted)  # type: ignore[index]
    assert "\\begin{align*}" in latex_document(network, formula, names, ["y"])
    assert json.loads(json_document(network, formula, names, ["y"]))


def is_fitted(row: Function) -> None:
    """y = A·f(…) + B has the A and B that made it."""
    rows = rows_of(row)
    f = values_of(tree_of(row), rows)
    if np.ptp(f) < 1e-9:
        return
    model = read_model(f"y = A*{text_of(row)} + B", names_of(row), "y")
    fit = fit_formula(model, rows, 1.7 * f - 0.4)
    found = {constant.name: constant.value for constant in fit.constants}
    np.testing.assert_allclose([found["A"], found["B"]], [1.7, -0.4], rtol=1e-7)


def stands_in_equations(row: Function) -> None:
    equation = parse_equation(f"D(y, u) = {text_of(row)}", names_of(row), ["y"])
    assert row.name in repr(equation.tree)


def is_part_of_own_functions(row: Function) -> None:
    names, rows = names_of(row), rows_of(row)
    own = own_function(f"mine({', '.join(names)}) = {text_of(row)} + u")
    _close(values_of(own.tree, rows), values_of(tree_of(row), rows) + rows[:, 0])
    if row.arguments == 1 and row.smooth:
        primitive = get_primitive(f"mine(u) = {row.name}(u) + u^2")
        _close(primitive.evaluate(torch.from_numpy(rows[:, 0].copy())).numpy(), values_of(tree_of(row), rows) + rows[:, 0] ** 2)


def can_be_an_edge(row: Function) -> None:
    """Under its name, with the derivatives that the table has; where it is offered, it is suggested for its own curve."""
    if row.arguments > 1:
        return
    primitive, u = get_primitive(row.name), torch.from_numpy(rows_of(row)[:, 0].copy())
    assert primitive is get_primitive(row.edge_name)
    assert (primitive.name in LIBRARY) == (row.edge is not None)
    slope = row.slopes(np, row.value(np, u.numpy()), u.numpy())[0]
    np.testing.assert_allclose(primitive.derivative(u).numpy(), slope, rtol=1e-12, atol=1e-300)
    network = create_network([1, 1], make_table(u[:, None], u[:, None]), generator=torch.Generator().manual_seed(0))
    network = set_symbolic(network, EdgeId(0, 0, 0), row.name, (1.0, 0.0, 1.0, 0.0))
    assert network.layers[0].structure.symbolic[0].primitive == row.edge_name
    if row.edge is not None:
        # On one branch between two poles.
        u = u[u.abs() < primitive.domain.pole_period / 2.2] if primitive.domain.pole_period else u
        fits = {fit.primitive: fit for fit in fit_affine(u, 0.7 * primitive.evaluate(u) - 0.2)}
        # A jump is found to a step of the search.
        assert fits[row.edge_name].r2 > (1 - 1e-9 if row.smooth else 0.98)
        assert row.edge_name in [view.name for view in primitives(PrimitivesQuery(), Material(None, None)).primitives]


def is_opened_by_the_server(row: Function) -> None:
    """The action that a formula's text sends, as a worker performs it."""
    _, table, wanted, text = _network(row)
    values = np.column_stack([table.inputs.numpy(), wanted])
    stored = StoredTable((*names_of(row), "y"), (None,) * values.shape[1], values)
    data = TableData(stored.content_hash(), stored.to_bytes(), tuple(names_of(row)), ("y",))
    result = HANDLERS["from_formula"](FromFormula(formulas=[text]), None, data, _Frames(), _NeverStops())
    assert result.formula is not None
    assert result.metrics.test_rmse < 1e-7 * (1 + np.ptp(wanted))


class _Frames:
    def due(self, _frame: object) -> bool:
        return False

    def __call__(self, _frame: object) -> None: ...


class _NeverStops:
    action_id, resumed = "action", None

    def should_stop(self) -> bool:
        return False

    def may_pause(self, _save: object) -> None: ...


DOORS: Mapping[str, Callable[[Function], None]] = MappingProxyType(
    {
        door.__name__: door
        for door in (
            is_read_under_every_name,
            has_the_values_of_sympy,
            has_the_derivatives_of_fine_differences,
            is_read_back_as_it_is_written,
            is_typeset,
            goes_to_sympy_and_back,
            becomes_a_network_that_is_exported,
            is_fitted,
            stands_in_equations,
            is_part_of_own_functions,
            can_be_an_edge,
            is_opened_by_the_server,
        )
    }
)
