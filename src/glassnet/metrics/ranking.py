"""Scores of the order in which probabilities put the rows; ties are taken together, in whatever order the rows come."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError
from glassnet.metrics.classes import class_chances, columns_of, mean_over_classes
from glassnet.metrics.rows import Floats, mean

Mask = npt.NDArray[np.bool_]


def area_under_curve(
    targets: npt.ArrayLike, probabilities: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> float:
    """The area under the receiver operating characteristic, AUC: the chance that a row of the class ranks above others.

    Of all pairs of a row of the class and a row of another, weighted by the product of their weights, the share in
    which the first has the higher probability, a tie counting half. With more than two classes, the mean over the
    classes, each against the rest. `targets`: (rows,), class numbers from 0; `probabilities`: (rows,), that of class 1
    of two, or (rows, classes). NaN where the rows are all of one class. Raises ShapeError or DataError where they do
    not fit.

    Source: Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
    1982.

    >>> area_under_curve([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8])
    0.875
    """
    classes, p, w = class_chances(targets, probabilities, weights)

    def area(hit: Mask, chance: Floats) -> float:
        own, other = _steps(hit, chance, w)
        below = other.sum() - np.cumsum(other)  # from the highest probability down
        return float((own * (below + other / 2)).sum() / (own.sum() * other.sum()))

    return mean_over_classes(area, classes, p)


def average_precision(
    targets: npt.ArrayLike, probabilities: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> float:
    """The mean of the precision over the recall: sum (R_k - R_(k-1)) P_k over the distinct probabilities.

    R_k is the share of the rows of the class, and P_k their share among all rows, with at least the k-th probability
    from the highest. It is a sum of steps, not the trapezoids between them, which would be too good. Several classes,
    arguments and errors as for `area_under_curve`.

    Source: Manning, Raghavan and Schuetze, "Introduction to information retrieval", 2008, section 8.4.

    >>> average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.8333333333333333
    """
    classes, p, w = class_chances(targets, probabilities, weights)

    def precision(hit: Mask, chance: Floats) -> float:
        own, other = _steps(hit, chance, w)
        found = np.cumsum(own)
        return float((own * found / (found + np.cumsum(other))).sum() / own.sum())

    return mean_over_classes(precision, classes, p)


def top_k_accuracy(
    targets: npt.ArrayLike, probabilities: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, k: int = 5
) -> float:
    """The weighted share of the rows whose class is among the `k` likeliest; of classes that tie the first come first.

    Arguments and errors as for `area_under_curve`, and SettingError for a `k` below 1.

    >>> top_k_accuracy([2, 0], [[0.5, 0.3, 0.2], [0.3, 0.5, 0.2]], k=2)
    0.5
    """
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise SettingError(f"top_k_accuracy: k={k!r}, expected a whole number of at least 1")
    classes, p, w = class_chances(targets, probabilities, weights)
    p = columns_of(p)
    own = p[np.arange(len(p)), classes][:, None]
    before = np.arange(p.shape[1]) < classes[:, None]
    rank = ((p > own) | ((p == own) & before)).sum(axis=1)
    return float(mean((rank < k).astype(np.float64), w))


def _steps(hit: Mask, chance: Floats, w: Floats) -> tuple[Floats, Floats]:
    """The weight of the rows of the class, and of the others, at each distinct probability, from the highest down."""
    places = np.unique(-chance, return_inverse=True)[1]
    own, other = (np.bincount(places, w * some).astype(np.float64) for some in (hit, ~hit))
    return own, other
