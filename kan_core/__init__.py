r"""Kolmogorov-Arnold networks and the formulas in them, without a browser.

From rows to a formula: train, drop what does not matter, give every edge that is left the function that serves the whole
network best, write it out.

>>> import torch
>>> from kan_core import active_edges, create_network, extend_grid, fit, make_table, prune_weak
>>> from kan_core import split_rows, suggest, TrainingOptions, write_formula
>>> random = torch.Generator().manual_seed(0)
>>> xy = 2 * torch.rand((500, 2), generator=random, dtype=torch.float64) - 1
>>> z = torch.exp(torch.sin(torch.pi * xy[:, :1]) + xy[:, 1:] ** 2)
>>> split = split_rows(make_table(xy, z), random)
>>> network = create_network([2, 2, 1], split.train, generator=random)
>>> network = fit(network, split, TrainingOptions(sparsity=1e-3))
>>> network = fit(extend_grid(prune_weak(network, split), 10), split)
>>> for edge in active_edges(network):
...     network = suggest(network, split, edge)[0].network
>>> print(write_formula(network, ["x", "y"], ["z"], xy).latex)
z = e^{y^{2} + \sin{\left(3.142 x \right)}}

Or let the search do it, with `discover`, or as a scikit-learn estimator, with `kan_core.estimator`. Everything here is also
importable from the module that defines it; nothing is imported before it is asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kan_core.errors import KanError
    from kan_core.evidence.exact_numbers import ExactNumber, exact_numbers
    from kan_core.export.python_code import python_code
    from kan_core.expression.law import Law, LawConstant
    from kan_core.fitting.formula import FormulaFit, Setting, fit_formula, read_model
    from kan_core.fitting.prices import price_of
    from kan_core.ids import EdgeId, NodeId
    from kan_core.law.constants import formula_constants
    from kan_core.law.network_law import with_law
    from kan_core.layers.structure import Node
    from kan_core.network.create import create_network
    from kan_core.network.edges import active_edges
    from kan_core.network.edits import extend_grid, lock, prune_edges, set_spline, set_symbolic
    from kan_core.network.merge import merge
    from kan_core.network.network import Network
    from kan_core.network.rebase import set_base
    from kan_core.network.snapshot import from_bytes, to_bytes
    from kan_core.network.trace import evaluate
    from kan_core.network.widen import deepen, widen
    from kan_core.search.discover import discover
    from kan_core.search.finding import Finding, best_finding, pareto_front
    from kan_core.suggestions.options import SuggestOptions
    from kan_core.suggestions.suggest import suggest
    from kan_core.symbolic.alike import group_alike
    from kan_core.symbolic.formula import Formula, write_formula
    from kan_core.symbolic.from_formula import from_formula
    from kan_core.symbolic.fulfilment import fulfilment
    from kan_core.symbolic.what_if import what_if
    from kan_core.training.checkpoint import Checkpoint
    from kan_core.training.data import Split, Table, make_table, split_rows
    from kan_core.training.trainer import TrainingOptions, train
    from kan_core.workbench import edge_scores, fit, prune_weak, set_law, trace_rows

__all__ = [
    "Checkpoint",
    "EdgeId",
    "ExactNumber",
    "Finding",
    "Formula",
    "FormulaFit",
    "KanError",
    "Law",
    "LawConstant",
    "Network",
    "Node",
    "NodeId",
    "Setting",
    "Split",
    "SuggestOptions",
    "Table",
    "TrainingOptions",
    "active_edges",
    "best_finding",
    "create_network",
    "deepen",
    "discover",
    "edge_scores",
    "evaluate",
    "exact_numbers",
    "extend_grid",
    "fit",
    "fit_formula",
    "formula_constants",
    "from_bytes",
    "from_formula",
    "fulfilment",
    "group_alike",
    "lock",
    "make_table",
    "merge",
    "pareto_front",
    "price_of",
    "prune_edges",
    "prune_weak",
    "python_code",
    "read_model",
    "set_base",
    "set_law",
    "set_spline",
    "set_symbolic",
    "split_rows",
    "suggest",
    "to_bytes",
    "trace_rows",
    "train",
    "what_if",
    "widen",
    "with_law",
    "write_formula",
]

_HOMES = {
    "kan_core.errors": "KanError",
    "kan_core.export.python_code": "python_code",
    "kan_core.fitting.formula": "FormulaFit Setting fit_formula read_model",
    "kan_core.fitting.prices": "price_of",
    "kan_core.ids": "EdgeId NodeId",
    "kan_core.layers.structure": "Node",
    "kan_core.network.create": "create_network",
    "kan_core.network.edges": "active_edges",
    "kan_core.network.edits": "extend_grid lock prune_edges set_spline set_symbolic",
    "kan_core.network.merge": "merge",
    "kan_core.network.network": "Network",
    "kan_core.network.rebase": "set_base",
    "kan_core.network.snapshot": "from_bytes to_bytes",
    "kan_core.network.trace": "evaluate",
    "kan_core.network.widen": "deepen widen",
    "kan_core.search.discover": "discover",
    "kan_core.search.finding": "Finding best_finding pareto_front",
    "kan_core.suggestions.options": "SuggestOptions",
    "kan_core.suggestions.suggest": "suggest",
    "kan_core.symbolic.alike": "group_alike",
    "kan_core.evidence.exact_numbers": "ExactNumber exact_numbers",
    "kan_core.expression.law": "Law LawConstant",
    "kan_core.law.constants": "formula_constants",
    "kan_core.law.network_law": "with_law",
    "kan_core.symbolic.formula": "Formula write_formula",
    "kan_core.symbolic.from_formula": "from_formula",
    "kan_core.symbolic.fulfilment": "fulfilment",
    "kan_core.symbolic.what_if": "what_if",
    "kan_core.training.checkpoint": "Checkpoint",
    "kan_core.training.data": "Split Table make_table split_rows",
    "kan_core.training.trainer": "TrainingOptions train",
    "kan_core.workbench": "edge_scores fit prune_weak set_law trace_rows",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """A public name, when it is first asked for: torch and sympy take seconds to import.

    Raises:
        AttributeError: there is no such name.
    """
    if name not in _HOME_OF:
        raise AttributeError(f"kan_core has no name {name!r}")
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted({*globals(), *__all__})
