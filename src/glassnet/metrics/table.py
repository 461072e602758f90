"""The scores by name: what `test` reports and what `metric=` accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy.typing as npt

from glassnet.errors import SettingError, nearest
from glassnet.metrics.classification import accuracy, balanced_accuracy, log_loss
from glassnet.metrics.regression import mean_absolute_error, mean_squared_error, r2, root_mean_squared_error

Score = Callable[[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike | None], float]


@dataclass(frozen=True)
class Metric:
    """A score: `score(targets, answers, weights)`, what its answers are, and which way is better."""

    name: str
    score: Score
    of: Literal["numbers", "labels", "probabilities"]
    higher_is_better: bool


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        metric.name: metric
        for metric in (
            Metric("r2", r2, "numbers", higher_is_better=True),
            Metric("root_mean_squared_error", root_mean_squared_error, "numbers", higher_is_better=False),
            Metric("mean_absolute_error", mean_absolute_error, "numbers", higher_is_better=False),
            Metric("mean_squared_error", mean_squared_error, "numbers", higher_is_better=False),
            Metric("accuracy", accuracy, "labels", higher_is_better=True),
            Metric("balanced_accuracy", balanced_accuracy, "labels", higher_is_better=True),
            Metric("log_loss", log_loss, "probabilities", higher_is_better=False),
        )
    }
)

FAMILIAR: Mapping[str, str] = MappingProxyType(
    {
        "mse": "mean_squared_error",
        "rmse": "root_mean_squared_error",
        "mae": "mean_absolute_error",
        "r_squared": "r2",
        "r2_score": "r2",
        "acc": "accuracy",
        "cross_entropy": "log_loss",
    }
)


def find(name: str) -> Metric:
    """The score called `name`; raises SettingError with the nearest name where there is none.

    >>> find("accuracy").higher_is_better
    True
    """
    text = str(name)
    if text in METRICS:
        return METRICS[text]
    if text.lower() in FAMILIAR:
        raise SettingError(f"metric={name!r} is called {FAMILIAR[text.lower()]!r} here")
    raise SettingError(f"metric={name!r} is not known{nearest(text, METRICS)}; the scores are: {', '.join(METRICS)}")
