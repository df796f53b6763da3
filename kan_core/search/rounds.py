"""Which tasks come next: skeletons first, cheapest first; symbolify only what fits; stop at the first exact round.

A generator of rounds: it yields a list of tasks and is sent the outcomes in the same order. Training a skeleton costs a tenth
of a second, giving it its functions seconds, so all skeletons of a round are trained before any is symbolified.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from kan_core.network.tree import Branch, Leaf, Tree
from kan_core.search.finding import Finding
from kan_core.search.laws.stages import STAGES
from kan_core.search.tasks import AssignTask, GenericTask, LawTask, Outcome, Screened, ScreenTask, Task, Trained, TreeTask
from kan_core.symbolic.skeletons import flat, read_once, with_repeat

# Spline fits worse than this share of the target's spread are not worth symbolifying …
_WORTH = 3e-2
# … nor ones this many times worse than the best of their round.
_NEAR = 30.0
# Networks symbolified in one round, and skeletons that are met by one more input.
_MOST = 4
_GROW = 4
# Tables with more inputs than this are screened first.
_UNSCREENED = 3
# Laws of few terms are looked for up to this many inputs, and the work is split so.
_LAW_INPUTS = 7
_SHARES = 2
# All nestings are tried up to this many inputs; beyond, only flat skeletons and generic networks.
_NESTED_INPUTS = 4

Rounds = Generator[list[Task], list[Outcome], None]


def rounds(inputs: Sequence[int], seed: int) -> Rounds:
    """Yield rounds of tasks for a table whose target depends on some of its inputs; ends after an exact round or the last."""
    if len(inputs) > _LAW_INPUTS:
        inputs = yield from _screen(inputs, seed)
    if len(inputs) <= _LAW_INPUTS and (yield from _laws(inputs)):
        return
    if _UNSCREENED < len(inputs) <= _LAW_INPUTS:
        inputs = yield from _screen(inputs, seed)
    spare: list[Trained] = []
    for make in (_additive, _linear, _skeletons, _linear_repeats, _repeats, _generic):
        tasks = make(inputs, seed, spare)
        if not tasks:
            continue
        outcomes = yield tasks
        trained = [outcome for outcome in outcomes if isinstance(outcome, Trained)]
        spare += trained
        chosen = worth_symbolifying(trained)
        if chosen and (yield from _symbolify(chosen)):
            return


def _laws(inputs: Sequence[int]) -> Generator[list[Task], list[Outcome], bool]:
    """Laws of few terms, the cheapest kind first; whether one came out exact, or left nothing but noise."""
    for stage in STAGES:
        outcomes = yield [LawTask(stage, tuple(inputs), share, _SHARES) for share in range(_SHARES)]
        found = [finding for outcome in outcomes if isinstance(outcome, list) for finding in outcome]
        if any(is_answer(finding) or finding.settled for finding in found):
            return True
    return False


def _screen(inputs: Sequence[int], seed: int) -> Generator[list[Task], list[Outcome], Sequence[int]]:
    """The inputs that matter; all of them when that could not be found out."""
    outcomes = yield [ScreenTask(seed)]
    return next((outcome.inputs for outcome in outcomes if isinstance(outcome, Screened)), inputs)


def _symbolify(chosen: list[Trained]) -> Generator[list[Task], list[Outcome], bool]:
    """Give the chosen networks their functions; whether one came out exact."""
    outcomes = yield [AssignTask(trained.network, str(trained.task)) for trained in chosen]
    found = [finding for outcome in outcomes if isinstance(outcome, list) for finding in outcome]
    return any(is_answer(finding) for finding in found)


def is_answer(finding: Finding) -> bool:
    """Exact, and defined a little beyond the data unless it was found as a law: √x ends where it ends."""
    return finding.exact and (finding.extends or finding.is_law)


def worth_symbolifying(trained: Sequence[Trained]) -> list[Trained]:
    """The good fits of a round, simplest first, at most four."""
    ordered = sorted(trained, key=lambda outcome: outcome.nrmse)
    if not ordered or ordered[0].nrmse > _WORTH:
        return []
    bound = min(_WORTH, _NEAR * max(ordered[0].nrmse, 1e-6))
    near = [outcome for outcome in ordered if outcome.nrmse <= bound]
    return sorted(near, key=lambda outcome: (outcome.task.edges, outcome.nrmse))[:_MOST]


def _additive(inputs: Sequence[int], seed: int, _: list[Trained]) -> list[Task]:
    leaves = [Leaf(index) for index in inputs]
    return [TreeTask(Branch("sum", tuple(leaves)) if len(leaves) > 1 else leaves[0], outer=False, seed=seed)]


def _linear(inputs: Sequence[int], seed: int, _: list[Trained]) -> list[Task]:
    """Skeletons whose root is the output: fewer edges, and the factors of a product are determined up to constants."""
    if len(inputs) == 1:
        return []
    return [TreeTask(tree, outer=False, seed=seed) for tree in _trees(inputs) if tree != flat(inputs)[0]]


def _skeletons(inputs: Sequence[int], seed: int, _: list[Trained]) -> list[Task]:
    """Skeletons with one more function on top."""
    if len(inputs) == 1:
        return [TreeTask(Branch("sum", (Leaf(inputs[0]),)), outer=True, seed=seed)]
    return [TreeTask(tree, outer=True, seed=seed) for tree in _trees(inputs)]


def _trees(inputs: Sequence[int]) -> list[Tree]:
    return read_once(inputs) if len(inputs) <= _NESTED_INPUTS else flat(inputs)


def _linear_repeats(inputs: Sequence[int], seed: int, spare: list[Trained]) -> list[Task]:
    return [TreeTask(tree, outer=False, seed=seed) for tree in _met_once_more(inputs, spare)]


def _repeats(inputs: Sequence[int], seed: int, spare: list[Trained]) -> list[Task]:
    return [TreeTask(tree, outer=True, seed=seed) for tree in _met_once_more(inputs, spare)]


def _met_once_more(inputs: Sequence[int], spare: list[Trained]) -> list[Tree]:
    """The best skeletons that use each input once, each met by one input again."""
    best = sorted(spare, key=lambda trained: trained.nrmse)
    seeds = [trained.task.tree for trained in best if isinstance(trained.task, TreeTask)]
    once = [tree for tree in dict.fromkeys(seeds) if tree in _trees(inputs)]
    return list(dict.fromkeys(tree for seed_tree in once[:_GROW] for tree in with_repeat(seed_tree, inputs)))


def _generic(inputs: Sequence[int], seed: int, _: list[Trained]) -> list[Task]:
    shapes: list[tuple[tuple[int, ...], int]] = [((2,), 0), ((1,), 1), ((1, 1), 1), ((3,), 0), ((2,), 2)]
    return [GenericTask(hidden, products, seed + turn, tuple(inputs)) for hidden, products in shapes for turn in range(2)]
