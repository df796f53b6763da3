"""The parts of the benchmark: each runs its cases, one process a case, and answers with their results by peer or by case.

Long parts keep every case when it is done, so that a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from benchmarks.equations import PROBLEMS
from benchmarks.laws import read_laws
from benchmarks.machine import describe
from benchmarks.recovery import BUDGET, CASES, TARGETS, recovered
from benchmarks.runner import RESULTS, Result, read, run_case, write
from benchmarks.staircases import STAIRCASES
from benchmarks.steps import FINER, SHAPES, WIDER, Shape
from benchmarks.versions import checked_out, commit_of

RUNS = 3
FAST = ("mlp", "flashkan", "inkan", "efficient-kan")
SLOW = ("pykan speed()", "pykan")


@dataclass(frozen=True)
class Wanted:
    """Settings of a run.

    Attributes:
        pykan_seeds: seeds of pykan's toy; 0 leaves pykan out.
        fresh: measure again what an earlier run on an equal machine has left.
        before: commit, branch or tag that part `abuse` compares with.
    """

    pykan_seeds: int = 10
    fresh: bool = False
    before: str = "c1f5ffe"


def toy(wanted: Wanted) -> Result:
    """From rows to formula, seed by seed."""
    ours = [run_case("toy_kanscope", "--seed", seed) for seed in range(10)]
    return {"kanscope": ours, "pykan": _pykan_toy(wanted)}


def _pykan_toy(wanted: Wanted) -> list[Result]:
    """Pykan takes a minute a seed: those of an earlier run on an equal machine are not run again."""
    machine = describe()
    kept = read("pykan_toy") or {}
    usable = not wanted.fresh and _same(kept.get("machine"), machine)
    known: dict[int, Result] = {entry["seed"]: entry for entry in kept["seeds"]} if usable else {}
    for seed in range(wanted.pykan_seeds):
        if seed not in known:
            entry = run_case("toy_pykan", "--seed", seed, peers=True)
            known[seed] = {"seed": seed, **entry, "load_before": describe()["load_before"]}
            write("pykan_toy", {"machine": machine, "seeds": [known[each] for each in sorted(known)]})
    return [known[seed] for seed in sorted(known)]


def _same(one: Result | None, other: Result) -> bool:
    """Whether figures of two machines may stand beside each other."""
    return one is not None and all(one[key] == other[key] for key in ("processor", "cores"))


def training(wanted: Wanted) -> Result:
    """Training to the same test error, seed by seed."""
    pykan = [run_case("training_pykan", "--seed", seed, peers=True) for seed in range(min(RUNS, wanted.pykan_seeds))]
    kanscope = [
        run_case("training_kanscope", "--seed", entry["seed"], "--target", entry["test_rmse"])
        for entry in pykan
        if "seed" in entry
    ]
    return {"kanscope": kanscope, "pykan": pykan}


def suggestions(wanted: Wanted) -> Result:
    """One edge and all edges; the cases take medians themselves."""
    pykan = [run_case("suggestions_pykan", peers=True)] if wanted.pykan_seeds else []
    return {"kanscope": [run_case("suggestions_kanscope")], "pykan": pykan}


def refit(_wanted: Wanted) -> Result:
    """All constants of a symbolic network."""
    return {"kanscope": [run_case("refit_kanscope")]}


def nist(_wanted: Wanted) -> Result:
    """Certified nonlinear regressions, beside SciPy and lmfit with their defaults."""
    peers = {peer: [run_case("nist_peers", "--peer", peer, peers=True)] for peer in ("scipy", "lmfit")}
    return {"kanscope": [run_case("nist_kanscope")], **peers}


def own_models(_wanted: Wanted) -> Result:
    """A formula of one's own over REST: the question a slider asks, and fits of many rows."""
    return {"kanscope": [run_case("own_models")]}


def server(_wanted: Wanted) -> Result:
    """Cold start, round trips, and what watching costs."""
    return {"kanscope": [run_case("server")]}


def abuse(wanted: Wanted) -> Result:
    """Many users and costly requests, against an earlier version and this one, each served by its own sources."""

    def of_earlier() -> Result:
        with checked_out(wanted.before) as folder:
            return {**run_case("abuse", "--source", folder), "commit": commit_of(wanted.before)}

    cases: dict[str, Callable[[], Result]] = {
        "before": of_earlier,
        "after": lambda: {**run_case("abuse"), "commit": commit_of("HEAD")},
    }
    return _each("abuse", wanted, cases)


