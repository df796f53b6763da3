"""With which weights two networks are added."""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.errors import DataError
from kan_core.network.network import Network
from kan_core.network.trace import evaluate


def fitted_weights(first: Network, second: Network, inputs: Tensor, targets: Tensor) -> Tensor:
    """(2, outputs) u and v that make Σ (y - u·first(x) - v·second(x))² least, for each output by itself.

    Args:
        first: a network.
        second: another of the same inputs and outputs.
        inputs: (rows, inputs) in the columns' units.
        targets: (rows, outputs) likewise; rows on which a network has no value do not count.

    Raises:
        DataError: there is no row on which both have a value.
    """
    one, two = (evaluate(network, inputs).to(torch.float64) for network in (first, second))
    known = torch.isfinite(one) & torch.isfinite(two)
    columns: list[Tensor] = []
    for target in range(one.shape[1]):
        rows = known[:, target]
        if not bool(rows.any()):
            raise DataError("There is no row on which both networks have a value")
        pair = torch.stack([one[rows, target], two[rows, target]], 1)
        scale = pair.abs().amax().clamp(min=1e-300)
        wanted = targets[rows, target].to(torch.float64) / scale
        columns.append(torch.linalg.lstsq(pair / scale, wanted.unsqueeze(1), driver="gelsd").solution[:, 0])
    return torch.stack(columns, 1)
