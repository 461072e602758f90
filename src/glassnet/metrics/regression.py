"""Scores of answers that are numbers. Each row counts the mean over its outputs, however many axes they have.

NaN among answers or targets gives NaN, which is no improvement on anything; an error too large for float64 gives
infinity.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassnet.errors import ShapeError
from glassnet.metrics.rows import Floats, counted, mean, numbers

ROUNDING = 4 * float(np.finfo(np.float64).eps)


@np.errstate(over="ignore", invalid="ignore")
def mean_squared_error(targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The weighted mean of the squared differences, sum w (y - a)^2 / sum w.

    `targets` y and `answers` a: (rows,) or (rows, outputs), of the same shape; `weights` w: (rows,), 0 or more.
    Raises ShapeError or DataError where they do not fit.

    >>> mean_squared_error([0, 2, 4, 6, 8], [0, 3, 6, 9, 12])
    6.0
    """
    y, a, w = _pair(targets, answers, weights)
    return float(mean((y - a) ** 2, w).mean())


@np.errstate(over="ignore", invalid="ignore")
def root_mean_squared_error(
    targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> float:
    """The square root of `mean_squared_error`, in the unit of the targets.

    With several outputs the root is taken once, of the mean over all of them. (Some libraries average one root an
    output.) Arguments and errors as for `mean_squared_error`.

    >>> root_mean_squared_error([0, 0], [3, 4])
    3.5355339059327378
    """
    y, a, w = _pair(targets, answers, weights)
    error = y - a
    scale = np.abs(error).max(initial=0)
    if not (0 < scale < np.inf):
        return float(scale)
    return float(scale * np.sqrt(mean((error / scale) ** 2, w).mean()))


@np.errstate(over="ignore", invalid="ignore")
def mean_absolute_error(targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The weighted mean of the absolute differences, sum w |y - a| / sum w, in the unit of the targets.

    Arguments and errors as for `mean_squared_error`.

    >>> mean_absolute_error([0, 2, 4, 6, 8], [0, 3, 6, 9, 12])
    2.0
    """
    y, a, w = _pair(targets, answers, weights)
    return float(mean(np.abs(y - a), w).mean())


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def mean_absolute_percentage_error(
    targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> float:
    """The weighted mean of |y - a| / |y|, as a share: 0.1 is 10 %.

    A target of 0 that is not met exactly gives infinity. (Some libraries divide by a small number there, and some give
    percents.) Arguments and errors as for `mean_squared_error`.

    >>> mean_absolute_percentage_error([2, 4], [1, 4])
    0.25
    """
    y, a, w = _pair(targets, answers, weights)
    return float(mean(np.where(y == a, 0.0, np.abs(y - a) / np.abs(y)), w).mean())


@np.errstate(over="ignore", invalid="ignore")
def r2(targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The coefficient of determination, 1 - sum w (y - a)^2 / sum w (y - mean(y))^2, averaged over the outputs.

    1 is perfect, 0 is as good as always answering the mean of these very targets, and there is no lower bound. An
    output whose targets are all the same (one row, or but for rounding) has nothing to explain: it counts 1 where
    every answer is exact, else 0. Arguments and errors as for `mean_squared_error`.

    Source: Wright, "Correlation and causation", 1921.

    >>> r2([1, 2, 3], [1, 2, 4])
    0.5
    """
    y, a, w = _pair(targets, answers, weights)
    shifted = y - y[0]  # exact for close values, so that a large common offset costs no digits
    deviations = shifted - mean(shifted, w)
    spread = np.abs(deviations).max(axis=0)
    constant = np.ptp(y, axis=0) <= ROUNDING * np.abs(y).max(axis=0)
    scale = np.where(constant, 1, spread)  # neither tiny nor huge targets leave the range of their squares
    residual = mean(((y - a) / scale) ** 2, w)
    explained = 1 - residual / np.where(constant, 1, mean((deviations / scale) ** 2, w))
    exact = np.where(np.isnan(residual), np.nan, (residual == 0).astype(np.float64))
    return float(np.where(constant, exact, explained).mean())


def _pair(
    targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Targets and answers as (rows, outputs) in float64, and the weights, without the rows that do not count."""
    y, a = numbers(targets, "targets"), numbers(answers, "answers")
    if y.shape != a.shape:
        raise ShapeError(f"targets of shape {y.shape} cannot be compared with answers of shape {a.shape}")
    if 0 in y.shape[1:]:
        raise ShapeError(f"targets of shape {y.shape} hold no output to score")
    y, a, w = counted(y, a, weights)
    return y.reshape(len(y), -1), a.reshape(len(a), -1), w
