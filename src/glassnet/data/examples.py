"""Inputs with their targets beside them, as the batches of a stream bring them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.arrays import as_array
from glassnet.data.contract import check_count
from glassnet.data.weights import as_weights, check_as_many
from glassnet.errors import DataError

Array = npt.NDArray[Any]

PARTS: Final = (2, 3)  # of a batch: inputs and targets, or these and weights
REAL: Final = "biuf"  # kinds of dtypes that may follow each other
EXPECTED: Final = "expected pairs (inputs, targets), or these and weights, or tables with target='the name of a column'"


@dataclass(frozen=True, eq=False)
class Examples:
    """Inputs (rows, ...) and targets (rows, ...), and what each row counts (rows,), None where each counts once."""

    inputs: Array
    targets: Array
    weights: npt.NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.inputs)

    def take(self, rows: Array) -> Examples:
        """The examples at these places."""
        weights = None if self.weights is None else self.weights[rows]
        return Examples(self.inputs[rows], self.targets[rows], weights)

    @property
    def positive(self) -> Examples:
        """The examples that count."""
        if self.weights is None or self.weights.all():
            return self
        return self.take(np.flatnonzero(self.weights))

    @staticmethod
    def joined(pieces: Sequence[Examples]) -> Examples:
        """Several, one after the other."""
        inputs, targets = ([getattr(each, name) for each in pieces] for name in ("inputs", "targets"))
        weights = [each.weights for each in pieces if each.weights is not None]  # all have them, or none
        return Examples(np.concatenate(inputs), np.concatenate(targets), np.concatenate(weights) if weights else None)


def examples_of(batches: Iterable[Any], source: str) -> Iterator[Examples]:
    """The pairs of a stream, or pairs and weights, as examples, those without rows that count passed over.

    Raises DataError, naming the batch, for what is no pair of as many inputs as targets, for weights that are none or
    that not all batches bring, and for rows of another shape or kind than those of the batches before.
    """
    first: Examples | None = None
    for number, batch in enumerate(batches, 1):
        where = f"{source}, batch {number:,}"
        if not isinstance(batch, tuple | list) or len(batch) not in PARTS:
            given = f"{len(batch)} things" if isinstance(batch, tuple | list) else f"a {type(batch).__name__}"
            raise DataError(f"{where} is {given}; {EXPECTED}")
        try:
            found = Examples(*(np.atleast_1d(as_array(each)) for each in batch[:2]), *map(as_weights, batch[2:]))
            check_count(len(found.inputs), len(found.targets))
            if found.weights is not None:
                check_as_many(len(found.weights), len(found.inputs))
        except DataError as error:
            raise DataError(f"{where}: {error}") from None
        first = first or found
        for what in ("inputs", "targets"):
            _check_alike(f"{where}: {what}", getattr(first, what), getattr(found, what))
        if (first.weights is None) != (found.weights is None):
            has = "no weights" if found.weights is None else "weights"
            raise DataError(f"{where} has {has}, unlike the batches before; expected them in all batches, or in none")
        if len(counted := found.positive):
            yield counted


def _check_alike(where: str, first: Array, found: Array) -> None:
    """Raise DataError unless rows have the shape and the kind of those that came first."""
    if found.shape[1:] != first.shape[1:]:
        raise DataError(
            f"{where} of shape {found.shape} where the batches before had rows of shape {first.shape[1:]}; expected "
            f"rows of one shape throughout"
        )
    kinds = {first.dtype.kind, found.dtype.kind}
    if len(kinds) > 1 and not kinds <= set(REAL):
        raise DataError(
            f"{where} of dtype {found.dtype} where the batches before had {first.dtype}; expected one kind of values "
            f"throughout"
        )
