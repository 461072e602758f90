"""Scores of how true probabilities are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError
from glassnet.metrics.classes import class_chances, columns_of
from glassnet.metrics.rows import mean


def brier(targets: npt.ArrayLike, probabilities: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Half the weighted mean of sum (p_k - y_k)^2 over the classes k, y_k being 1 for the row's class: from 0 to 1.

    For two classes that is the mean of (p - y)^2. Brier's own, and some systems for more than two classes, leave the
    half out. Arguments and errors as for `log_loss`.

    Source: Brier, "Verification of forecasts expressed in terms of probability", 1950.

    >>> brier([1, 0], [0.5, 0.0])
    0.125
    """
    classes, p, w = class_chances(targets, probabilities, weights)
    p = columns_of(p)
    errors = p - (np.arange(p.shape[1]) == classes[:, None])
    return float(mean((errors**2).sum(axis=1), w) / 2)


def calibration_error(
    targets: npt.ArrayLike, probabilities: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, bins: int = 15
) -> float:
    """The expected calibration error: sum over bins of weight x |accuracy - confidence| / sum of weights.

    A row's confidence is the probability of the likeliest class, the first of those that tie; the answer is right where
    that is the row's class. The bins are of equal width, ((b - 1) / bins, b / bins], and accuracy and confidence the
    means over the rows of one. Arguments and errors as for `log_loss`, and SettingError for fewer `bins` than 1.

    Sources: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", 2015; Guo
    and others, "On calibration of modern neural networks", 2017.

    >>> calibration_error([1, 1, 0, 1], [0.75, 0.75, 0.75, 0.75])
    0.0
    """
    if isinstance(bins, bool) or not isinstance(bins, int) or bins < 1:
        raise SettingError(f"calibration_error: bins={bins!r}, expected a whole number of at least 1")
    classes, p, w = class_chances(targets, probabilities, weights)
    p = columns_of(p)
    confidence = p.max(axis=1)
    right = p.argmax(axis=1) == classes
    places = np.ceil(confidence * bins).astype(np.intp) - 1  # a largest probability is above 0
    return float(np.abs(np.bincount(places, w * (right - confidence))).sum() / w.sum())
