"""The stages of the search for laws, cheap ones first, on a table as everywhere else in the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

import torch

from kan_core.errors import KanError
from kan_core.search.finding import Finding, judge_expression, refitted_law
from kan_core.search.laws.apart import apart_laws
from kan_core.search.laws.broad import broad_laws
from kan_core.search.laws.candidates import Array
from kan_core.search.laws.canonical import pair_laws, several_laws, single_laws
from kan_core.search.laws.exact import with_exact_numbers
from kan_core.search.laws.grid import grid_laws
from kan_core.search.laws.grouped import grouped_laws
from kan_core.search.laws.offset import offset_laws
from kan_core.search.laws.peaks import peak_laws
from kan_core.search.laws.polynomial import polynomial_laws
from kan_core.search.laws.propose import Proposal
from kan_core.search.laws.waves import wave_laws
from kan_core.search.laws.write import expression_of, shortest
from kan_core.training.data import Split, Table

Stage = Literal[
    "one term",
    "polynomials",
    "peaks",
    "waves",
    "grouped columns",
    "columns apart",
    "two terms",
    "broad terms",
    "offset terms",
    "several terms",
    "fitted terms",
]
STAGES: tuple[Stage, ...] = get_args(Stage)
Finder = Callable[[Array, Array, Sequence[int], int, int], list[Proposal]]
_STAGES: Mapping[Stage, Finder] = {
    "one term": single_laws,
    "polynomials": polynomial_laws,
    "peaks": peak_laws,
    "waves": wave_laws,
    "grouped columns": grouped_laws,
    "columns apart": apart_laws,
    "two terms": pair_laws,
    "broad terms": broad_laws,
    "offset terms": offset_laws,
    "several terms": several_laws,
    "fitted terms": grid_laws,
}
# Rows that terms are chosen on, and rows that constants are fitted on.
_FEW = 160
_MANY = 1500
# A surface through the rows, or a narrow peak, needs more of them.
_MORE: Mapping[Stage, int] = {"peaks": 800, "grouped columns": 800, "columns apart": 800}
# What leaves more than this of the target's spread is no law: nothing elementary fits, and the search says so.
_EXPLAINS = 0.7
# Laws of one task that are written out.
_WRITTEN = 4


def find_laws(stage: Stage, inputs: Sequence[int], share: int, shares: int, split: Split) -> list[Finding]:
    """The best laws of a stage, written with exact numbers where the data allow it."""
    few, target = _rows(split.train, _MORE.get(stage, _FEW))
    proposals = _STAGES[stage](few, target, inputs, share, shares)
    many, all_targets = _rows(split.train, _MANY)
    found: list[Finding] = []
    for one in proposals[:_WRITTEN]:
        law = with_exact_numbers(one.node, many, all_targets)
        try:
            expression = shortest(expression_of(law), few.shape[1])
            if split.train.weights is not None:
                expression = refitted_law(expression, split.train)
            finding = judge_expression(expression, split, f"laws of {stage}")
            finding.network  # noqa: B018, raises where there is none
        except KanError:
            # Numbers that overflow, or a form that no network equals: nobody could open it.
            continue
        if finding.nrmse <= _EXPLAINS:
            found.append(finding)
    return found


def _rows(table: Table, most: int) -> tuple[Array, Array]:
    """At most so many rows, evenly taken, as arrays: in proportion to their weights, so that forms are told by what counts.

    Of rows in a line, each as wide as its weight, those are taken that stand at equal distances: a heavy one comes several times.
    """
    count = min(most, table.rows)
    if table.weights is None:
        places = torch.linspace(0, table.rows - 1, count).round().long()
    else:
        reached = table.weights.double().cumsum(0)
        # The first mark at the golden section: no mark falls on the edge of two rows of simple weights, where rounding decides.
        marks = (torch.arange(count, dtype=torch.float64, device=reached.device) + 0.381966) * (reached[-1] / count)
        places = torch.searchsorted(reached, marks).clamp(max=table.rows - 1)
    taken = table.take(places.to(table.inputs.device))
    return taken.inputs.detach().cpu().double().numpy(), taken.targets[:, 0].detach().cpu().double().numpy()
