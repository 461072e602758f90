"""What both estimators have in common: their parameters, the rows that they take, and the network inside."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from glassnet.data.batches import SPARSE, Batches
from glassnet.data.frames import as_table
from glassnet.data.sparse import SparseRows
from glassnet.data.table import Table
from glassnet.errors import DataError
from glassnet.estimators.aim import Aim
from glassnet.estimators.atomic import as_it_was
from glassnet.estimators.bytes import as_bytes, from_bytes
from glassnet.estimators.callbacks import CallbackSupportMixin, Tasks, with_callbacks
from glassnet.estimators.layers import STREAMED, as_listed, hidden
from glassnet.estimators.rows import Array, Counted, Examples, ordered, say_missing, shown, streamed, taken
from glassnet.estimators.standstill import Standstill
from glassnet.estimators.workers import threads_of
from glassnet.network import Network
from glassnet.network.row_weights import RowWeights
from glassnet.nn import Dense, Loss
from glassnet.nn.layer import Layer
from glassnet.optimizers.optimizer import Optimizer
from glassnet.settings import Configured
from glassnet.training.report import Report

LEAST_ROWS: Final = 2
CHECKED: Final = (
    "csr",
    "csc",
    "coo",
    "bsr",
)  # formats of sparse matrices that are taken as they are, and others as CSR
MOST_EPOCHS: Final = 200  # of layers given, where `max_iter` says none
LARGEST_BATCH: Final = 200  # rows of a batch for layers given, where `batch_size` says none


class NetworkEstimator(CallbackSupportMixin, BaseEstimator, ABC):
    """A network as an estimator of scikit-learn; see `NetworkClassifier` and `NetworkRegressor`."""

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
        warm_start: bool = False,
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = None,
        verbose: int = 0,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.loss = loss
        self.optimizer = optimizer
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.time_limit = time_limit
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    # -- what the kind of estimator says ---------------------------------------------------------------------------
    @abstractmethod
    def _as_targets(self, y: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
        """The targets as they are given, and which rows have one; raises ValueError for others."""

    def _fit_targets(self, y: Array) -> None:
        """Learn what there is to know of all targets, such as the classes."""

    @abstractmethod
    def _encoded(self, y: Array) -> Array:
        """Targets as numbers: (rows,) or (rows, targets)."""

    @abstractmethod
    def _told(self, targets: Array) -> Table:
        """The targets as the network is told of them."""

    @abstractmethod
    def _aim(self) -> Aim:
        """What a network is to answer."""

    def _weighing(self) -> dict[str, Any]:
        """The weights of classes, as `learn` takes them."""
        return {}

    # -- learning --------------------------------------------------------------------------------------------------
    @with_callbacks
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Learn from rows `X` (rows, columns), an array, a frame or a sparse matrix, and their targets `y`.

        A row of `sample_weight` 2 counts as the row twice, one of 0 as left out; rows whose target is NaN or None are
        left out, with a DataWarning. The order of the rows does not matter. `X_val`, `y_val` and `sample_weight_val`
        are rows that are not learnt from: the weights of the least loss on them are kept, and they end the run of
        layers given. It starts afresh, unless `warm_start` says to go on.

        Raises ValueError (DataError, TargetError, SettingError) for what cannot be learnt from.
        """
        with as_it_was(self):
            report = self._fitted(X, y, sample_weight, (X_val, y_val, sample_weight_val))
        if self.hidden_layer_sizes is not None and not report.converged:
            warnings.warn(f"{report.reason}. {report.advice}", ConvergenceWarning, stacklevel=2)
        return self

    def _fitted(self, X: Any, y: Any, sample_weight: Any, given: tuple[Any, Any, Any]) -> Report:
        """What `fit` does but for its warning; `given` are rows to validate on, their targets and weights."""
        anew = not (self.warm_start and hasattr(self, "network_"))
        examples = ordered(self._examples(X, y, sample_weight, anew=anew))
        network = self._network() if anew else self.network_
        validation: Any = self.validation_fraction if self.early_stopping else None
        if given[0] is not None:
            held = self._examples(*given, anew=False)
            if isinstance(held.table, SparseRows):
                raise DataError(f"X_val is sparse, of shape {held.table.shape}, and large; give some of its rows")
            validation = (held.table, self._told(held.targets), *([] if held.weights is None else [held.weights]))
        tasks = Tasks(self, network, self.max_iter, X=X, y=y) if hasattr(self, "_skl_callbacks") else None
        data, targets, weights = self._given(examples)
        report = network.learn(
            data,
            targets,
            sample_weight=weights,
            validation=validation,
            batch_size=self._batch(len(examples.targets)),
            time_limit=self.time_limit,
            callbacks=[] if tasks is None else [tasks],
            verbose=self.verbose,
            **self._until(),
            **self._weighing(),
        )
        return self._keep(network, report, anew=anew)

    def _pass(self, X: Any, y: Any, sample_weight: Any) -> Self:
        """One pass over some rows more, in the order given; the first such call makes a network for rows like these."""
        with as_it_was(self):
            anew = not hasattr(self, "network_")
            examples = self._examples(X, y, sample_weight, anew=anew)
            network = self._begun(shown(examples)) if anew else self.network_
            data, targets, weights = self._given(examples)
            report = network.learn(
                data,
                targets,
                sample_weight=weights,
                epochs=1,
                batch_size=self._batch(len(examples.targets)),
                verbose=self.verbose,
                **self._weighing(),
            )
            self._keep(network, report, anew=anew)
        return self

    def _begun(self, examples: Examples) -> Network:
        """A network for rows like these that has not learnt from them yet."""
        network = self._network(streamed=True)
        data, targets, weights = self._given(examples)
        network.learn(data, targets, sample_weight=weights, epochs=0, verbose=0)
        return network

    def _given(self, examples: Examples) -> tuple[Any, Table | None, Array | None]:
        """Rows, targets and weights as `learn` takes them: beside each other, or all in what gives them in batches."""
        rows, told = examples.table, self._told(examples.targets)
        if isinstance(rows, Table):
            return rows, told, examples.weights
        return streamed(rows, told, examples.weights), None, None

    def _network(self, *, streamed: bool = False) -> Network:
        """A network of the parameters; one that is `streamed` lays out layers where none are given."""
        aim = self._aim()
        sizes = STREAMED if streamed and self.hidden_layer_sizes is None else self.hidden_layer_sizes
        layers = None if sizes is None else [*hidden(sizes, self.activation), Dense(aim.outputs)]
        return Network(
            layers,
            loss=self.loss or (aim.loss if layers else aim.planned),
            optimizer=self.optimizer,
            columns=dict.fromkeys(self._names, aim.kind),
            seed=int(check_random_state(self.random_state).randint(2**31 - 1)),
            threads=threads_of(self.n_jobs),
        )

    def _until(self) -> dict[str, Any]:
        """What ends a run: the plan, or for layers given epochs without improvement too."""
        if self.hidden_layer_sizes is None:
            return {"epochs": self.max_iter}
        epochs = MOST_EPOCHS if self.max_iter is None else self.max_iter
        return {"epochs": epochs, "until": Standstill(self.n_iter_no_change, self.tol)}

    def _batch(self, rows: int) -> int | None:
        """The rows of a batch, None where the plan says it."""
        if self.batch_size is not None or self.hidden_layer_sizes is None:
            return self.batch_size
        return min(LARGEST_BATCH, rows)

    def _keep(self, network: Network, report: Report, *, anew: bool) -> Report:
        """Have the attributes tell what was learnt; gives the report."""
        self.network_, self.report_ = network, report
        self.n_iter_: int = (0 if anew else self.n_iter_) + max(report.epochs, 1)
        self.loss_curve_: list[float] = [*([] if anew else self.loss_curve_), *report.training_losses[1:]]
        return report

    # -- rows ------------------------------------------------------------------------------------------------------
    def _examples(self, X: Any, y: Any, sample_weight: Any, *, anew: bool) -> Examples:
        """The rows that count, checked; `anew` has the estimator learn their columns and classes."""
        table = self._table(X, anew=anew, least=LEAST_ROWS if anew else 1)
        if y is None:
            raise ValueError(f"This {type(self).__name__} estimator requires y to be passed, but the target y is None.")
        targets, present = self._as_targets(y)
        check_consistent_length(targets, Counted(len(table)))
        if isinstance(sample_weight, str):
            raise DataError(f"sample_weight={sample_weight!r}: expected a number for each row")
        weights = None if sample_weight is None else RowWeights.checked(sample_weight, None).rows
        if weights is not None and len(weights) != len(table):
            raise DataError(f"sample_weight has {len(weights):,} weights for {len(table):,} rows; expected one a row")
        counted = np.flatnonzero(present if weights is None else present & (weights > 0))
        if not len(counted):
            raise DataError(f"none of the {len(table):,} rows has a target and a weight above 0; nothing to learn from")
        say_missing(present)
        if anew:
            self._fit_targets(targets[counted])
            self._names = self._target_names(targets)
        kept = Examples(table, targets, weights).take(counted)
        return kept._replace(targets=self._encoded(kept.targets))

    def _table(self, X: Any, *, anew: bool = False, least: int = 1) -> Table | SparseRows:
        """The rows as a table, whose columns have names where those of the rows learnt from had.

        Those of a large sparse matrix stay as they are.
        """
        if hasattr(X, "columns") or hasattr(X, "column_names"):
            table = as_table(validate_data(self, X, skip_check_array=True, reset=anew))
            if len(table) < least:
                raise DataError(f"n_samples={len(table)}: {table.source} has fewer rows than the {least} expected")
            return self._named(table)
        checked = validate_data(
            self, X, reset=anew, dtype=None, ensure_all_finite="allow-nan", ensure_min_samples=least,
            accept_sparse=CHECKED,
        )  # fmt: skip
        sparse = SparseRows.of(checked)
        rows = as_table(checked) if sparse is None else taken(sparse)
        return self._named(rows) if isinstance(rows, Table) else rows

    def _named(self, table: Table) -> Table:
        """A table whose columns have the names of the features seen."""
        named = hasattr(self, "feature_names_in_")
        names = list(self.feature_names_in_) if named else [str(i) for i in range(self.n_features_in_)]
        return Table(dict(zip(names, table.columns.values(), strict=True)), "X", named)

    def _target_names(self, targets: Array) -> list[str]:
        """Names for the columns of targets that no column of the rows has."""
        count = 1 if targets.ndim == 1 else targets.shape[1]
        names = ["target"] if count == 1 else [f"target {i + 1}" for i in range(count)]
        while set(names) & set(getattr(self, "feature_names_in_", ())):
            names = [f"{name}_" for name in names]
        return names

    def _asked(self, X: Any) -> Table | Batches:
        """Rows to answer for; raises NotFittedError before anything is learnt."""
        check_is_fitted(self, "network_")
        rows = self._table(X)
        return rows if isinstance(rows, Table) else Batches(SPARSE, rows.batches, again=True)

    # -- scikit-learn's customs ------------------------------------------------------------------------------------
    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return state if "network_" not in state else {**state, "network_": as_bytes(state["network_"])}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        super().__setstate__(state)
        if "network_" in state:
            given = (*as_listed(self.hidden_layer_sizes or ()), self.loss, self.optimizer)
            own = [type(each) for each in given if isinstance(each, Configured)]
            self.network_ = from_bytes(state["network_"], threads_of(self.n_jobs), own)
