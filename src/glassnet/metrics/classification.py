"""Scores of answers that are classes, and of the probabilities of classes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassnet.metrics.classes import class_chances, label_pairs
from glassnet.metrics.rows import mean
from glassnet.metrics.tally import Tally, balanced_accuracy_of


def accuracy(targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The weighted share of the rows whose answer is the target.

    `targets` and `answers`: (rows,), labels of any type; `weights`: (rows,), 0 or more. Raises ShapeError or
    DataError where they do not fit.

    >>> accuracy(["yes", "no", "no"], ["yes", "no", "yes"])
    0.6666666666666666
    """
    labels, given, w = label_pairs(targets, answers, weights)
    return float(mean((labels == given).astype(np.float64), w))


def balanced_accuracy(targets: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The mean, over the classes that occur among the targets, of the accuracy on the rows of that class.

    Always answering one of k classes scores 1 / k, however rare the others are. Arguments and errors as for
    `accuracy`.

    Source: Brodersen, Ong, Stephan and Buhmann, "The balanced accuracy and its posterior distribution", 2010.

    >>> balanced_accuracy(["yes", "no", "no", "no"], ["no", "no", "no", "no"])
    0.5
    """
    return float(balanced_accuracy_of(Tally.of_labels(*label_pairs(targets, answers, weights))))


def log_loss(targets: npt.ArrayLike, probabilities: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """The weighted mean of -log p, where p is the probability given to the class that the row has.

    `targets`: (rows,), class numbers from 0. `probabilities`: (rows,), that of class 1 of two, or (rows, classes).
    `weights`: (rows,), 0 or more. Nothing is clipped: a probability of 0 for the class that the row has gives
    infinity; zeros elsewhere do no harm. Some libraries clip. Raises ShapeError or DataError where they do not fit.

    Source: Good, "Rational decisions", 1952.

    >>> log_loss([1, 0], [0.5, 0.5])
    0.6931471805599453
    """
    classes, p, w = class_chances(targets, probabilities, weights)
    with np.errstate(divide="ignore"):
        if p.ndim == 1:
            logarithms = np.where(classes == 1, np.log(p), np.log1p(-p))
        else:
            logarithms = np.log(p[np.arange(len(p)), classes])
    return float(mean(np.abs(logarithms), w))
