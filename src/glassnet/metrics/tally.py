"""How many rows each class has, was given, and both: all that a score of labels is made of.

The scores here take several such counts at once, so that the same answers can be scored at many cut-offs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from glassnet.metrics.classes import Codes, codes_of
from glassnet.metrics.rows import Array, Floats

Average = Literal["macro", "micro", "binary"]


@dataclass(frozen=True, eq=False)
class Tally:
    """Sums of the weights of rows by class, each (..., classes): those that have it, were given it, and both."""

    known: Floats
    given: Floats
    hits: Floats

    @classmethod
    def of(cls, known: Codes, given: Codes, weights: Floats, classes: int) -> Tally:
        """The tally of the class number of each row and that given to it, all (rows,)."""

        def total(codes: Codes, w: Floats) -> Floats:
            return np.bincount(codes, w, minlength=classes).astype(np.float64)

        return cls(total(known, weights), total(given, weights), total(known, weights * (known == given)))

    @classmethod
    def of_labels(cls, labels: Array, given: Array, weights: Floats) -> Tally:
        """The tally of labels of any type and those given, both (rows,), with a class for each that occurs."""
        codes = codes_of(np.concatenate([labels, given]))
        return cls.of(codes[: len(labels)], codes[len(labels) :], weights, int(codes.max()) + 1)


def accuracy_of(tally: Tally) -> Floats:
    """The share of the hits, (...,)."""
    share: Floats = tally.hits.sum(axis=-1) / tally.known.sum(axis=-1)
    return share


def balanced_accuracy_of(tally: Tally) -> Floats:
    """The mean of hits / known over the classes that rows have, (...,)."""
    return _mean_of_shares(tally.hits, tally.known)


def f1_of(tally: Tally, average: Average) -> Floats:
    """2 hits / (known + given), (...,): over the classes that occur, of the sums of all, or of class 1 alone."""
    twice, occurring = 2 * tally.hits, tally.known + tally.given
    if average == "macro":
        return _mean_of_shares(twice, occurring)
    if average == "micro":
        return _mean_of_shares(twice.sum(axis=-1, keepdims=True), occurring.sum(axis=-1, keepdims=True))
    return _mean_of_shares(twice[..., 1:2], occurring[..., 1:2])


def matthews_correlation_of(tally: Tally) -> Floats:
    """The correlation of the classes that rows have with those given, (...,); 0 where either are all one class."""
    known, given = tally.known, tally.given
    total = known.sum(axis=-1)
    covariance = tally.hits.sum(axis=-1) * total - (known * given).sum(axis=-1)
    spread = (total**2 - (known**2).sum(axis=-1)) * (total**2 - (given**2).sum(axis=-1))
    one_class = ((known > 0).sum(axis=-1) < 2) | ((given > 0).sum(axis=-1) < 2)
    return np.where(one_class, 0.0, covariance / np.sqrt(np.where(one_class, 1.0, spread)))


def _mean_of_shares(parts: Floats, wholes: Floats) -> Floats:
    """The mean over the last axis of parts / wholes, where a whole is above 0; 0 where none is."""
    there = wholes > 0
    shares = np.where(there, parts, 0.0) / np.where(there, wholes, 1.0)
    mean: Floats = shares.sum(axis=-1) / np.maximum(there.sum(axis=-1), 1)
    return mean
