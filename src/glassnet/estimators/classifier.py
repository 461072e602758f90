"""The classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import ClassifierMixin
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from glassnet.data.labels import listed
from glassnet.data.table import Table
from glassnet.errors import SettingError, TargetError, nearest
from glassnet.estimators.estimator import Aim, NetworkEstimator
from glassnet.estimators.rows import Array, Examples, as_columns
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
    encoded, and gaps (NaN) are taken as they are. Labels are of any type that can be sorted; a `y` (rows, labels) of 0
    and 1 is one of several labels a row.

    Parameters
    ----------
    class_weight : "balanced", or a mapping from class to weight.

    The others are those of `NetworkRegressor`.

    Attributes
    ----------
    classes_ : the classes in the order of the columns of probabilities; the numbers of the labels where a row has
        several. The others are those of `NetworkRegressor`.

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
        class_weight: str | Mapping[Any, float] | None = None,
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

        These are all classes that may come, of which the first rows need not have any but one. A network that begins
        so, with no hidden layers given, has two of 64 units: it cannot design itself for rows that it has not seen.
        Raises ValueError for what cannot be learnt from, and for a class that is none of them.
        """
        anew = not hasattr(self, "network_")
        if classes is None and anew:
            raise SettingError("partial_fit: the first call needs classes=, all that may come, as in classes=[0, 1]")
        if classes is not None and not anew and not np.array_equal(np.unique(classes), self.classes_):
            raise SettingError(f"classes={classes!r}: the classes learnt are {listed(self.classes_.tolist())}")
        self._coming = None if classes is None else np.unique(classes)
        try:
            return self._pass(X, y, sample_weight)
        finally:
            del self._coming

    def predict(self, X: Any) -> Array:
        """The class of each row (rows,); 0 or 1 for each label where a row has several: (rows, labels)."""
        probabilities = self.predict_proba(X)
        if self._several:
            return (probabilities > 0.5).astype(np.int64)
        chosen: Array = self.classes_[probabilities.argmax(axis=1)]
        return chosen

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """The probability of each class in the order of `classes_`, or of each label: (rows, classes)."""
        rows = self._asked(X)
        if self._several:
            return np.asarray(self.network_.predict(rows), np.float64)
        found = np.asarray(self.network_.predict_probabilities(rows), np.float64)
        shares: npt.NDArray[np.float64] = found / found.sum(axis=1, keepdims=True)
        return shares

    def predict_log_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """The logarithms of `predict_proba`."""
        with np.errstate(divide="ignore"):
            logarithms: npt.NDArray[np.float64] = np.log(self.predict_proba(X))
        return logarithms

    def decision_function(self, X: Any) -> npt.NDArray[np.float64]:
        """The log-odds of the second of two classes (rows,), or of each class or label (rows, classes)."""
        p = np.clip(self.predict_proba(X), SURE, 1 - SURE)
        odds: npt.NDArray[np.float64] = np.log(p / (1 - p))
        return odds[:, 1] if not self._several and len(self.classes_) == 2 else odds

    def _as_targets(self, y: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        array = np.asarray(y)
        if array.ndim != 2 or array.shape[1] == 1:
            array = column_or_1d(array, warn=True)
        present = ~_gaps(array)
        if array.dtype.kind == "f" and np.isinf(array).any():
            raise TargetError(f"y is infinite in row {int(np.argwhere(np.isinf(array))[0][0]) + 1:,}; expected classes")
        if not present.any():
            return array, present
        check_classification_targets(array[present])
        if array.ndim == 2 and type_of_target(array[present]) != "multilabel-indicator":
            raise TargetError(
                f"y has the shape {array.shape} and is not of 0 and 1: several columns of classes are learnt by an "
                f"estimator each, as in MultiOutputClassifier(NetworkClassifier())"
            )
        return array, present

    def _fit_targets(self, y: Array) -> None:
        self._several = y.ndim == 2
        coming = getattr(self, "_coming", None)
        if self._several:
            self.classes_ = np.arange(y.shape[1])
        else:
            self.classes_ = np.unique(y) if coming is None else coming
        if len(self.classes_) < 2:
            raise TargetError(
                f"y holds one class only, {self.classes_.tolist()[0]!r}; expected two at least: give rows of another "
                f"class"
            )

    def _encoded(self, y: Array) -> Array:
        if (y.ndim == 2) != self._several or (self._several and y.shape[1] != len(self.classes_)):
            raise TargetError(f"y has the shape {y.shape}, unlike the targets learnt before; give such as these")
        if self._several:
            return y.astype(np.float64)
        known = np.isin(y, self.classes_)
        if not known.all():
            value = y[~known][0]
            raise TargetError(
                f"y holds the class {value.item() if isinstance(value, np.generic) else value!r}, which was not "
                f"learnt{nearest(value, map(str, self.classes_))}; the classes are {listed(self.classes_.tolist())}"
            )
        return np.searchsorted(self.classes_, y)

    def _told(self, targets: Array) -> Table:
        return as_columns(self._names, targets.T if self._several else [_spoken(self.classes_)[targets]])

    def _aim(self) -> Aim:
        if self._several:
            return Aim(len(self.classes_), "multi-label log loss", "multi-label log loss", "number")
        return Aim(len(self.classes_), "softmax log loss", None, "category")

    def _weighing(self) -> dict[str, Any]:
        if isinstance(self.class_weight, Mapping):
            told = dict(zip(self.classes_.tolist(), _spoken(self.classes_).tolist(), strict=True))
            return {"class_weight": {told.get(label, label): weight for label, weight in self.class_weight.items()}}
        return {"class_weight": self.class_weight}

    def _begun(self, examples: Examples) -> Network:
        if self._several:
            return super()._begun(examples)
        lacking = np.setdiff1d(np.arange(len(self.classes_)), examples.targets)
        rows = np.concatenate([np.arange(len(examples.targets)), np.zeros(len(lacking), np.int64)])
        weights = np.ones(len(examples.targets)) if examples.weights is None else examples.weights
        shown = Examples(
            examples.table.take(rows),
            np.concatenate([examples.targets, lacking]),
            np.concatenate([weights, np.full(len(lacking), FAINT)]),
        )
        return super()._begun(shown)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


def _spoken(classes: Array) -> Array:
    """What the network calls each class: its label where that is a whole number or a plain word, else its number."""
    if classes.dtype.kind in "iu":
        return classes
    labels = classes.tolist()
    plain = all(isinstance(label, str) and label and label == label.strip() for label in labels)
    return np.array(labels, object) if plain else np.arange(len(classes))


def _gaps(y: Array) -> npt.NDArray[np.bool_]:
    """The rows without a target: NaN, None, or what a frame has in their place."""
    if y.dtype.kind == "f":
        missing: npt.NDArray[np.bool_] = np.logical_or.reduce(np.isnan(y).reshape(len(y), -1), axis=1)
        return missing
    if y.dtype.kind == "O" and y.ndim == 1:
        return np.array([value is None or type(value).__name__ == "NAType" or value != value for value in y], np.bool_)
    return np.zeros(len(y), np.bool_)