def recovery(wanted: Wanted) -> Result:
    """Formulas recovered from rows by Kanscope, pyoperon and pykan, one list of answers each."""
    chosen = CASES if wanted.pykan_seeds else CASES[:-1]
    laws = read_laws(TARGETS)
    cases = {f"{case} {law.name}": partial(recovered, law, TARGETS, case, BUDGET) for case in chosen for law in laws}
    found = _each("recovery", wanted, cases)["cases"]
    return {case.removeprefix("recovery_"): [found[f"{case} {law.name}"] for law in laws] for case in chosen}


def equations(wanted: Wanted) -> Result:
    """Differential equations, each to its solution and to its law; pykan solves the one that its authors published."""
    cases: dict[str, Callable[[], Result]] = {
        f"kanscope {problem.name}": partial(run_case, "equations_kanscope", "--name", problem.name) for problem in PROBLEMS
    }
    if wanted.pykan_seeds:
        cases["pykan Poisson"] = partial(run_case, "equations_pykan", peers=True)
    return _each("equations", wanted, cases)


def steps(wanted: Wanted) -> Result:
    """Training steps of all shapes and peers in turns, growth, and memory."""
    cases: dict[str, Callable[[], Result]] = {}
    for shape in SHAPES:
        cases[f"{shape.name} fast"] = _turns(shape, FAST)
    for shape in SHAPES if wanted.pykan_seeds else ():
        cases[f"{shape.name} slow"] = _turns(shape, SLOW)
    for shape in FINER:
        cases[f"{shape.name} finer"] = _turns(shape, ("gemm", "gather", "mlp", "flashkan", "inkan"))
    for shape in WIDER:
        cases[f"{shape.name} wider"] = _turns(shape, ("mlp", "flashkan", "inkan"))
    for shape in SHAPES:
        for peer in ("kanscope", *FAST, *(SLOW if wanted.pykan_seeds else ())):
            cases[f"{shape.name} memory {peer}"] = partial(
                run_case, "steps", "--shape", shape.name, "--memory", "--peers", peer, peers=True
            )
    return _each("steps", wanted, cases)


def _turns(shape: Shape, peers: tuple[str, ...]) -> Callable[[], Result]:
    return partial(run_case, "steps", "--shape", shape.name, "--peers", *peers, peers=True)


def accuracy(wanted: Wanted) -> Result:
    """Staircases of grid extensions, and MLPs on the same rows."""
    cases: dict[str, Callable[[], Result]] = {}
    for case in STAIRCASES:
        for seed in range(case.seeds):
            cases[f"{case.name} {seed}"] = partial(run_case, "accuracy", "--case", case.name, "--seed", seed)
        if case.mlp:
            cases[f"{case.name} mlp"] = partial(run_case, "accuracy_mlp", "--case", case.name)
    return _each("accuracy", wanted, cases)


def _each(name: str, wanted: Wanted, cases: Mapping[str, Callable[[], Result]]) -> Result:
    """Run the cases one by one; those that an interrupted run has left are not run again."""
    unfinished, machine = f"{name}_unfinished", describe()
    before = None if wanted.fresh else read(unfinished)
    found: dict[str, Result] = before["cases"] if before is not None and _same(before["machine"], machine) else {}
    for number, (case, run) in enumerate(cases.items(), 1):
        if case not in found:
            print(f"  {number}/{len(cases)}", end="")
            result = run()
            if "failure" not in result:
                found[case] = result
                write(unfinished, {"machine": machine, "cases": found})
    (RESULTS / f"{unfinished}.json").unlink(missing_ok=True)
    return {"cases": {case: found.get(case, {"failure": "failed"}) for case in cases}}


PARTS: dict[str, Callable[[Wanted], Result]] = {
    "steps": steps,
    "accuracy": accuracy,
    "suggestions": suggestions,
    "refit": refit,
    "nist": nist,
    "own_models": own_models,
    "training": training,
    "equations": equations,
    "toy": toy,
    "server": server,
    "abuse": abuse,
    "recovery": recovery,
}
ALONE = frozenset({"refit", "own_models", "server", "abuse"})
"""Parts that need no peers."""
