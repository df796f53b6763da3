"""An edge is judged by the outputs that it feeds, each in its own noise, and an error that is still falling says less."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from kan_core.ids import EdgeId
from kan_core.layers.structure import Node
from kan_core.network.create import create_network
from kan_core.network.network import Network
from kan_core.suggestions.suggest import entries_of, suggest
from kan_core.symbolic.alike import Alike
from kan_core.symbolic.decide import is_decided, order_by_error, order_by_whole_model
from kan_core.symbolic.edge_errors import EdgeErrors, fed_outputs
from kan_core.training.data import Split, Table, make_table, split_rows
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from tests.kan_core.networks import generator, uniform


def trained(table: Table, shape: list[int | list[Node]], steps: int = 40) -> tuple[Network, Split]:
    split = split_rows(table, generator(1))
    network = create_network(shape, split.train, generator=generator(2), intervals=8)
    for progress in train(network, split, LevenbergMarquardtOptions(steps=steps)):
        network = progress.network
    return network, split


def decided(entries: list[Alike]) -> bool:
    return is_decided([order_by_error(entry.members)[0] for entry in entries])


def one_quiet_output(noise: float, unit: float) -> Table:
    """sin(2x) beside an output that the same column feeds no curve of, as large and as noisy as is asked for."""
    x = uniform(400, 2, 3)
    loud = unit * (torch.exp(x[:, 1:]) + noise * torch.randn((400, 1), generator=generator(4), dtype=torch.float64))
    return make_table(x, torch.cat([torch.sin(2 * x[:, :1]), loud], 1))


@pytest.mark.parametrize(("noise", "unit"), [(0.0, 1.0), (0.3, 1.0), (0.0, 1e4), (0.3, 1e4), (0.3, 1e-4)])
def test_another_output_hides_nothing_whatever_its_noise_and_unit(noise: float, unit: float) -> None:
    network, split = trained(one_quiet_output(noise, unit), [2, 2])
    entries = entries_of(network, split, EdgeId(0, 0, 0))
    assert entries[0].leader.fit.primitive == "sin"
    assert decided(entries)
    assert entries[0].leader.error_after < 1e-6


def test_an_edge_that_feeds_two_outputs_is_decided_by_the_one_that_is_quiet() -> None:
    x = uniform(400, 2, 3)
    inner = torch.sin(2 * x[:, :1]) + x[:, 1:] ** 2
    noise = 50 * torch.randn((400, 1), generator=generator(4), dtype=torch.float64)
    network, split = trained(make_table(x, torch.cat([inner, 300 * inner + noise], 1)), [2, 1, 2], 60)
    assert fed_outputs(network, EdgeId(0, 0, 0)) == (0, 1)
    entries = entries_of(network, split, EdgeId(0, 0, 0))
    assert "sin" in [member.fit.primitive for member in entries[0].members]
    assert entries[0].leader.fit.primitive in {"sin", "cos"}


def test_the_outputs_that_an_edge_feeds_are_reached_through_products_and_never_through_pruned_edges() -> None:
    split = split_rows(one_quiet_output(0, 1), generator(1))
    network = create_network([2, [Node(), Node("product", 2)], 2], split.train, generator=generator(2))
    last = network.layers[1]
    spline = torch.tensor([[True, False], [True, True]])
    network = network.with_layers((network.layers[0], replace(last, structure=replace(last.structure, spline=spline))))
    assert fed_outputs(network, EdgeId(0, 0, 0)) == (0, 1)
    assert fed_outputs(network, EdgeId(0, 0, 1)) == (1,)
    assert fed_outputs(network, EdgeId(0, 1, 2)) == (1,)
    assert fed_outputs(network, EdgeId(1, 0, 0)) == (0,)


def test_evidence_does_not_know_units() -> None:
    one, other = EdgeErrors((2.0, 3.0), (0, 0)), EdgeErrors((1.0, 4.0), (0, 0))
    scaled = EdgeErrors((2e9, 3e-9), (0, 0)), EdgeErrors((1e9, 4e-9), (0, 0))
    assert scaled[0].over(scaled[1]) == pytest.approx(one.over(other))
    assert one.over(one) == 0


def test_an_error_that_still_falls_is_no_evidence_and_the_simpler_form_stands_first() -> None:
    network, split = trained(one_quiet_output(0, 1), [2, 2])
    results = {each.fit.primitive: each for each in suggest(network, split, EdgeId(0, 0, 0))}
    sine, bessel = results["sin"], next(results[name] for name in ("J0", "J1", "sinc") if name in results)
    fits = {name: replace(each.fit, r2=0.999) for name, each in (("sine", sine), ("bessel", bessel))}
    less = replace(bessel, fit=fits["bessel"], after=EdgeErrors((1e-3,), (1e-12,)), falling=0.0)
    more = replace(sine, fit=fits["sine"], after=EdgeErrors((2e-3,), (1e-12,)), falling=0.0)
    assert order_by_whole_model([less, more])[0] is less
    still = replace(more, falling=20.0)
    assert order_by_whole_model([less, still])[0] is still
    astray = replace(still, fit=replace(still.fit, r2=0.5))
    assert order_by_whole_model([less, astray])[0] is less
    assert not is_decided([less, replace(still, after=EdgeErrors((1e-2,), (1e-12,)))])
