"""The pieces of work of a search: pure functions of a table and a small description, to be run anywhere, in any order.

`rounds` says which tasks come next; whoever runs them (a loop, a process pool, a cluster) hands back the outcomes in the
order of the tasks, so a result does not depend on how many workers there were.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from kan_core.errors import KanError
from kan_core.evidence.choosing import kept_back
from kan_core.importance.proposal import weak_edges
from kan_core.importance.scores import importance
from kan_core.layers.structure import Node
from kan_core.network.create import create_network
from kan_core.network.edges import active_edges
from kan_core.network.edits import extend_grid, lock, prune_edges, prune_inputs
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.network.tree import Branch, Tree, tree_network
from kan_core.search.assign import AssignOptions, assign
from kan_core.search.finding import Finding, judge_finding
from kan_core.search.laws.stages import Stage, find_laws
from kan_core.search.screen import important_inputs, trace_of
from kan_core.symbolic.eliminate import eliminate
from kan_core.training.data import Split
from kan_core.training.halting import heeding
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.options import Stop, never
from kan_core.training.progress import rmse
from kan_core.training.screen import some_rows

# Random starts of a skeleton, steps of their heats, how many go on, and steps in all.
_STARTS = 5
_HEAT = 8
_GO_ON = 2
_STEPS = 40
# Grid intervals while searching, and for the curves that are given their functions.
_COARSE = 6
_FINE = 12
# A spline fit this good needs no other start.
_GOOD = 1e-3
# Edges less important than this are constants.
_IDLE = 1e-7
# Rows used while searching; the last refit sees all.
_ROWS = 500


@dataclass(frozen=True)
class TreeTask:
    """Train a formula skeleton from several starts."""

    tree: Tree
    outer: bool
    seed: int

    @property
    def edges(self) -> int:
        """Free edge functions."""
        root_free = self.outer or not isinstance(self.tree, Branch)
        return self.tree.edges + (1 if root_free else 0)

    def __str__(self) -> str:
        return f"F{self.tree}" if self.outer else str(self.tree)


@dataclass(frozen=True)
class GenericTask:
    """Train a fully connected network on the given inputs (all when none are given) with sparsity and pare it down."""

    hidden: tuple[int, ...]
    products: int
    seed: int
    inputs: tuple[int, ...] = ()

    @property
    def edges(self) -> int:
        """Sorts after every skeleton."""
        return 100 + sum(self.hidden) + self.products

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.hidden))}]" + (f" with {self.products} products" if self.products else "")


@dataclass(frozen=True, eq=False)
class AssignTask:
    """Give the edges of a trained network their functions."""

    network: Network
    origin: str
    beam: int = 2


@dataclass(frozen=True)
class ScreenTask:
    """Find the inputs that matter."""

    seed: int

    def __str__(self) -> str:
        return "which inputs matter"


@dataclass(frozen=True)
class LawTask:
    """Find laws of few terms.

    Attributes:
        stage: the kind of laws, cheap kinds first.
        inputs: that may occur.
        share, shares: the part of the work.
    """

    stage: Stage
    inputs: tuple[int, ...]
    share: int
    shares: int

    def __str__(self) -> str:
        return f"laws of {self.stage}"


Task = TreeTask | GenericTask | AssignTask | ScreenTask | LawTask


@dataclass(frozen=True, eq=False)
class Trained:
    """A spline network and its held-out error over the spread of the target."""

    task: TreeTask | GenericTask
    network: Network
    nrmse: float


@dataclass(frozen=True)
class Screened:
    """Inputs that matter, in order."""

    inputs: tuple[int, ...]


Outcome = Trained | Screened | list[Finding]


def run_task(task: Task, split: Split, stop: Stop = never) -> Outcome:
    """Do one piece of work.

    Raises:
        Halted: `stop`, which is asked in the inner loops, says so.
    """
    with heeding(stop):
        return _do(task, split)


def _do(task: Task, split: Split) -> Outcome:
    if isinstance(task, AssignTask):
        return _assign(task, split)
    if isinstance(task, LawTask):
        return find_laws(task.stage, task.inputs, task.share, task.shares, split)
    if isinstance(task, ScreenTask):
        return Screened(important_inputs(split, task.seed))
    small = fewer_rows(split)
    network = _train_tree(task, small) if isinstance(task, TreeTask) else _train_generic(task, small)
    return Trained(task, network, nrmse(network, small))


def nrmse(network: Network, split: Split) -> float:
    """Held-out error over the standard deviation of the targets."""
    return rmse(network, split.test) / float(network.normalisation.target_scale.amax())


def fewer_rows(split: Split) -> Split:
    """At most 500 training and held-out rows, evenly taken; some are held out also where cross-validation judges formulas."""
    split = kept_back(split)
    return Split(some_rows(split.train, _ROWS), some_rows(split.test, _ROWS))


def _train_tree(task: TreeTask, split: Split) -> Network:
    """Short heats from several starts; the best ones go on."""
    generator = torch.Generator().manual_seed(task.seed)
    heats: list[tuple[float, Network]] = []
    for _ in range(_STARTS if task.edges > 1 else 1):
        network = tree_network(task.tree, split.train, generator=generator, intervals=_COARSE, outer=task.outer)
        network = _steps(network, split, _HEAT)
        heats.append((nrmse(network, split), network))
        if heats[-1][0] < _GOOD:
            break
    heats.sort(key=lambda heat: heat[0])
    best = heats[0]
    for _, start in heats[:_GO_ON]:
        network = _steps(start, split, _STEPS - _HEAT)
        error = nrmse(network, split)
        best = min(best, (error, network), key=lambda heat: heat[0])
        if error < _GOOD:
            break
    return best[1]


def _train_generic(task: GenericTask, split: Split) -> Network:
    generator = torch.Generator().manual_seed(task.seed)
    inputs, outputs = split.train.inputs.shape[1], split.train.targets.shape[1]
    shape: list[int | list[Node]] = [inputs, *task.hidden, outputs]
    if task.products:
        shape[1] = [*[Node()] * task.hidden[0], *[Node("product", 2)] * task.products]
    network = create_network(shape, split.train, generator=generator, intervals=_COARSE)
    if task.inputs:
        network = prune_inputs(network, set(range(inputs)).difference(task.inputs), trace_of(network, split))
    for progress in train(network, split, LevenbergMarquardtOptions(steps=_STEPS, sparsity=1e-3, tolerance=1e-3)):
        network = progress.network
    return eliminate(_steps(network, split, _STEPS // 2), split)


def _steps(network: Network, split: Split, steps: int) -> Network:
    for progress in train(network, split, LevenbergMarquardtOptions(steps=steps, tolerance=1e-3)):
        network = progress.network
    return network


def _assign(task: AssignTask, split: Split) -> list[Finding]:
    """Functions on few rows, then the constants on all."""
    small = fewer_rows(split)
    network = _steps(extend_grid(task.network, _FINE), small, _STEPS // 2)
    found: list[Finding] = []
    for member in assign(network, small, AssignOptions(beam=task.beam)):
        if member.open:
            continue
        polished = _polish(without_idle_edges(_polish(_unlocked(member.network), split), split), split)
        try:
            found.append(judge_finding(polished, split, task.origin))
        except KanError:
            continue
    return found


def without_idle_edges(network: Network, split: Split) -> Network:
    """The network without edges that contribute nothing but a constant (importance at rounding level)."""
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    idle = weak_edges(network, importance(network, trace, split.train.weights), _IDLE)
    return prune_edges(network, idle, trace) if idle else network


def _polish(network: Network, split: Split) -> Network:
    options = LevenbergMarquardtOptions(steps=30, tolerance=1e-6)
    for progress in train(network, split, options):
        network = progress.network
    return network


def _unlocked(network: Network) -> Network:
    """The identities that only pass a node on become ordinary edges, as if a person had set them."""
    for edge in active_edges(network):
        if (edge.target, edge.source) in network.layers[edge.layer].structure.locked:
            network = lock(network, [edge], locked=False)
    return network
