"""Scikit-learn's callbacks (its enhancement proposal 23, in releases that have them): called as epochs end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from glassnet.training.callbacks import Callback
from glassnet.training.stopping import Moment

if TYPE_CHECKING:
    from glassnet.network import Network

__all__ = ["CallbackSupportMixin", "Tasks", "with_callbacks"]

F = TypeVar("F", bound=Callable[..., Any])

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # releases before 1.9

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Of an estimator that has no callbacks."""

    def with_callbacks(method: F) -> F:
        """The method as it is."""
        return method


class Tasks(Callback):
    """The epochs of one `fit` as tasks that callbacks of scikit-learn are told of, with the network as it stands."""

    def __init__(self, estimator: Any, network: Network, most: int | None, **data: Any) -> None:
        self._estimator, self._data = estimator, data
        self._now = {"network_": network}
        self._fit = estimator._init_callback_context(max_subtasks=most)
        self._fit.call_on_fit_task_begin(estimator=estimator, **data)

    def on_epoch_end(self, moment: Moment) -> None:
        """Tell of an epoch that has begun and ended."""
        epoch = self._fit.subcontext(task_name="epoch")
        epoch.call_on_fit_task_begin(estimator=self._estimator, **self._data)
        epoch.call_on_fit_task_end(estimator=self._estimator, reconstruction_attributes=self._now, **self._data)

    def on_end(self, moment: Moment) -> None:
        """Tell that the last epoch is done."""
        self._fit.call_on_fit_task_end(estimator=self._estimator, reconstruction_attributes=self._now, **self._data)
