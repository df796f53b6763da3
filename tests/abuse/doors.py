"""A process that takes texts through the doors of the numerics, a few seconds of processor time and some memory for each.

Started by `bounded`. A JSON line [door, text, …] in, a JSON line out: "made", or the sentence of the error that a person would
read. A text that costs more ends the process: the system counts its processor time, whatever else runs on the machine.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from collections.abc import Callable, Sequence

import numpy as np
import torch

from kan_core.errors import KanError
from kan_core.expression.exact import exact_value, read_exact
from kan_core.expression.values import Program
from kan_core.fitting.formula import read_model
from kan_core.primitives.library import get_primitive, own_name
from kan_core.symbolic.equations import Box, equation_task, first_guess, read_equations, scattered_points
from kan_core.symbolic.formula import write_formula
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.data import Table

SECONDS = 4
MEMORY = 6 * 2**30
ROWS = 200


def formula(text: str, *functions: str) -> None:
    inputs = torch.rand((ROWS, 2), generator=torch.Generator().manual_seed(0), dtype=torch.float64) + 0.5
    table = Table(inputs, inputs.sum(1, keepdim=True))
    network = from_formula([text], table, ["x", "t"], ["u"], [own_name(each) if "=" not in each else each for each in functions])
    write_formula(network, ["x", "t"], ["u"], inputs)


def function(text: str) -> None:
    primitive = get_primitive(own_name(text, "mine"))
    primitive.latex()
    primitive.domain.describe()
    primitive.second_derivative(torch.linspace(-3, 3, ROWS, dtype=torch.float64))
    # As an edge of a network, and inside itself.
    formula("mine(mine(mine(x + t)) * mine(t))", f"mine(x) = {text.strip()}")


def equation(text: str) -> None:
    equations = read_equations([text, "u_x = 0"], ["x", "t"], ["u"])
    box = Box(torch.zeros(2, dtype=torch.float64), torch.ones(2, dtype=torch.float64))
    points = scattered_points(box, ROWS, 0)
    equation_task(equations, points, box, ["x", "t"])
    first_guess(equations, points, box, 1)


def model(text: str) -> None:
    """A formula of one's own, read and computed with its slopes; a whole fit is bounded by its numbers of draws and steps."""
    read = read_model(text, ["x", "t"], "u")
    program = Program(read.right, torch.rand((ROWS, 2), dtype=torch.float64).numpy() + 0.5, read.names)
    program.linearised(np.ones(len(read.names)))
    read.text()


def exact(text: str) -> None:
    exact_value(read_exact(text))


DOORS: dict[str, Callable[..., None]] = {
    "formula": formula,
    "function": function,
    "equation": equation,
    "model": model,
    "exact": exact,
}


def outcome(door: str, texts: Sequence[str]) -> str:
    try:
        DOORS[door](*texts)
    except KanError as error:
        return str(error)
    return "made"


def main() -> None:
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin:
        door, *texts = json.loads(line)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + SECONDS, resource.RLIM_INFINITY))
        sys.stdout.write(json.dumps(outcome(door, texts)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
