"""Scores of labels that count which class was taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.errors import DataError, SettingError
from glassnet.metrics.classes import codes_of, label_pairs
from glassnet.metrics.rows import Floats
from glassnet.metrics.tally import Average, Tally, f1_of, matthews_correlation_of


def confusion_matrix(
    targets: npt.ArrayLike,
    answers: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    labels: Sequence[Any] | None = None,
) -> Floats:
    """For each class, a row, how many of its rows were given each class, a column: the sum of their weights.

    `targets` and `answers`: (rows,), labels of any type; `weights`: (rows,), 0 or more, 1 where not given. `labels`
    names the classes in order; without it they are all that occur, sorted, or in the order met where labels are kept as
    objects. Raises ShapeError or DataError where they do not fit, and for a label that `labels` does not name.

    >>> confusion_matrix(["yes", "no", "no"], ["yes", "yes", "no"], labels=["yes", "no"]).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    actual, given, w = label_pairs(targets, answers, weights)
    w = w * (1.0 if weights is None else float(np.max(np.asarray(weights, np.float64))))
    if labels is None:
        codes = codes_of(np.concatenate([actual, given]))
        return _counts(codes[: len(actual)], codes[len(actual) :], w, int(codes.max()) + 1)
    places = {label: place for place, label in enumerate(labels)}
    for label in (*actual.tolist(), *given.tolist()):
        if label not in places:
            raise DataError(f"the label {label!r} is none of labels={list(labels)!r}; name every label that occurs")
    first, second = (np.array([places[label] for label in column.tolist()], np.intp) for column in (actual, given))
    return _counts(first, second, w, len(places))


def f1(
    targets: npt.ArrayLike,
    answers: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    average: Average = "macro",
    positive: Any = 1,
) -> float:
    """The harmonic mean of precision and recall, 2 hits / (2 hits + false alarms + misses), sums of weights.

    `average`: "macro", the mean over all classes that occur among targets or answers, each alike however rare; "micro",
    of hits, false alarms and misses summed over the classes, which for one label a row is the accuracy; "binary", that
    of the label `positive` alone, against all others. A class without a hit scores 0. Arguments and errors as for
    `accuracy`, and SettingError for another `average`.

    Source: van Rijsbergen, "Information retrieval", 2nd edition, 1979.

    >>> f1([1, 1, 0, 0], [1, 0, 0, 0], average="binary")
    0.6666666666666666
    """
    if average not in ("macro", "micro", "binary"):
        raise SettingError(f"average={average!r}: expected 'macro', 'micro' or 'binary'")
    actual, given, w = label_pairs(targets, answers, weights)
    if average == "binary":
        known, taken = (np.asarray(labels == positive).astype(np.intp) for labels in (actual, given))
        return float(f1_of(Tally.of(known, taken, w, 2), average))
    return float(f1_of(Tally.of_labels(actual, given, w), average))


def matthews_correlation(targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The correlation of targets and answers as columns of 0 and 1 for each class: 1 is perfect, 0 is chance.

    (h s - sum t_k a_k) / sqrt((s^2 - sum t_k^2) (s^2 - sum a_k^2)) over the classes k, where h is the weight of the
    hits, s that of all rows, t_k that of the rows of a class and a_k that of the rows given it. It is 0 where targets
    or answers are all of one class. Arguments and errors as for `accuracy`.

    Sources: Matthews, "Comparison of the predicted and observed secondary structure of T4 phage lysozyme", 1975;
    Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004.

    >>> matthews_correlation([1, 1, 0, 0], [1, 0, 0, 0])
    0.5773502691896258
    """
    return float(matthews_correlation_of(Tally.of_labels(*label_pairs(targets, answers, weights))))


def _counts(first: npt.NDArray[np.intp], second: npt.NDArray[np.intp], w: Floats, classes: int) -> Floats:
    counts = np.bincount(first * classes + second, w, minlength=classes**2).astype(np.float64)
    return counts.reshape(classes, classes)
