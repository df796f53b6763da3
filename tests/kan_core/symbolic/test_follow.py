"""A network moves to a formula of its own family to rounding, and says when it cannot."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from kan_core.errors import FormulaError
from kan_core.expression.text import parse
from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import lock, set_symbolic
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from kan_core.symbolic.follow import follow_formula
from kan_core.symbolic.formula import write_formula
from tests.kan_core.networks import generator, toy_split

LAW = parse("exp(y^2 + sin(pi*x))", ["x", "y"])
SPLIT = toy_split()


def near_the_law() -> Network:
    network = create_network([2, 1, 1], SPLIT.train, generator=generator(1), intervals=4)
    network = set_symbolic(network, EdgeId(0, 0, 0), "sin", (3.12, 0.01, 1.02, 0.05))
    network = set_symbolic(network, EdgeId(0, 1, 0), "x^2", (1.01, 0.02, 0.98, 0.0))
    scale = float(network.normalisation.target_scale)
    shift = float(network.normalisation.target_shift)
    return set_symbolic(network, EdgeId(1, 0, 0), "exp", (1.0, 0.0, 0.97 / scale, -shift / scale))


def test_the_network_gives_the_formula_to_rounding_and_prints_its_exact_number() -> None:
    network = replace(follow_formula(near_the_law(), [LAW], SPLIT.train.inputs), exact=("pi",))
    x, y = SPLIT.test.inputs.T
    wanted = torch.exp(torch.sin(math.pi * x) + y**2)
    assert float((evaluate(network, SPLIT.test.inputs)[:, 0] - wanted).abs().max()) < 1e-12
    formula = write_formula(network, ["x", "y"], ["z"], SPLIT.train.inputs)
    assert formula.expressions == (LAW,)
    assert r"\pi" in formula.latex
    assert formula.maximum_difference is not None
    assert formula.maximum_difference < 1e-12


def test_a_snapshot_keeps_exact_numbers_and_own_functions() -> None:
    network = replace(near_the_law(), exact=("pi", "1/3"), functions=("bump(x) = x*exp(-x^2)",))
    again = from_bytes(to_bytes(network))
    assert (again.exact, again.functions) == (network.exact, network.functions)


def test_locked_edges_keep_it_from_following_and_it_says_so() -> None:
    network = lock(near_the_law(), [EdgeId(0, 0, 0), EdgeId(0, 1, 0), EdgeId(1, 0, 0)])
    with pytest.raises(FormulaError, match="unlock its edges"):
        follow_formula(network, [LAW], SPLIT.train.inputs)


def test_a_formula_without_values_is_refused() -> None:
    with pytest.raises(FormulaError, match="no value on any row"):
        follow_formula(near_the_law(), [parse("log(x - 5)", ["x", "y"])], SPLIT.train.inputs)
