"""Losses to measure a network by: that of the best constant answer, and that of the best answers that there are.

Both are the least among candidates that fit the usual losses: an own loss may have a lower one than is found here, so
that what is said of it errs towards less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.extent import n
from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.engines.reference import Reference
from glassnet.errors import GlassnetError
from glassnet.nn.losses.loss import Loss

Floats = npt.NDArray[np.float64]

QUANTILES: Final = np.arange(0.05, 1.0, 0.05)
SURE: Final = (1.0, 2.0, 4.0, 8.0, 15.0)  # raw outputs for a class and, below 0, against it
LEAST: Final = 1e-6  # of a probability or a rate, whose logarithm is taken
FREE: Final = (-np.inf, np.inf)  # the range of a raw output that nothing bounds


@dataclass(frozen=True)
class Chance:
    """`constant` is the mean loss of the best constant answer, `least` that of the best answer for each row."""

    constant: float
    least: float

    def progress(self, loss: float) -> float:
        """How far a loss has come from the constant answer, 0, to the best one, 1; below 0 it is worse than both."""
        room = self.constant - self.least
        return (self.constant - loss) / room if room > 0 else 0.0


def chance_of(
    loss: Loss, targets: Array, weights: Floats, outputs: int, within: tuple[float, float] = FREE
) -> Chance | None:
    """The chance of a loss for targets (rows,) or (rows, outputs), with so many raw outputs `within` a range.

    None where the loss takes no such output, and where no candidate has a finite loss.
    """
    try:
        losses = _Losses(loss, targets, outputs)
        constants = [
            losses(np.broadcast_to(np.clip(z, *within), (len(targets), outputs))) for z in _constants(targets, outputs)
        ]
        best = [losses(np.clip(z, *within)) for z in _best(targets, outputs)]
    except GlassnetError:
        return None
    means = [float(np.average(each, weights=weights)) for each in constants]
    rows = np.min([np.where(np.isnan(each), np.inf, each) for each in (*constants, *best)], axis=0)
    found = min((mean for mean in means if np.isfinite(mean)), default=np.inf), float(np.average(rows, weights=weights))
    return Chance(*found) if np.isfinite(found).all() else None


class _Losses:
    """The loss of each row for raw outputs (rows, outputs)."""

    def __init__(self, loss: Loss, targets: Array, outputs: int) -> None:
        tape, whole = Tape(), targets.dtype.kind in "iu"
        z = tape.input("outputs", (n, outputs), "float64")
        target = tape.input("target", (n, *targets.shape[1:]), "int64" if whole else "float64")
        self._executable = Reference().compile(Program(tape, {"losses": loss.rows(z, target)}))
        self._targets = targets.astype(target.dtype)

    def __call__(self, z: Array) -> Floats:
        losses = self._executable.step({}, {"outputs": np.ascontiguousarray(z), "target": self._targets}, {})["losses"]
        return np.asarray(losses, np.float64)


def _constants(targets: Array, outputs: int) -> list[Floats]:
    """Raw outputs (outputs,) of the best constant answer under some loss."""
    if targets.dtype.kind in "iu":
        shares = np.bincount(targets, minlength=max(outputs, 2)) / len(targets)
        if outputs == 1:
            return [np.array([z]) for z in (_log_odds(shares[1:2])[0], 0.0, *SURE, *(-each for each in SURE))]
        return [_log(shares[:outputs]), np.zeros(outputs), *_for_classes(np.array([shares.argmax()]), outputs)[:, 0]]
    flat = targets.reshape(len(targets), -1)
    mean = flat.mean(axis=0)
    return [mean, *np.quantile(flat, QUANTILES, axis=0), *_linked(mean), np.zeros(flat.shape[1])]


def _best(targets: Array, outputs: int) -> Sequence[Floats]:
    """Raw outputs (rows, outputs) of the best answer for each row under some loss."""
    if targets.dtype.kind not in "iu":
        flat = targets.reshape(len(targets), -1).astype(np.float64)
        return [flat, *_linked(flat), *(np.where(flat > 0.5, sure, -sure) for sure in SURE)]
    if outputs == 1:
        return [np.where(targets[:, None] == 1, sure, -sure) for sure in (*SURE, *(-each for each in SURE))]
    return list(_for_classes(targets, outputs))


def _for_classes(targets: Array, outputs: int) -> Floats:
    """Raw outputs (candidates, rows, outputs), more and more sure of the class of each row."""
    own = np.arange(outputs) == targets[:, None]
    return np.array([np.where(own, sure, -sure) for sure in SURE])


def _linked(values: Floats) -> list[Floats]:
    """Values as losses of rates and of probabilities have them: their logarithms, and their log-odds."""
    return [_log(values), _log_odds(values)]


def _log(values: Floats) -> Floats:
    return np.log(np.maximum(values, LEAST))


def _log_odds(shares: Floats) -> Floats:
    inside = np.clip(shares, LEAST, 1 - LEAST)
    return np.log(inside / (1 - inside))
