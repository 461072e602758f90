"""What scores of classes are given, checked: pairs of labels, and classes with the probabilities given to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.errors import DataError, ShapeError
from glassnet.metrics.rows import Array, Floats, counted, numbers

ROUNDING = 1e-3  # of probabilities in float16 and of their sum
Codes = npt.NDArray[np.intp]


def class_chances(
    targets: npt.ArrayLike, probabilities: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Codes, Floats, Floats]:
    """Class numbers (rows,), probabilities (rows,) or (rows, classes), and weights, of the rows that count.

    Raises ShapeError or DataError where they do not fit.
    """
    y, p, w = counted(np.asarray(targets), numbers(probabilities, "probabilities"), weights)
    if y.ndim != 1 or p.ndim not in (1, 2):
        raise ShapeError(
            f"targets of shape {y.shape} and probabilities of shape {p.shape}; expected (rows,) and either (rows,), "
            "the probability of class 1, or (rows, classes)"
        )
    classes = class_numbers(y, 2 if p.ndim == 1 else p.shape[1])
    return classes, checked_probabilities(p), w


def columns_of(p: Floats) -> Floats:
    """Probabilities with a column for each class: those of class 1 of two become two columns."""
    return np.column_stack([1 - p, p]) if p.ndim == 1 else p


def mean_over_classes(one: Callable[[npt.NDArray[np.bool_], Floats], float], classes: Codes, p: Floats) -> float:
    """`one` of class 1 against class 0 where there are two classes, else its mean over each class against the rest.

    `one` takes whether each row is of the class (rows,) and the probability given to it (rows,). Only classes that some
    rows are of and some are not count; NaN where there is none.
    """
    if p.ndim == 1 or p.shape[1] == 2:
        kinds = [(classes == 1, p if p.ndim == 1 else p[:, 1])]
    else:
        kinds = [(classes == k, p[:, k]) for k in range(p.shape[1])]
    found = [one(hit, chance) for hit, chance in kinds if hit.any() and not hit.all()]
    return float(np.mean(found)) if found else float("nan")


def label_pairs(
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


def codes_of(labels: Array) -> Codes:
    """A number for each label, from 0, the same for equal labels."""
    if labels.dtype.kind == "O":  # labels of several types have no order to sort them by
        numbered: dict[Any, int] = {}
        return np.array([numbered.setdefault(label, len(numbered)) for label in labels], np.intp)
    return np.unique(labels, return_inverse=True)[1]


def class_numbers(targets: Array, classes: int) -> Codes:
    """`targets` as indices of classes; raises DataError for one that is none."""
    values = numbers(targets, "targets")
    wrong = ~((values >= 0) & (values < classes) & (values == np.floor(values)))
    if wrong.any():
        value = targets[int(wrong.argmax())]
        raise DataError(f"a target is {value}; with {classes} classes the class numbers are 0 to {classes - 1}")
    return values.astype(np.intp)


def checked_probabilities(p: Floats) -> Floats:
    """`p`, none above 1; raises DataError unless they are probabilities but for rounding."""
    wrong = ~((p >= 0) & (p <= 1 + ROUNDING))
    if wrong.any():
        raise DataError(f"a probability is {p[wrong][0]}; expected numbers from 0 to 1")
    if p.ndim == 2 and len(p):
        sums = p.sum(axis=1)
        worst = sums[np.abs(sums - 1).argmax()]
        if abs(worst - 1) > ROUNDING:
            raise DataError(f"the probabilities of a row sum to {worst}; expected 1")
    return np.minimum(p, 1)
