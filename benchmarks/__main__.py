"""`python -m benchmarks` (or `make bench`): measure everything side by side, write results/*.json and the README's table.

pykan's toy takes a minute a seed, so its results are kept per machine and version in results/pykan_toy.json and only what is
missing is run; `--fresh` measures anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks import table
from benchmarks.machine import describe
from benchmarks.runner import Result, make_peers, middle, read, run_case, write

RUNS = 3


def toy(pykan_seeds: int, fresh: bool) -> Result:
    """From rows to formula, seed by seed."""
    return {"kanscope": [run_case("toy_kanscope", "--seed", seed) for seed in range(10)], "pykan": pykan_toy(pykan_seeds, fresh)}


def pykan_toy(seeds: int, fresh: bool) -> list[Result]:
    """Pykan's results, those of an earlier run on an equal machine included; written after each seed."""
    machine = describe()
    kept = read("pykan_toy") or {}
    known = {} if fresh or not _same(kept.get("machine"), machine) else {entry["seed"]: entry for entry in kept["seeds"]}
    for seed in range(seeds):
        if seed not in known:
            entry = run_case("toy_pykan", "--seed", seed, peers=True)
            known[seed] = {"seed": seed, **entry, "load_before": describe()["load_before"]}
            write("pykan_toy", {"machine": machine, "seeds": [known[each] for each in sorted(known)]})
    return [known[seed] for seed in sorted(known)]


def _same(one: Result | None, other: Result) -> bool:
    """Whether figures of two machines may stand beside each other."""
    return one is not None and all(one[key] == other[key] for key in ("processor", "cores"))


def training(pykan_seeds: int, _fresh: bool) -> Result:
    """Training to the same test error, seed by seed."""
    pykan = [run_case("training_pykan", "--seed", seed, peers=True) for seed in range(min(RUNS, pykan_seeds))]
    kanscope = [
        run_case("training_kanscope", "--seed", entry["seed"], "--target", entry["test_rmse"])
        for entry in pykan
        if "seed" in entry
    ]
    return {"kanscope": kanscope, "pykan": pykan}


def suggestions(pykan_seeds: int, _fresh: bool) -> Result:
    """One edge and all edges; the cases take medians themselves."""
    kanscope = [run_case("suggestions_kanscope")]
    return {"kanscope": kanscope, "pykan": [run_case("suggestions_pykan", peers=True)] if pykan_seeds else []}


def server(_pykan_seeds: int, _fresh: bool) -> Result:
    """Cold start, round trips, and what watching costs."""
    return {"kanscope": [run_case("server")], "pykan": []}


PARTS: dict[str, Callable[[int, bool], Result]] = {"toy": toy, "training": training, "suggestions": suggestions, "server": server}


def main() -> None:
    """Run the chosen parts."""
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument("--parts", nargs="+", choices=sorted(PARTS), default=list(PARTS))
    arguments.add_argument("--pykan-seeds", type=int, default=10, help="seeds of pykan's toy; 0 leaves pykan out")
    arguments.add_argument("--fresh", action="store_true", help="measure pykan's toy anew")
    chosen = arguments.parse_args()
    if chosen.pykan_seeds:
        make_peers()
    for name in chosen.parts:
        print(name)
        machine = describe()
        result = PARTS[name](chosen.pykan_seeds, chosen.fresh)
        medians = {peer: middle(entries, "seconds") for peer, entries in result.items()}
        write(name, {"machine": machine, "median_seconds": medians, **result})
    print(table.update())


if __name__ == "__main__":
    main()
