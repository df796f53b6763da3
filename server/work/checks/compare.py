"""Two columns of predictions, as a sentence."""

from __future__ import annotations

from torch import Tensor

from kan_core.evidence.measures import largest_difference, rows_of_one_value


def compared(how: str, wanted: Tensor, found: Tensor) -> str:
    """For example `executed on 200 held-out rows, largest difference 3e-16`.

    Args:
        how: what was done, a participle.
        wanted: (rows, outputs) of the network.
        found: (rows, outputs) of the export.
    """
    rows = f"{how} on {wanted.shape[0]:,} held-out row{'' if wanted.shape[0] == 1 else 's'}"
    apart = rows_of_one_value(wanted, found)
    largest = largest_difference(wanted, found)
    if largest is None:
        return f"{rows}, none of which has a value"
    text = f"{rows}, largest difference {largest:.2g}"
    return f"{text}; on {apart} row{'' if apart == 1 else 's'} only one of the two has a value" if apart else text
