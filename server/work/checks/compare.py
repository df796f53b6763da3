"""Two columns of predictions, as a sentence."""

from __future__ import annotations

import torch
from torch import Tensor


def compared(how: str, wanted: Tensor, found: Tensor) -> str:
    """For example `executed on 200 held-out rows, largest difference 3e-16`.

    Args:
        how: what was done, a participle.
        wanted: (rows, outputs) of the network.
        found: (rows, outputs) of the export.
    """
    both = torch.isfinite(wanted) & torch.isfinite(found)
    rows = f"{how} on {wanted.shape[0]:,} held-out row{'' if wanted.shape[0] == 1 else 's'}"
    apart = int((torch.isfinite(wanted) != torch.isfinite(found)).any(dim=1).sum())
    if not bool(both.any()):
        return f"{rows}, none of which has a value"
    largest = float((wanted[both] - found[both]).abs().amax())
    text = f"{rows}, largest difference {largest:.2g}"
    return f"{text}; on {apart} row{'' if apart == 1 else 's'} only one of the two has a value" if apart else text
