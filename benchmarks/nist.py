"""The certified problems of NIST's StRD for nonlinear regression, as data; what counts as reproduced.

https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml, in the public domain. A fit reproduces a problem when every constant has
six certified digits and every standard error four; for Lanczos1, whose residuals are 1e-13 of the data, errors of three
digits count, since doubles hold no more of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kan_core.expression.text import parse
from kan_core.expression.values import Program

FILE = Path(__file__).parent / "targets" / "nist.json"
VALUE_DIGITS = 6
ERROR_DIGITS = 4


@dataclass(frozen=True)
class Problem:
    """One problem: a model over columns, two starts, and certified results in the order of `constants`."""

    name: str
    model: str
    columns: tuple[str, ...]
    constants: tuple[str, ...]
    starts: tuple[tuple[float, ...], tuple[float, ...]]
    certified: tuple[float, ...]
    standard_errors: tuple[float, ...]
    rss: float
    inputs: np.ndarray
    values: np.ndarray

    def program(self) -> Program:
        """The model on the problem's rows."""
        return Program(parse(self.model, self.columns, constants=True), self.inputs, self.constants)

    def reproduced(self, values: Sequence[float], errors: Sequence[float]) -> bool:
        """Whether constants and standard errors are the certified ones."""
        enough = 3 if self.name == "Lanczos1" else ERROR_DIGITS
        return digits(values, self.certified) >= VALUE_DIGITS and digits(errors, self.standard_errors) >= enough


def problems() -> list[Problem]:
    """All 27."""
    return [
        Problem(
            name=entry["name"],
            model=entry["model"],
            columns=tuple(entry["columns"]),
            constants=tuple(entry["constants"]),
            starts=(tuple(entry["starts"][0]), tuple(entry["starts"][1])),
            certified=tuple(entry["certified"]),
            standard_errors=tuple(entry["standard_errors"]),
            rss=entry["rss"],
            inputs=np.array(entry["inputs"]).T,
            values=np.array(entry["values"]),
        )
        for entry in json.loads(FILE.read_text(encoding="utf-8"))
    ]


def digits(found: Sequence[float], certified: Sequence[float]) -> float:
    """Correct significant digits of the worst one: -log10 of the relative error (McCullough 1998)."""
    worst = max(abs(a - b) / abs(b) if math.isfinite(a) else math.inf for a, b in zip(found, certified, strict=True))
    return -math.log10(max(worst, 1e-16)) if math.isfinite(worst) else -math.inf
