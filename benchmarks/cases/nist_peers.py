"""NIST's problems by SciPy's `curve_fit` and by lmfit, each with its defaults, from both certified starts."""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable
from statistics import median

import numpy as np

from benchmarks.nist import Problem, problems

Answer = tuple[np.ndarray, np.ndarray]


def scipy(problem: Problem, start: tuple[float, ...]) -> Answer:
    """`curve_fit` as it comes."""
    from scipy.optimize import curve_fit

    program = problem.program()
    values, covariance = curve_fit(
        lambda _, *constants: program.values(np.array(constants)), problem.inputs, problem.values, p0=start
    )
    return values, np.sqrt(np.diag(covariance))


def lmfit(problem: Problem, start: tuple[float, ...]) -> Answer:
    """`minimize` as it comes."""
    from lmfit import Parameters, minimize

    program, parameters = problem.program(), Parameters()
    for name, value in zip(problem.constants, start, strict=True):
        parameters.add(name, value=value)

    def residual(given: Parameters) -> np.ndarray:
        return program.residual(np.array([given[name].value for name in problem.constants]), problem.values)

    fit = minimize(residual, parameters)
    found = [fit.params[name] for name in problem.constants]
    return np.array([one.value for one in found]), np.array([one.stderr or np.nan for one in found])


PEERS: dict[str, Callable[[Problem, tuple[float, ...]], Answer]] = {"scipy": scipy, "lmfit": lmfit}


def main() -> None:
    """Print how many were reproduced, and the median time of a fit, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", choices=PEERS, required=True)
    peer = PEERS[parser.parse_args().peer]
    warnings.simplefilter("ignore")
    times: list[float] = []
    reproduced = 0
    every = [(problem, start) for problem in problems() for start in problem.starts]
    for problem, start in every:
        began = time.perf_counter()
        try:
            values, errors = peer(problem, start)
        except (RuntimeError, ValueError, TypeError, FloatingPointError):
            continue
        finally:
            times.append(time.perf_counter() - began)
        reproduced += problem.reproduced(values.tolist(), errors.tolist())
    print(json.dumps({"seconds": median(times), "longest_seconds": max(times), "reproduced": reproduced, "of": len(every)}))


if __name__ == "__main__":
    main()
