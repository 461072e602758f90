"""The error of answers, one for each task; less is better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.metrics.calibration import calibration_error

LEAST: Final = 1e-7  # the least probability that counts
DRAWS: Final = 200  # of classes for all rows, by which chance is known
METRICS: Final = {"binary": "auc_error", "multiclass": "log_loss", "regression": "nrmse"}


def error(task: str, known: npt.NDArray[Any], answers: npt.NDArray[Any], learnt: npt.NDArray[Any]) -> float:
    """The error of the answers for rows whose targets are `known`, by a system that learnt from the targets `learnt`.

    Numbers: sqrt(mean((y - answer)^2)) / the standard deviation of `learnt`. Two classes: 1 less the area under the
    receiver operating characteristic. More classes: the mean of -log p of the true class, with p from 1e-7 to 1. The
    answers of classes are probabilities (rows, classes), in the order of their sorted labels.
    """
    if task == "regression":
        return float(np.sqrt(np.mean((known - answers) ** 2)) / np.std(learnt))
    labels = np.unique(np.concatenate([known, learnt]))
    if task == "binary":
        return 1 - area(known == labels[1], answers[:, 1])
    likely = answers[np.arange(len(known)), np.searchsorted(labels, known)]
    return float(-np.log(np.clip(likely, LEAST, 1)).mean())


def area(true: npt.NDArray[np.bool_], scores: npt.NDArray[Any]) -> float:
    """How likely a row that is true has a higher score than one that is not; equal scores count half.

    >>> area(np.array([True, False, True, False]), np.array([0.9, 0.1, 0.4, 0.4]))
    0.875
    """
    _, places, times = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[places]
    positive = int(true.sum())
    pairs = positive * (len(true) - positive)
    return float((ranks[true].sum() - positive * (positive + 1) / 2) / pairs)


def in_order(answers: npt.NDArray[Any], given: Sequence[str], labels: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Probabilities (rows, classes) with their columns, which are `given`, in the order of `labels`; 0 for others."""
    found = np.zeros((len(answers), len(labels)))
    for place, label in enumerate(labels.tolist()):
        if label in given:
            found[:, place] = answers[:, given.index(label)]
    return found


def calibration(known: npt.NDArray[Any], answers: npt.NDArray[Any], labels: npt.NDArray[Any]) -> float:
    """The expected calibration error of 15 bins for rows of the classes `known`.

    The answers are probabilities (rows, classes) in the order of the sorted labels; they are divided by their sums,
    which systems that compute in single precision keep to seven digits.
    """
    chances = answers / answers.sum(axis=1, keepdims=True)
    return calibration_error(np.searchsorted(labels, known), chances)


class Chance(NamedTuple):
    """The mean and the standard deviation of the calibration error of answers that are true, for so many rows."""

    mean: float
    deviation: float


def by_chance(answers: npt.NDArray[Any]) -> Chance:
    """What the calibration error of these answers would be if they were true: their classes are drawn by them.

    A few rows in 15 bins err by much though every probability is right. Source: Bröcker and Smith, "Increasing the
    reliability of reliability diagrams", 2007, who resample so.

    >>> by_chance(np.array([[1.0, 0.0], [0.0, 1.0]]))
    Chance(mean=0.0, deviation=0.0)
    """
    random, chances = np.random.default_rng(0), answers / answers.sum(axis=1, keepdims=True)
    ends = chances.cumsum(axis=1)[:, :-1]
    drawn = [calibration_error((random.random((len(ends), 1)) > ends).sum(axis=1), chances) for _ in range(DRAWS)]
    return Chance(float(np.mean(drawn)), float(np.std(drawn)))


def coverage(known: npt.NDArray[Any], ranges: npt.NDArray[Any]) -> float:
    """The share of the numbers `known` that lie within their ranges (rows, 2), the ends among them.

    >>> coverage(np.array([1.0, 2.0, 3.0, 4.0]), np.array([[1, 2], [0, 1], [2, 4], [5, 6]]))
    0.5
    """
    return float(((ranges[:, 0] <= known) & (known <= ranges[:, 1])).mean())
