"""Best c·f(a·x + b) + d for every primitive f on the curves of one or many edges, in one batch.

The search goes: curves into t in [-1, 1] with unit spread → correlation with a fixed dictionary of starts (one matrix
product for all edges) → variable projection from the best start of several basins, on every third point → again on
all points from the best → back into the edge's coordinate with redundant constants removed.
Called by suggestions, by `set_symbolic` without constants and by what-if. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from kan_core.errors import DataError
from kan_core.network.network import Network
from kan_core.primitives.library import LIBRARY, get_primitive, is_own, own_arguments
from kan_core.primitives.primitive import Primitive
from kan_core.symbolic.coarse_search import best_starts
from kan_core.symbolic.description_length import described
from kan_core.symbolic.fit_result import AffineFit, finished, unfitted
from kan_core.symbolic.prepared import Prepared, prepare
from kan_core.symbolic.relatives import relatives_among, with_relatives
from kan_core.symbolic.variable_projection import Fits, begin, improve, joined

_BASINS = 3
_FIRST_STEPS, _LAST_STEPS = 5, 20
_CONTENDER, _GOOD = 30.0, 1e-2
_CHUNK_VALUES = 700_000


def fit_affine(x: Tensor, y: Tensor, weights: Tensor | None = None, primitives: Sequence[str] | None = None) -> list[AffineFit]:
    """Fit one curve; see `fit_affine_batch`.

    Args:
        x: (points,) edge inputs in the network's units, in any order.
        y: (points,) edge values.
        weights: (points,) ≥ 0, how much each point counts; equal when absent.
        primitives: names to fit; the whole library when absent.

    Returns:
        Each admissible primitive's best fit, smallest description length first.
    """
    return fit_affine_batch(x[None], y[None], None if weights is None else weights[None], primitives)[0]


def candidate_names(
    network: Network, library: Sequence[str] | None = None, functions: Sequence[str] | None = None
) -> tuple[str, ...]:
    """What is tried on an edge of the network.

    Args:
        network: whose own functions are tried.
        library: only these of the program's functions; all when None.
        functions: only these own functions; the network's when None.
    """
    own = network.functions if functions is None else functions
    single = [name for name in own if not is_own(name) or len(own_arguments(name)) == 1]
    return (*(LIBRARY if library is None else library), *(name for name in single if functions is not None or is_own(name)))


def fit_affine_batch(
    x: Tensor, y: Tensor, weights: Tensor | None = None, primitives: Sequence[str] | None = None
) -> list[list[AffineFit]]:
    """Fit many curves at once.

    Points that are not finite are left out. A primitive is left out for an edge when no a·x + b keeps the edge's
    points inside its domain. Where nothing can be fitted (constant y, a single x) c = 0 and d is the mean.

    Args:
        x: (edges, points) edge inputs in the network's units.
        y: (edges, points) edge values.
        weights: (edges, points) ≥ 0; equal when absent.
        primitives: names to fit; the whole library when absent.

    Returns:
        Per edge the fits, smallest description length first.

    Raises:
        DataError: shapes differ.
        PrimitiveError: an unknown name.
    """
    if x.ndim != 2 or x.shape != y.shape or (weights is not None and weights.shape != x.shape):
        raise DataError(f"x, y and weights must have one shape (edges, points), got {tuple(x.shape)} and {tuple(y.shape)}")
    names = tuple(LIBRARY) if primitives is None else tuple(dict.fromkeys(get_primitive(name).name for name in primitives))
    chosen = [get_primitive(name) for name in names]
    prepared = prepare(x, y, weights)
    found: list[list[AffineFit]] = [[] for _ in range(len(x))]
    usable = torch.nonzero(prepared.usable)[:, 0]
    for chunk in usable.split(max(1, _CHUNK_VALUES // max(1, x.shape[1] * len(names)))):
        for edge, fits in _fit_chunk(names, chosen, prepared, chunk):
            found[edge] = fits
    for edge in torch.nonzero(~prepared.usable)[:, 0].tolist():
        found[edge] = [unfitted(primitive, prepared, edge) for primitive in chosen]
    for edge, (count, spread) in enumerate(zip(prepared.count.tolist(), prepared.spread.tolist(), strict=True)):
        found[edge] = described(found[edge], count, spread)
    return found


def _fit_chunk(
    names: tuple[str, ...], chosen: list[Primitive], prepared: Prepared, edges: Tensor
) -> list[tuple[int, list[AffineFit]]]:
    """The fits of some edges of the batch."""
    curves = prepared.curves.rows(edges)
    relatives = relatives_among(names)
    own = tuple(place for place in range(len(names)) if place not in relatives)
    edge, kind, theta = best_starts(tuple(names[place] for place in own), curves, _BASINS)
    kind = torch.tensor(own)[kind]
    thinned = curves.every(3)
    fits = improve(chosen, thinned, begin(chosen, thinned, edge, kind, theta), _FIRST_STEPS)
    best = _best_per_primitive(fits, len(names))
    fits = begin(chosen, curves, best.edge, best.kind, best.theta)
    worth = _contenders(fits, len(edges))
    fits = joined([improve(chosen, curves, fits.rows(worth), _LAST_STEPS), fits.rows(~worth)])
    fits = with_relatives(fits, relatives)
    results = finished(chosen, prepared, edges, fits)
    return [(int(edges[position]), result) for position, result in enumerate(results)]


def _contenders(fits: Fits, edges: int) -> Tensor:
    """(fits,) bool: close enough to the edge's best that more digits could matter."""
    best = torch.full((edges,), torch.inf, dtype=torch.float64).scatter_reduce_(0, fits.edge, fits.loss, "amin")
    return fits.loss <= torch.clamp(_CONTENDER * best[fits.edge], min=_GOOD)


def _best_per_primitive(fits: Fits, primitives: int) -> Fits:
    """The basin with the smallest loss of every (edge, primitive)."""
    order = torch.argsort(fits.loss)
    key = fits.edge[order] * primitives + fits.kind[order]
    by_key = torch.argsort(key, stable=True)
    ordered = key[by_key]
    is_first = torch.ones_like(ordered, dtype=torch.bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return fits.rows(order[by_key[is_first]])
