"""The rows that a score counts: targets and answers that belong together, and their weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.errors import DataError, ShapeError

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]


def counted(targets: Array, answers: Array, weights: npt.ArrayLike | None) -> tuple[Array, Array, Floats]:
    """The rows whose weight is above 0, and their weights divided by the largest.

    `targets` and `answers`: (rows, ...); `weights`: (rows,) or None, where each row counts once. Raises ShapeError
    where their numbers of rows differ, DataError where a weight is negative or not finite or nothing is left.
    """
    if targets.ndim == 0 or answers.ndim == 0:
        raise ShapeError(
            "a score is of rows: targets and answers need at least one axis; wrap a single value in a list"
        )
    if len(targets) != len(answers):
        raise ShapeError(f"{len(targets)} rows of targets cannot be compared with {len(answers)} rows of answers")
    if weights is None:
        scaled = np.ones(len(targets))
    else:
        scaled = _scaled(weights, len(targets))
        kept = scaled > 0
        if not kept.all():
            targets, answers, scaled = targets[kept], answers[kept], scaled[kept]
    if not len(targets):
        raise DataError("there is no row to score: the table is empty or every weight is 0")
    return targets, answers, scaled


def numbers(values: npt.ArrayLike, what: str) -> Floats:
    """`values` in float64; raises DataError where they are not numbers. `what` is their name in the message."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise DataError(f"{what} have dtype {array.dtype}; a score of numbers needs numbers")
    return array.astype(np.float64)


def mean(values: Floats, weights: Floats) -> Floats:
    """The weighted mean over the rows, the first axis of `values`; `weights`: (rows,)."""
    total: Floats = (values.T * weights).sum(axis=-1) / weights.sum()
    return total


def _scaled(weights: npt.ArrayLike, rows: int) -> Floats:
    """`weights` checked, and divided by the largest so that no sum of them overflows."""
    array = numbers(weights, "weights")
    if array.shape != (rows,):
        raise ShapeError(f"weights have shape {array.shape}; expected one a row: ({rows},)")
    wrong = ~(np.isfinite(array) & (array >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(f"row {row + 1} has the weight {array[row]}; a weight is a finite number, 0 or more")
    largest = array.max(initial=0)
    return array / largest if largest > 0 else array
