"""Run an exported program in a process of its own and read what it computes.

The program is of our own making; nothing of it runs in this process. Rows go in as a JSON literal, values come back as one
JSON line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import torch
from torch import Tensor

from kan_core.own_code import environment
from server.work.result import WorkError

_SECONDS = 30.0

_PREDICT = """
import json
_columns = json.loads({rows})
_found = predict(*[np.array(_column) for _column in _columns])
_found = _found if isinstance(_found, tuple) else (_found,)
print()
print(json.dumps([[float(_value) if np.isfinite(_value) else None for _value in _target] for _target in _found]))
"""

_EVALUATE = """
import json
_names, _rows = json.loads({rows})
def _number(_formula, _row):
    try:
        _value = float(_formula.evalf(17, subs={{sympy.Symbol(_name): _value for _name, _value in zip(_names, _row)}}))
    except (ArithmeticError, TypeError, ValueError):
        return None
    return _value if _value - _value == 0 else None
print()
print(json.dumps([[_number(_formula, _row) for _row in _rows] for _formula in formulas.values()]))
"""


def run_python(program: str, inputs: Tensor) -> Tensor:
    """(rows, outputs) what `predict` of an exported module gives for (rows, inputs).

    Raises:
        WorkError: the program fails, which is a fault of the export.
    """
    rows = ascii(json.dumps(inputs.T.tolist()))
    return _values(program + _PREDICT.format(rows=rows))


def run_sympy(program: str, names: Sequence[str], inputs: Tensor) -> Tensor:
    """(rows, outputs) what the expressions of an exported sympy script give for (rows, inputs).

    Raises:
        WorkError: the program fails, which is a fault of the export.
    """
    rows = ascii(json.dumps([list(names), inputs.tolist()]))
    return _values(program + _EVALUATE.format(rows=rows))


def _values(program: str) -> Tensor:
    try:
        finished = subprocess.run(
            [sys.executable, "-"],
            input=program.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=environment(),
        )
        columns = json.loads(finished.stdout.decode().splitlines()[-1])
    except subprocess.TimeoutExpired as error:
        raise WorkError(
            f"The export was still computing after {_SECONDS:.0f} seconds.", hint="Prune the network first."
        ) from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
        raise WorkError(f"The exported program fails: {last}", code="internal") from error
    values = [[float("nan") if value is None else value for value in column] for column in columns]
    return torch.tensor(values, dtype=torch.float64).T
