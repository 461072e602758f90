"""How good the answers of a network are, and those of a plain average or majority beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array, Contract, both
from glassnet.data.table_contract import TableContract
from glassnet.errors import SettingError
from glassnet.metrics.table import METRICS, find
from glassnet.nn import Loss, Several, SoftmaxLogLoss
from glassnet.settings import as_names

Weights = npt.NDArray[np.float64]

OF_NUMBERS: Final = ("r2", "root_mean_squared_error", "mean_absolute_error")
OF_CLASSES: Final = ("accuracy",)
OF_LABELS: Final = ("accuracy", "f1_binary")

# What the target of a row is, or targets are.
Kind: TypeAlias = Literal["number", "class", "list of labels", "probabilities", "several"]


def kind_of(contract: Contract, loss: Loss) -> Kind:
    """What the target of a row is: a class, or labels; else numbers, which may be the probabilities of classes."""
    if isinstance(loss, Several):
        return "several"
    if contract.labels is not None:
        return "class"
    if isinstance(contract, TableContract) and contract.lists is not None:
        return "list of labels"
    return "probabilities" if isinstance(loss, SoftmaxLogLoss) else "number"


def as_metrics(metric: str | Sequence[str] | None, kind: Kind) -> tuple[str, ...]:
    """The scores to report, by name: those named, or the usual ones of numbers, of classes or of lists of labels.

    A row of probabilities, such as a 1 for one class and 0 for the others, has those of classes, and may have those of
    numbers. Of several targets each has those of its kind. Raises SettingError for a score that is not known, or that
    is not of such targets.
    """
    if metric is None and kind == "several":
        return (*OF_NUMBERS, *OF_CLASSES)
    if metric is None:
        return {"number": OF_NUMBERS, "list of labels": OF_LABELS}.get(kind, OF_CLASSES)
    named = tuple(find(name).name for name in as_names("metric", metric))
    for name in named:
        if kind not in ("probabilities", "several") and (METRICS[name].of == "numbers") != (kind == "number"):
            fitting = "numbers" if kind == "number" else "labels or probabilities"
            names = ", ".join(each.name for each in METRICS.values() if (each.of == "numbers") == (kind == "number"))
            raise SettingError(f"metric={name!r}: the target is a {kind}; the scores of {fitting} are {names}")
    return named


def scored(metrics: Sequence[str], known: Array, answers: Array, weights: Weights) -> dict[str, float]:
    """The scores of answers: numbers (rows, outputs), or probabilities of classes, of which the likeliest is chosen.

    Where the known targets are probabilities too, the class of a row is the likeliest of them.
    """
    return {name: METRICS[name].score(*as_scored(name, known, answers), weights) for name in metrics}


def as_scored(name: str, known: Array, answers: Array) -> tuple[Array, Array]:
    """Targets and answers as the score of that name takes them."""
    metric = METRICS[name]
    if metric.of == "numbers":
        return known, answers
    probabilities = both(answers).astype(np.float64)
    shown = probabilities if metric.of == "probabilities" else probabilities.argmax(axis=1)
    return known.argmax(axis=1) if known.ndim > 1 else known, shown


def pairs(known: Array, answers: Array, weights: Weights) -> tuple[Array, Array, Weights]:
    """Marks and probabilities (rows, labels) as classes 0 and 1 of each pair of a row and a label, as scores take them.

    So the accuracy is the share of the pairs that are right, "f1_binary" what is called micro-averaged elsewhere, and
    the log loss the multi-label one.
    """
    return known.astype(np.int64).ravel(), answers.ravel(), np.repeat(weights, known.shape[1])


def plain_answers(training: Array, weights: Weights, rows: int, classes: int | None) -> Array:
    """The answers that need no network: the weighted average of the training targets, or the shares of their classes.

    `training` are the targets and `weights` (rows,) what each counts.
    """
    if classes is None:
        return np.broadcast_to(np.average(training, axis=0, weights=weights), (rows, *training.shape[1:]))
    return np.tile(np.bincount(training, weights, minlength=classes) / weights.sum(), (rows, 1))
