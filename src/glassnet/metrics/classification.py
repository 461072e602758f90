"""Scores of answers that are classes, and of the probabilities of classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.errors import DataError, ShapeError
from glassnet.metrics.rows import Array, Floats, counted, mean, numbers

ROUNDING = 1e-3  # of probabilities in float16 and of their sum


def accuracy(targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The weighted share of the rows whose answer is the target.

    `targets` and `answers`: (rows,), labels of any type; `weights`: (rows,), 0 or more. Raises ShapeError or
    DataError where they do not fit.

    >>> accuracy(["yes", "no", "no"], ["yes", "no", "yes"])
    0.6666666666666666
    """
    labels, given, w = _labels(targets, answers, weights)
    return float(mean((labels == given).astype(np.float64), w))


def balanced_accuracy(targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The mean, over the classes that occur among the targets, of the accuracy on the rows of that class.

    Always answering one of k classes scores 1 / k, however rare the others are. Arguments and errors as for
    `accuracy`.

    >>> balanced_accuracy(["yes", "no", "no", "no"], ["no", "no", "no", "no"])
    0.5
    """
    labels, given, w = _labels(targets, answers, weights)
    codes = _codes(labels)
    right = np.bincount(codes, w * (labels == given))
    return float((right / np.bincount(codes, w)).mean())


def log_loss(targets: npt.ArrayLike, probabilities: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The weighted mean of -log p, where p is the probability given to the class that the row has.

    `targets`: (rows,), class numbers from 0. `probabilities`: (rows,), that of class 1 of two, or (rows, classes).
    `weights`: (rows,), 0 or more. Nothing is clipped: a probability of 0 for the class that the row has gives
    infinity; zeros elsewhere do no harm. Raises ShapeError or DataError where they do not fit.

    >>> log_loss([1, 0], [0.5, 0.5])
    0.6931471805599453
    """
    y, p, w = counted(np.asarray(targets), numbers(probabilities, "probabilities"), weights)
    if y.ndim != 1 or p.ndim not in (1, 2):
        raise ShapeError(
            f"targets of shape {y.shape} and probabilities of shape {p.shape}; expected (rows,) and either (rows,), "
            "the probability of class 1, or (rows, classes)"
        )
    classes = _class_numbers(y, 2 if p.ndim == 1 else p.shape[1])
    p = _probabilities(p)
    with np.errstate(divide="ignore"):
        if p.ndim == 1:
            logarithms = np.where(classes == 1, np.log(p), np.log1p(-p))
        else:
            logarithms = np.log(p[np.arange(len(p)), classes])
    return float(mean(np.abs(logarithms), w))


def _labels(
    targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Array, Array, Floats]:
    """Two columns of labels that can be compared, and the weights, without the rows that do not count."""
    labels, given = np.asarray(targets), np.asarray(answers)
    if labels.ndim != 1 or labels.shape != given.shape:
        raise ShapeError(
            f"targets of shape {labels.shape} cannot be compared with answers of shape {given.shape}; "
            "expected one label a row in both: (rows,)"
        )
    kinds = {"number" if array.dtype.kind in "biuf" else array.dtype.kind for array in (labels, given)}
    if len(kinds) == 2 and "O" not in kinds:
        raise DataError(f"targets of dtype {labels.dtype} never equal answers of dtype {given.dtype}; give one type")
    return counted(labels, given, weights)


def _codes(labels: Array) -> npt.NDArray[np.intp]:
    """A number for each label, from 0, the same for equal labels."""
    if labels.dtype.kind == "O":  # labels of several types have no order to sort them by
        numbered: dict[Any, int] = {}
        return np.array([numbered.setdefault(label, len(numbered)) for label in labels], np.intp)
    return np.unique(labels, return_inverse=True)[1]


def _class_numbers(targets: Array, classes: int) -> npt.NDArray[np.intp]:
    """`targets` as indices of classes; raises DataError for one that is none."""
    values = numbers(targets, "targets")
    wrong = ~((values >= 0) & (values < classes) & (values == np.floor(values)))
    if wrong.any():
        value = targets[int(wrong.argmax())]
        raise DataError(f"a target is {value}; with {classes} classes the class numbers are 0 to {classes - 1}")
    return values.astype(np.intp)


def _probabilities(p: Floats) -> Floats:
    """`p`, none above 1; raises DataError unless they are probabilities but for rounding."""
    wrong = ~((p >= 0) & (p <= 1 + ROUNDING))
    if wrong.any():
        raise DataError(f"a probability is {p[wrong][0]}; expected numbers from 0 to 1")
    if p.ndim == 2:
        sums = p.sum(axis=1)
        worst = sums[np.abs(sums - 1).argmax()]
        if abs(worst - 1) > ROUNDING:
            raise DataError(f"the probabilities of a row sum to {worst}; expected 1")
    return np.minimum(p, 1)
