"""The scores by name: what `test` reports and what `metric=` accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal

import numpy.typing as npt

from glassnet.errors import SettingError, nearest
from glassnet.metrics.calibration import brier, calibration_error
from glassnet.metrics.classification import accuracy, balanced_accuracy, log_loss
from glassnet.metrics.confusion import f1, matthews_correlation
from glassnet.metrics.ranking import area_under_curve, average_precision, top_k_accuracy
from glassnet.metrics.regression import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    r2,
    root_mean_squared_error,
)
from glassnet.metrics.rows import Floats
from glassnet.metrics.tally import Tally, accuracy_of, balanced_accuracy_of, f1_of, matthews_correlation_of

Score = Callable[[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike | None], float]


@dataclass(frozen=True)
class Metric:
    """A score: `score(targets, answers, weights)`, what its answers are, and which way is better.

    One of labels has `of_tally` too: the same score of counts of rows.
    """

    name: str
    score: Score
    of: Literal["numbers", "labels", "probabilities"]
    higher_is_better: bool
    of_tally: Callable[[Tally], Floats] | None = None


def _of_labels(name: str, score: Score, of_tally: Callable[[Tally], Floats]) -> Metric:
    return Metric(name, score, "labels", higher_is_better=True, of_tally=of_tally)


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        metric.name: metric
        for metric in (
            Metric("r2", r2, "numbers", higher_is_better=True),
            Metric("root_mean_squared_error", root_mean_squared_error, "numbers", higher_is_better=False),
            Metric("mean_absolute_error", mean_absolute_error, "numbers", higher_is_better=False),
            Metric("mean_squared_error", mean_squared_error, "numbers", higher_is_better=False),
            Metric("mean_absolute_percentage_error", mean_absolute_percentage_error, "numbers", higher_is_better=False),
            _of_labels("accuracy", accuracy, accuracy_of),
            _of_labels("balanced_accuracy", balanced_accuracy, balanced_accuracy_of),
            _of_labels("f1_macro", f1, partial(f1_of, average="macro")),
            _of_labels("f1_micro", partial(f1, average="micro"), partial(f1_of, average="micro")),
            _of_labels("f1_binary", partial(f1, average="binary"), partial(f1_of, average="binary")),
            _of_labels("matthews_correlation", matthews_correlation, matthews_correlation_of),
            Metric("log_loss", log_loss, "probabilities", higher_is_better=False),
            Metric("brier", brier, "probabilities", higher_is_better=False),
            Metric("calibration_error", calibration_error, "probabilities", higher_is_better=False),
            Metric("area_under_curve", area_under_curve, "probabilities", higher_is_better=True),
            Metric("average_precision", average_precision, "probabilities", higher_is_better=True),
            Metric("top_2_accuracy", partial(top_k_accuracy, k=2), "probabilities", higher_is_better=True),
            Metric("top_3_accuracy", partial(top_k_accuracy, k=3), "probabilities", higher_is_better=True),
            Metric("top_5_accuracy", partial(top_k_accuracy, k=5), "probabilities", higher_is_better=True),
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
        "mape": "mean_absolute_percentage_error",
        "f1": "f1_macro",
        "f1_score": "f1_macro",
        "mcc": "matthews_correlation",
        "matthews_corrcoef": "matthews_correlation",
        "auc": "area_under_curve",
        "roc_auc": "area_under_curve",
        "ece": "calibration_error",
        "brier_score": "brier",
        "top_k_accuracy": "top_5_accuracy",
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
