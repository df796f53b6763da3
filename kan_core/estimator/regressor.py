"""`KANRegressor`: rows in, a formula out, in the manner of scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from kan_core.errors import KanError
from kan_core.estimator.learning import rows_of, tensor_of, trained, untrained
from kan_core.estimator.pareto_point import ParetoPoint, best_of, front_of, whole_point
from kan_core.estimator.validation import (
    Array,
    check_share,
    column_names,
    groups_of,
    rows_to_judge,
    rows_to_learn,
    seed_of,
    weights_of,
)
from kan_core.evidence.choosing import Chosen, kept_back
from kan_core.evidence.judged_by import judged_by
from kan_core.evidence.validation import Judged
from kan_core.expression.tree import Expression, Spline, walk
from kan_core.law.constants import Constant, decimals, law_constants
from kan_core.law.rows import law_rows
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from kan_core.search.discover import SearchProgress, discover
from kan_core.symbolic.formula import equations_latex, write_formula
from kan_core.training.data import Split
from kan_core.training.progress import rmse
from kan_core.training.trainer import TrainingOptions

Stop = Callable[[SearchProgress], bool]


class KANRegressor(RegressorMixin, BaseEstimator):
    """Explains one target by a formula, or by a network of splines when `symbolic` is False.

    With `symbolic` the whole automatic search runs (`kan_core.search`), the same that `kanscope discover` runs; the formula
    with the shortest description of the held-out rows predicts, the others are in `pareto_`. Where no elementary function
    fits, scikit-learn's ConvergenceWarning says so and a network of splines predicts. Outside the domain of the formula,
    such as the logarithm of a negative number, a prediction is NaN.

    Args:
        symbolic: search a formula.
        max_tasks: of the search: a task trains one skeleton or gives one network its functions, a fraction of a second to
            some seconds. The same number gives the same formula on every machine, which a time would not.
        stop: asked with the search's progress after each task, and within it some hundred times a second; True ends it. Here
            a caller puts a clock, which is then heeded to within a fraction of a second.
        hidden: widths of the hidden layers of a network of splines.
        intervals, degree: G and k of its splines.
        sparsity: λ of its training; its edges fade where the data do not need them.
        steps: of its training at most; None is what suits the trainer. The state with the smallest held-out error is kept.
        test_share: of the rows that are held out for judging, 0 … 0.5; 0 is cross-validation. None is a fifth, and
            cross-validation below a hundred rows. A formula is fitted to all rows once it is decided, and judged by
            cross-validation; a network of splines keeps a fifth of few rows back, by which its training ends.
        random_state: of all random starts; which rows judge depends on what is in them.

    Attributes:
        formula_: Python text with every digit, in the names of the columns (x0, x1, … for an array).
        expression_: the same as a sympy expression; φ stands for a spline.
        complexity_: as PySR counts.
        rmse_: cross-validated, or on the held-out rows; unit of the target.
        judged_by_: what that error rests on, such as "leave-one-out, all 240 rows".
        constants_: the decimal numbers of the formula with their standard errors; empty where splines are left.
        pareto_: formulas that no simpler one equals in error, simplest first.
        symbolic_: whether no spline is left.
        n_tasks_: tasks done by the search.
        target_name_: name of the target, y when it has none.
        snapshot_: the network that predicts, as bytes.
        n_features_in_, feature_names_in_: as everywhere in scikit-learn.

    Examples:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).uniform(1, 2, (200, 2))
        >>> law = KANRegressor().fit(x, x[:, 0] * x[:, 1])
        >>> law.formula_
        'x0*x1'
        >>> law.latex()
        'y = x_{0} x_{1}'
    """

    def __init__(  # noqa: PLR0913 - scikit-learn finds settings by the names of these arguments
        self,
        *,
        symbolic: bool = True,
        max_tasks: int = 60,
        stop: Stop | None = None,
        hidden: Sequence[int] = (5,),
        intervals: int = 3,
        degree: int = 3,
        sparsity: float = 1e-3,
        steps: int | None = None,
        test_share: float | None = None,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.symbolic = symbolic
        self.max_tasks = max_tasks
        self.stop = stop
        self.hidden = hidden
        self.intervals = intervals
        self.degree = degree
        self.sparsity = sparsity
        self.steps = steps
        self.test_share = test_share
        self.random_state = random_state

    def fit(self, X: object, y: object, sample_weight: object = None, groups: object = None) -> Self:
        """Learn (rows, inputs) `X` and (rows,) `y`: arrays, or data frames whose column names the formula will use.

        Args:
            X: (rows, inputs).
            y: (rows,).
            sample_weight: (rows,) ≥ 0: a weight of 3 is the row three times, 0 is no row. They say which forms are looked at,
                and decide constants, their error bars (which count rows, whatever the weights sum to), errors, and the choice.
            groups: (rows,) labels; the rows of one stay together when some rows judge the others.

        Raises:
            ValueError: in scikit-learn's words: values that are missing or infinite, too few rows, wrong shapes; two columns
                of one name, or a setting out of its range.
        """
        self._check_settings()
        self.target_name_ = str(getattr(y, "name", None) or "y")
        inputs, target = rows_to_learn(self, X, y, numeric=True)
        seed = seed_of(self.random_state)
        rows = rows_of(inputs, target[:, None], weights_of(sample_weight, inputs), self.test_share, groups_of(groups, inputs))
        names = column_names(self)
        self.n_tasks_ = 0
        chosen = self._search(rows.split, names, seed) if self.symbolic else None
        if chosen is None:
            chosen = self._splines(rows.split, names, seed)
        self.formula_, self.expression_ = chosen.formula, chosen.expression
        self._tree, self._names = chosen.tree, chosen.names
        self.complexity_, self.rmse_, self.snapshot_ = chosen.complexity, chosen.rmse, chosen.snapshot
        self.symbolic_ = not any(isinstance(part, Spline) for part in walk(chosen.tree))
        self.constants_ = _constants(chosen.tree, rows.split.for_laws) if self.symbolic_ else []
        self.judged_by_ = _told(rows, law=self.symbolic_, grouped=groups is not None)
        return self

    def predict(self, X: object, *, point: int | None = None) -> Array:
        """(rows,) predictions; NaN outside the formula's domain.

        Args:
            X: (rows, inputs).
            point: predict with this formula of `pareto_` instead of the chosen one.
        """
        check_is_fitted(self)
        inputs = rows_to_judge(self, X)
        network = self.network_ if point is None else from_bytes(self.pareto_[point].snapshot)
        return evaluate(network, tensor_of(inputs))[:, 0].numpy()

    def latex(self, digits: int | None = 4) -> str:
        """'target = formula' with so many significant digits; None prints every digit."""
        check_is_fitted(self)
        return equations_latex([self.target_name_], [self._tree], list(self._names), digits)

    @property
    def network_(self) -> Network:
        """The network that predicts: look at its edges, prune it, train it on."""
        check_is_fitted(self)
        return from_bytes(self.snapshot_)

    def _check_settings(self) -> None:
        """scikit-learn wants settings to be judged when they are used, not when they are stored."""
        if self.max_tasks < 1:
            raise ValueError(f"max_tasks must be 1 or more, got {self.max_tasks}.")
        check_share(self.test_share)

    def _search(self, split: Split, names: list[str], seed: int) -> ParetoPoint | None:
        """The best formula of the search, None where it found none; fills `pareto_`."""
        progress = None
        for progress in discover(split, seed, over=self.stop or _never):
            if progress.done >= self.max_tasks:
                break
        findings = progress.findings if progress is not None else ()
        self.n_tasks_ = progress.done if progress is not None else 0
        self.pareto_ = front_of(findings, names, split)
        best = best_of(findings, names, split)
        if best is None:
            told = f"No elementary formula was found in {self.n_tasks_} tasks; a network of splines predicts."
            warnings.warn(f"{told} Raise max_tasks, or give columns that explain the target.", ConvergenceWarning, stacklevel=3)
        return best

    def _splines(self, split: Split, names: list[str], seed: int) -> ParetoPoint:
        """A network of splines and its formula, which is then the only one there is."""
        network = untrained(split, self.hidden, self.intervals, self.degree, seed)
        options = TrainingOptions(steps=self.steps or 0, sparsity=self.sparsity)
        network = trained(network, split, options)
        formula = write_formula(network, names, [self.target_name_], split.test.inputs)
        point = whole_point(formula, rmse(network, kept_back(split).test), to_bytes(network))
        self.pareto_ = [point]
        return point


def _never(_progress: SearchProgress) -> bool:
    return False


def _constants(tree: Expression, split: Split) -> list[Constant]:
    try:
        return law_constants(decimals([tree]), law_rows(split.train))
    except KanError:
        return []


def _told(rows: Chosen, *, law: bool, grouped: bool) -> str:
    split = rows.split.for_laws if law else kept_back(rows.split)
    method = "leave_one_out" if split.units is not None else "fitted" if split.test is split.train else "held_out"
    return judged_by(rows, split, Judged(split.test.targets, method), grouped="" if grouped else None).text
