"""The classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import ClassifierMixin
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from glassnet.data.labels import listed
from glassnet.data.table import Table
from glassnet.errors import SettingError, TargetError
from glassnet.estimators.aim import Aim
from glassnet.estimators.class_targets import Doubles, as_each, class_targets, for_each
from glassnet.estimators.estimator import NetworkEstimator
from glassnet.estimators.rows import Array, Examples
from glassnet.network import Network
from glassnet.nn import Loss
from glassnet.nn.layer import Layer
from glassnet.optimizers.optimizer import Optimizer

FAINT = 1e-12  # the weight of a row that shows a class and tells nothing
SURE = 1e-12  # how near to 0 and 1 a probability counts in log-odds


class NetworkClassifier(ClassifierMixin, NetworkEstimator):
    """A neural network that tells classes, as an estimator of scikit-learn.

    Without settings it designs itself for the rows, as `gn.Network()` does: an ensemble of small networks, whose
    probabilities are calibrated and whose scores `report_` holds. Numbers are scaled, text and categories of a frame
    encoded, and gaps (NaN) are taken as they are. Labels are of any type that can be sorted. A `y` (rows, labels) of 0
    and 1 is one of several labels a row; any other `y` (rows, columns) has a class in each column, which one network
    learns together.

    Parameters
    ----------
    class_weight : "balanced", or a mapping from class to weight; for several columns of classes "balanced", or a list
        of such, each for its own column.

    The others are those of `NetworkRegressor`.

    Attributes
    ----------
    classes_ : the classes in the order of the columns of probabilities; the numbers of the labels where a row has
        several; a list where there are several columns of classes. The others are those of `NetworkRegressor`.

    >>> from glassnet.optimizers import Adam
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> NetworkClassifier((32,), optimizer=Adam(0.02), max_iter=500, random_state=0).fit(X, y).score(X, y) > 0.95
    True
    """

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int | Layer | str] | None = None,
        activation: str = "relu",
        *,
        loss: Loss | str | None = None,
        optimizer: Optimizer | str | None = None,
        batch_size: int | None = None,
        max_iter: int | None = None,
        time_limit: float | None = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        class_weight: str | Mapping[Any, float] | Sequence[Any] | None = None,
        warm_start: bool = False,
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = None,
        verbose: int = 0,
    ) -> None:
        super().__init__(
            hidden_layer_sizes, activation, loss=loss, optimizer=optimizer, batch_size=batch_size, max_iter=max_iter,
            time_limit=time_limit, tol=tol, n_iter_no_change=n_iter_no_change, early_stopping=early_stopping,
            validation_fraction=validation_fraction, warm_start=warm_start, random_state=random_state, n_jobs=n_jobs,
            verbose=verbose,
        )  # fmt: skip
        self.class_weight = class_weight

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """One pass over some rows more; the first such call fixes the columns and their scales, and needs `classes`.

        These are all classes that may come, of which the first rows need not have any but one; for several columns of
        classes a list with those of each. A network that begins so, with no hidden layers given, has two of 64 units:
        it cannot design itself for rows that it has not seen. Raises ValueError for what cannot be learnt from, and for
        a class that is none of them.
        """
        anew = not hasattr(self, "network_")
        if classes is None and anew:
            raise SettingError("partial_fit: the first call needs classes=, all that may come, as in classes=[0, 1]")
        if classes is not None and not anew and not _are(classes, self.classes_):
            learnt = [each.tolist() for each in as_each(self.classes_)]
            raise SettingError(f"classes={classes!r}: the classes learnt are {' and '.join(map(listed, learnt))}")
        self._coming = classes
        try:
            return self._pass(X, y, sample_weight)
        finally:
            del self._coming

    def predict(self, X: Any) -> Array:
        """The class of each row (rows,), or of each column of targets (rows, columns); 0 or 1 for each label."""
        probabilities = self.predict_proba(X)
        return self._kind.chosen(probabilities)

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class in the order of `classes_`, or of each label: (rows, classes).

        Of several columns of classes it is a list with such an array for each.
        """
        rows = self._asked(X)
        return self._kind.probabilities(self.network_, rows)

    def predict_log_proba(self, X: Any) -> Any:
        """The logarithms of `predict_proba`."""
        with np.errstate(divide="ignore"):
            return for_each(np.log, self.predict_proba(X))

    def decision_function(self, X: Any) -> Any:
        """The log-odds of the second of two classes (rows,), or of each class or label (rows, classes).

        Of several columns of classes it is a list with such an array for each.
        """
        check_is_fitted(self, "network_")
        return for_each(_log_odds if self._kind.exclusive else _each_log_odds, self.predict_proba(X))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of rows that are answered rightly, in every label and column where there are several."""
        answers, known = self.predict(X), np.asarray(y)
        if answers.ndim == 1 or not isinstance(self.classes_, list):
            return float(super().score(X, y, sample_weight))
        self._kind.check(known)
        check_consistent_length(answers, known, sample_weight)
        return float(np.average((answers == known).all(axis=1), weights=sample_weight))

    def _as_targets(self, y: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        array = np.asarray(y.toarray() if hasattr(y, "toarray") else y)
        if array.ndim != 2 or array.shape[1] == 1:
            array = column_or_1d(array, warn=True)
        present = ~_gaps(array)
        if array.dtype.kind == "f" and np.isinf(array).any():
            raise TargetError(f"y is infinite in row {int(np.argwhere(np.isinf(array))[0][0]) + 1:,}; expected classes")
        if present.any():
            check_classification_targets(array[present])
        return array, present

    def _fit_targets(self, y: Array) -> None:
        multilabel = y.ndim == 2 and type_of_target(y) == "multilabel-indicator" and bool(np.isin(y, [0, 1]).all())
        self._kind = class_targets(y, multilabel=multilabel, coming=getattr(self, "_coming", None))
        self.classes_ = self._kind.classes

    def _encoded(self, y: Array) -> Array:
        self._kind.check(y)
        return self._kind.numbers(y)

    def _told(self, targets: Array) -> Table:
        return self._kind.told(self._names, targets)

    def _aim(self) -> Aim:
        return self._kind.aim

    def _weighing(self) -> dict[str, Any]:
        return {"class_weight": self._kind.weights(self._names, self.class_weight)}

    def _begun(self, examples: Examples) -> Network:
        lacking = self._kind.lacking(examples.targets)
        count = len(examples.targets)
        weights = np.ones(count) if examples.weights is None else examples.weights
        shown = Examples(
            examples.table.take(np.concatenate([np.arange(count), np.zeros(len(lacking), np.int64)])),
            np.concatenate([examples.targets, lacking]),
            np.concatenate([weights, np.full(len(lacking), FAINT)]),
        )
        return super()._begun(shown if len(lacking) else examples)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.target_tags.multi_output = True
        return tags


def _are(classes: Any, learnt: Any) -> bool:
    """Whether classes given are those that were learnt."""
    given = list(classes) if isinstance(learnt, list) else [classes]
    each = as_each(learnt)
    return len(given) == len(each) and all(np.array_equal(np.unique(a), b) for a, b in zip(given, each, strict=True))


def _each_log_odds(probabilities: Doubles) -> Doubles:
    """The log-odds of each class or label."""
    p = np.clip(probabilities, SURE, 1 - SURE)
    odds: Doubles = np.log(p / (1 - p))
    return odds


def _log_odds(probabilities: Doubles) -> Doubles:
    """The log-odds of classes of which a row has one: those of the second where there are two."""
    odds = _each_log_odds(probabilities)
    return odds[:, 1] if odds.shape[1] == 2 else odds


def _gaps(y: Array) -> npt.NDArray[np.bool_]:
    """The rows without a target, or without one of several: NaN, None, or what a frame has in their place."""
    missing: npt.NDArray[np.bool_] = np.zeros(y.size, np.bool_)
    if y.dtype.kind == "f":
        missing = np.isnan(y.ravel())
    elif y.dtype.kind == "O":
        missing = np.array([each is None or type(each).__name__ == "NAType" or each != each for each in y.ravel()])
    lacking: npt.NDArray[np.bool_] = np.logical_or.reduce(missing.astype(np.bool_).reshape(len(y), -1), axis=1)
    return lacking
