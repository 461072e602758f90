"""The regressor."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import RegressorMixin
from sklearn.utils import column_or_1d

from glassnet.data.table import Table
from glassnet.errors import TargetError
from glassnet.estimators.aim import Aim
from glassnet.estimators.estimator import NetworkEstimator
from glassnet.estimators.rows import Array, as_columns


class NetworkRegressor(RegressorMixin, NetworkEstimator):
    """A neural network that foretells numbers, as an estimator of scikit-learn.

    Without settings it designs itself for the rows, as `gn.Network()` does: an ensemble of small networks, whose scores
    `report_` holds. Numbers are scaled, text and categories of a frame encoded, and gaps (NaN) are taken as they are.

    Parameters
    ----------
    hidden_layer_sizes : None, and the network designs itself; or the units of each hidden layer, such as (64, 64),
        layers such as `gn.Dropout(0.1)` among them.
    activation : the activation function of layers given by their units.
    loss, optimizer : an object or a name, such as "huber" or `gn.Adam(0.01)`; None for the usual one.
    batch_size : rows of a batch; None for those of the plan, or at most 200 for layers given.
    max_iter : epochs at most; None for those of the plan, or 200 for layers given.
    time_limit : seconds that `fit` may take.
    tol, n_iter_no_change : layers given have converged where the loss did not improve by more than `tol` for so many
        epochs. A network that designs itself ends with its plan.
    early_stopping, validation_fraction : whether that share of the rows is held out, by whose loss the best weights are
        kept and `tol` is judged.
    warm_start : whether `fit` goes on from the last one.
    random_state : what fixes everything random.
    n_jobs : threads; -1 for all processors; None for those that are allowed, shared out among joblib's workers.
    verbose : 0 silent, 1 progress, 2 a line an epoch.

    Attributes
    ----------
    network_ : the `gn.Network` inside, to open, explain or save.
    report_ : its report. `n_iter_` : epochs done. `loss_curve_` : the training loss after each.
    n_features_in_, feature_names_in_ : the columns seen.

    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 200)[:, None]
    >>> from glassnet.optimizers import Adam
    >>> model = NetworkRegressor((32,), optimizer=Adam(0.01), max_iter=500, random_state=0).fit(x, x[:, 0] ** 2)
    >>> model.score(x, x[:, 0] ** 2) > 0.95
    True
    """

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """One pass over some rows more; the first such call fixes the columns and their scales.

        A network that begins so, with no hidden layers given, has two of 64 units: it cannot design itself for rows
        that it has not seen. Raises ValueError for what cannot be learnt from.
        """
        return self._pass(X, y, sample_weight)

    def predict(self, X: Any) -> npt.NDArray[np.float64]:
        """The number, or the numbers, for each row: (rows,) or (rows, targets)."""
        rows = self._asked(X)
        answers: npt.NDArray[np.float64] = np.asarray(self.network_.predict(rows), np.float64)
        return answers.reshape(-1) if self._count == 1 else answers

    def _as_targets(self, y: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        array = np.asarray(y)
        if array.dtype.kind == "c":
            raise TargetError("Complex data not supported: y holds complex numbers; expected real ones")
        if array.ndim != 1 and not (array.ndim == 2 and array.shape[1] > 1):
            array = column_or_1d(array, warn=True)
        try:
            numbers = array.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise TargetError(f"y holds {array.dtype} that are no numbers ({error}); expected numbers") from None
        if np.isinf(numbers).any():
            raise TargetError(f"y is infinite in row {int(np.argwhere(np.isinf(numbers))[0][0]) + 1:,}; correct it")
        return numbers, ~np.logical_or.reduce(np.isnan(numbers).reshape(len(numbers), -1), axis=1)

    def _fit_targets(self, y: Array) -> None:
        self._count = 1 if y.ndim == 1 else y.shape[1]

    def _encoded(self, y: Array) -> Array:
        if (1 if y.ndim == 1 else y.shape[1]) != self._count:
            raise TargetError(f"y has the shape {y.shape}, and {self._count} targets a row were learnt; give as many")
        return y

    def _told(self, targets: Array) -> Table:
        return as_columns(self._names, targets.reshape(len(targets), -1).T)

    def _aim(self) -> Aim:
        return Aim(self._count, "squared", None, "number")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
