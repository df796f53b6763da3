"""pyoperon's answer to one law: genetic programming with local search of constants, the best model by description length.

Run in the peers' environment. Functions are those the laws are made of; the time limit leaves a second for starting up.
"""

from __future__ import annotations

import json
import os

from pyoperon.sklearn import SymbolicRegressor

from benchmarks.laws import ROWS, law_asked_for

SYMBOLS = "add,sub,mul,div,pow,exp,log,sin,cos,tanh,asin,sqrt,square,constant,variable"
START_UP = 2.0


def main() -> None:
    """Print the formula as JSON."""
    law, budget = law_asked_for(__doc__)
    inputs, values = law.rows(ROWS, 1)
    model = SymbolicRegressor(
        allowed_symbols=SYMBOLS,
        optimizer_iterations=5,
        max_length=40,
        population_size=1000,
        generations=1_000_000,
        max_evaluations=1_000_000_000,
        max_time=max(1, int(budget - START_UP)),
        n_threads=os.cpu_count() or 1,
        random_state=0,
    )
    model.fit(inputs, values)
    text = model.get_model_string(model.model_, precision=12, names=[str(symbol) for symbol in law.symbols])
    print(json.dumps({"formula": text.replace("^", "**")}))


if __name__ == "__main__":
    main()
