"""`KANClassifier`: a network of splines whose outputs are logits, in the manner of scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from kan_core.estimator.learning import rows_of, tensor_of, trained, untrained
from kan_core.estimator.naming import named
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
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from kan_core.symbolic.formula import equations_latex, write_formula
from kan_core.training.objectives import BinaryCrossEntropy, CrossEntropy
from kan_core.training.trainer import TrainingOptions

# Logits beyond it are as certain as doubles can say; infinite ones of several classes would leave no probability.
_LARGEST = 1e6

if TYPE_CHECKING:
    import sympy


class KANClassifier(ClassifierMixin, BaseEstimator):
    """Class probabilities from a Kolmogorov-Arnold network: σ(z) of one logit for two classes, softmax(z) for more.

    Args:
        symbolic: put elementary functions in the place of splines where the rows held out allow it, so that the log-odds
            become a formula; networks of more than thirty splines keep them.
        library: names of the functions that may stand there; all when None.
        hidden: widths of the hidden layers.
        intervals, degree: G and k of the splines.
        sparsity: λ of the training.
        steps: at most; None is what suits the trainer. The state with the smallest held-out loss is kept.
        test_share: of the rows that are held out for that, 0 … 0.5; None, and 0, are a fifth.
        random_state: of the held-out rows and of the random start.

    Attributes:
        classes_: labels, sorted.
        formula_: Python text of each logit, the logarithm of the odds for two classes, in the names of the columns; φ stands
            for a spline that no function replaces.
        expressions_: the same as sympy expressions.
        snapshot_: the network as bytes.
        n_features_in_, feature_names_in_: as everywhere in scikit-learn.

    Examples:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(300, 2))
        >>> ring = np.where((x**2).sum(1) > 2, "out", "in")
        >>> bool(KANClassifier(hidden=()).fit(x, ring).score(x, ring) > 0.95)
        True
    """

    def __init__(  # noqa: PLR0913 - scikit-learn finds settings by the names of these arguments
        self,
        *,
        symbolic: bool = True,
        library: Sequence[str] | None = None,
        hidden: Sequence[int] = (5,),
        intervals: int = 3,
        degree: int = 3,
        sparsity: float = 1e-3,
        steps: int | None = None,
        test_share: float | None = None,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.symbolic = symbolic
        self.library = library
        self.hidden = hidden
        self.intervals = intervals
        self.degree = degree
        self.sparsity = sparsity
        self.steps = steps
        self.test_share = test_share
        self.random_state = random_state

    def fit(self, X: object, y: object, sample_weight: object = None, groups: object = None) -> Self:
        """Learn (rows, inputs) `X` and (rows,) labels `y`.

        Args:
            X: (rows, inputs).
            y: (rows,).
            sample_weight: (rows,) ≥ 0: a weight of 3 is the row three times, 0 is no row. Also on the rows held out.
            groups: (rows,) labels; the rows of one stay together when some rows judge the others.

        Raises:
            ValueError: in scikit-learn's words: values that are missing or infinite, one class only, wrong shapes.
        """
        check_share(self.test_share)
        inputs, labels = rows_to_learn(self, X, y, numeric=False)
        check_classification_targets(labels)
        weights = weights_of(sample_weight, inputs)
        kinds = groups_of(groups, inputs)
        if weights is not None:
            counts = weights > 0
            inputs, labels, weights = inputs[counts], labels[counts], weights[counts]
            kinds = None if kinds is None else kinds[counts]
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"Classifier can't train when only one class is present: {self.classes_[0]!r}.")
        binary = len(self.classes_) == 2
        shares = numbers[:, None].astype(np.float64) if binary else np.eye(len(self.classes_))[numbers]
        seed = seed_of(self.random_state)
        split = rows_of(inputs, shares, weights, self.test_share, kinds).split
        options = TrainingOptions(
            steps=self.steps or 0, sparsity=self.sparsity, objective=BinaryCrossEntropy() if binary else CrossEntropy()
        )
        network = untrained(split, self.hidden, self.intervals, self.degree, seed)
        network = trained(network, split, options)
        if self.symbolic:
            network = named(network, split, options, None if self.library is None else tuple(self.library))
        formula = write_formula(network, column_names(self), self._logit_names(), split.test.inputs)
        self.formula_: tuple[str, ...] = formula.sympy_text
        self.expressions_: tuple[sympy.Expr, ...] = formula.sympy()
        self._written = formula
        self.snapshot_ = to_bytes(network)
        return self

    def decision_function(self, X: object) -> Array:
        """(rows,) logits of the second of two classes, (rows, classes) logits of more."""
        logits = self._logits(X).numpy()
        return logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: object) -> Array:
        """(rows, classes) probabilities."""
        logits = self._logits(X).clamp(-_LARGEST, _LARGEST)
        if len(self.classes_) == 2:
            logits = torch.cat([torch.zeros_like(logits), logits], 1)
        return torch.softmax(logits, 1).numpy()

    def predict(self, X: object) -> NDArray[Any]:
        """(rows,) labels of the most probable classes."""
        values = self.decision_function(X)
        return self.classes_[(values > 0).astype(np.intp) if values.ndim == 1 else values.argmax(1)]

    def latex(self, digits: int | None = 4) -> str:
        """'logit = formula' of each logit, one below the other."""
        check_is_fitted(self)
        return equations_latex(self._logit_names(), self._written.expressions, self._written.columns, digits)

    @property
    def network_(self) -> Network:
        """The network whose outputs are the logits."""
        check_is_fitted(self)
        return from_bytes(self.snapshot_)

    def _logits(self, X: object) -> torch.Tensor:
        check_is_fitted(self)
        return evaluate(self.network_, tensor_of(rows_to_judge(self, X)))

    def _logit_names(self) -> list[str]:
        """Two classes have one logit, that of the second."""
        named = self.classes_[1:] if len(self.classes_) == 2 else self.classes_
        return [f"logit {label}" for label in named]
