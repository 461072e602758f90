"""How good the answers of a network are, and those of a plain average or majority beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array, both
from glassnet.errors import SettingError
from glassnet.metrics.table import METRICS, find
from glassnet.settings import as_names

Weights = npt.NDArray[np.float64]

OF_NUMBERS: Final = ("r2", "root_mean_squared_error", "mean_absolute_error")
OF_CLASSES: Final = ("accuracy",)


def as_metrics(metric: str | Sequence[str] | None, *, classes: bool) -> tuple[str, ...]:
    """The scores to report, by name: those named, or the usual ones of numbers or of classes.

    Raises SettingError for a score that is not known, or that is not of such targets.
    """
    if metric is None:
        return OF_CLASSES if classes else OF_NUMBERS
    named = tuple(find(name).name for name in as_names("metric", metric))
    for name in named:
        if (METRICS[name].of == "numbers") == classes:
            target, fitting = ("a class", "labels or probabilities") if classes else ("a number", "numbers")
            names = ", ".join(each.name for each in METRICS.values() if (each.of == "numbers") != classes)
            raise SettingError(f"metric={name!r}: the target is {target}; the scores of {fitting} are {names}")
    return named


def scored(metrics: Sequence[str], known: Array, answers: Array, weights: Weights) -> dict[str, float]:
    """The scores of answers: numbers (rows, outputs), or probabilities of classes, of which the likeliest is chosen."""
    found = {}
    for name in metrics:
        metric = METRICS[name]
        if metric.of == "numbers":
            shown = answers
        else:
            probabilities = both(answers).astype(np.float64)
            shown = probabilities if metric.of == "probabilities" else probabilities.argmax(axis=1)
        found[name] = metric.score(known, shown, weights)
    return found


def plain_answers(training: Array, weights: Weights, rows: int, classes: int | None) -> Array:
    """The answers that need no network: the weighted average of the training targets, or the shares of their classes.

    `training` are the targets and `weights` (rows,) what each counts.
    """
    if classes is None:
        return np.broadcast_to(np.average(training, axis=0, weights=weights), (rows, *training.shape[1:]))
    return np.tile(np.bincount(training, weights, minlength=classes) / weights.sum(), (rows, 1))
