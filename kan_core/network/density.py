"""Where along the range of a node its values lie."""

from __future__ import annotations

import torch
from torch import Tensor


def densities(values: Tensor, bins: int, *, largest: float = 3e38) -> Tensor:
    """(nodes, bins) rows in each of the equal bins from a node's least to its largest value, over those of its fullest bin.

    Args:
        values: (rows, nodes), in any unit. NaN counts as 0; a node that does not vary lies in the middle bin.
        bins: at least 1.
        largest: what infinite values are taken for; that of single precision, so that their difference is a double.
    """
    values = torch.nan_to_num(values, nan=0.0, posinf=largest, neginf=-largest)
    low, high = values.amin(0), values.amax(0)
    width = torch.where(high > low, high - low, torch.ones_like(low))
    share = torch.where(high > low, (values - low) / width, torch.full_like(values, 0.5))
    places = (share * bins).long().clamp(0, bins - 1)
    counts = torch.nn.functional.one_hot(places, bins).sum(0).to(torch.float64)
    return counts / counts.amax(dim=1, keepdim=True).clamp(min=1)
