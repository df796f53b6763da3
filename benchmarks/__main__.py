"""`python -m benchmarks` (or `make bench`): measure everything side by side; write results/*.json, the tables and the plots.

Each part can be run alone (`--parts steps accuracy`), and one that was interrupted goes on where it stopped. pykan's toy takes
a minute a seed, so its results are kept per machine and only what is missing is run; `--fresh` measures anew. `--write` only
makes tables and plots from the results there are.
"""

from __future__ import annotations

import argparse
import time

from benchmarks import document, table
from benchmarks.machine import describe
from benchmarks.parts import ALONE, PARTS, Wanted
from benchmarks.runner import Result, make_peers, middle, write


def medians(result: Result) -> dict[str, float | None]:
    """Median seconds of each peer, for parts that list runs."""
    return {peer: middle(entries, "seconds") for peer, entries in result.items() if isinstance(entries, list)}


def main() -> None:
    """Run the chosen parts."""
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument("--parts", nargs="+", choices=sorted(PARTS), default=list(PARTS))
    arguments.add_argument("--pykan-seeds", type=int, default=10, help="seeds of pykan's toy; 0 leaves pykan out")
    arguments.add_argument("--before", default=Wanted.before, help="commit that part abuse compares with")
    arguments.add_argument("--fresh", action="store_true", help="measure anew what earlier runs have left")
    arguments.add_argument("--write", action="store_true", help="measure nothing")
    chosen = arguments.parse_args()
    if not chosen.write and set(chosen.parts) - ALONE:
        make_peers()
    # Once: after the first part the load is the benchmark's own.
    machine = describe()
    for name in [] if chosen.write else chosen.parts:
        print(name, flush=True)
        began = time.perf_counter()
        result = PARTS[name](Wanted(chosen.pykan_seeds, chosen.fresh, chosen.before))
        write(name, {"machine": machine, "median_seconds": medians(result), **result})
        print(f"{name}: {(time.perf_counter() - began) / 60:.1f} min", flush=True)
    print(table.update())
    document.update()


if __name__ == "__main__":
    main()
