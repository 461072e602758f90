"""Whether the network can learn ten rows by heart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from glassnet.core.operation import Array
from glassnet.data.table import counted
from glassnet.diagnosis.chance import Chance
from glassnet.diagnosis.finding import Finding, not_asked
from glassnet.diagnosis.subject import Subject
from glassnet.diagnosis.trials import on_rows, some, tried
from glassnet.random import permutation
from glassnet.training.rows import Rows

NAME: Final = "ten rows"
ROWS: Final = 10
STEPS: Final = 2_000
SECONDS: Final = 0.8
DONE, HALF, UNDER_WAY = 0.8, 0.5, 0.25  # of the way from a constant answer to the best one
NARROW: Final = 2  # units of a layer through which hardly anything passes
FEW_STEPS: Final = 200  # below which a network that is slow has not been asked enough
REMEDY: Final = (
    "look at what the other checks found; if they found nothing, give the network more units, fewer layers, less "
    "dropout or less weight decay, and see that the loss fits the targets"
)


@dataclass(frozen=True)
class _Learnt:
    """How far ten rows were learnt at a rate: the least loss, the progress that it is, and the steps taken."""

    rate: float
    loss: float
    progress: float
    steps: int


def overfit(subject: Subject) -> Finding:
    """How far the network comes on ten rows, in 2,000 steps on all of them, at its own rate or a better one.

    progress = (L(constant) - L) / (L(constant) - L(best))

    A network with more weights than rows can learn them by heart, unless something is broken: 0.8 is asked for, and
    below 0.5 it is wrong. One that comes no further at any rate, and has no more weights than the rows have targets, or
    a hidden layer of one or two units, is too small. Source: Karpathy, "A recipe for training neural networks", 2019,
    "overfit one batch".
    """
    if subject.unready or subject.carried:
        return not_asked(NAME, subject.unready or "the layers keep the states of sequences from step to step")
    rows = _ten(subject)
    chance = subject.chance(rows, subject.learnt_by)
    if chance is None or chance.constant <= chance.least:
        return not_asked(NAME, "what the best answer is for these targets is not known, or all are the same")
    found = _learnt(subject, rows, chance)
    own, best = found[0], max(found, key=lambda each: each.progress)
    numbers = {"loss": best.loss, "constant answer": chance.constant, "progress": best.progress, "rate": best.rate}
    words = (
        f"{len(rows)} rows are learnt to a loss of {best.loss:.4g}, where a constant answer has {chance.constant:.4g}"
    )
    if best.progress >= DONE and own.progress >= UNDER_WAY:
        at = "" if best is own else f" at a rate of {best.rate:.3g}"
        return Finding(NAME, "fine", f"{words}, in {best.steps:,} steps{at}", "", numbers)
    if best.progress >= DONE:
        words = f"{words}, at a rate of {best.rate:.3g}, but hardly at {own.rate:.3g}, the network's own"
        return Finding(NAME, "suspect", words, f"give the optimizer a rate nearer to {best.rate:.1g}", numbers)
    enough_asked = max(each.steps for each in found) >= FEW_STEPS
    wrong = best.progress < HALF and enough_asked and subject.weights > len(rows) * subject.learnt_by.width
    words = f"{words}, in {best.steps:,} steps, and no further at any of {len(found)} rates"
    size = _Size.of(subject, len(rows))
    if size.small and enough_asked:
        told = {**numbers, "weights": float(size.weights), "targets": float(size.targets)}
        return Finding(NAME, "wrong" if wrong else "suspect", f"{words}: {size.words}", size.remedy, told)
    return Finding(NAME, "wrong" if wrong else "suspect", words, REMEDY, numbers)


@dataclass(frozen=True)
class _Size:
    """How large a network is beside the `targets` of ten rows; `name` is its narrowest hidden layer, "" without one."""

    weights: int
    targets: int
    name: str
    units: int

    @classmethod
    def of(cls, subject: Subject, rows: int) -> _Size:
        """The size of the network of a subject, asked to learn so many rows."""
        hidden = [
            (layer.units, layer.name) for layer in subject.layers if not (layer.last or np.isnan(layer.derivative))
        ]
        units, name = min(hidden, default=(0, ""))
        return cls(subject.weights, rows * subject.learnt_by.width, name, units)

    @property
    def small(self) -> bool:
        """Whether that may be why the rows are not learnt."""
        return self.weights <= self.targets or 0 < self.units <= NARROW

    @property
    def words(self) -> str:
        """The finding in words."""
        narrowest = (
            f"{counted(self.units, 'unit')} in {self.name}, its narrowest hidden layer"
            if self.name
            else "no hidden layer"
        )
        return (
            f"the network is too small for them, with {counted(self.weights, 'weight')} for "
            f"{counted(self.targets, 'target')}, and {narrowest}"
        )

    @property
    def remedy(self) -> str:
        """What to do."""
        wider = f"more units in {self.name}, or one more hidden layer" if self.name else "a hidden layer"
        return f"make the network larger: {wider}, such as gn.Dense(16, 'tanh'); it is not the rate that keeps it"


def _learnt(subject: Subject, rows: Rows, chance: Chance) -> list[_Learnt]:
    """How far the rows are learnt at the network's own rate, and at others until one is enough."""
    enough = chance.constant - DONE * (chance.constant - chance.least)
    run, schedule = on_rows(subject.run, rows, whole=True), subject.programs.model.optimizer.schedule
    others = [subject.suggestion] if subject.suggestion else []
    found = []
    for rate in (subject.rate, *others, subject.rate / 10, subject.rate * 10):
        losses = tried(run, subject.start, schedule, rate, STEPS, SECONDS, enough).losses
        least = min(losses, default=np.inf)
        found.append(_Learnt(rate, least, chance.progress(least), len(losses)))
        if least <= enough:
            break
    return found


def _ten(subject: Subject) -> Rows:
    """Ten rows with targets as unlike each other as there are, and no two with the same inputs."""
    rows = subject.sample
    order = permutation(subject.seed, "ten rows", len(rows))
    keys = [b"".join(np.ascontiguousarray(array[row]).tobytes() for array in rows.inputs.values()) for row in order]
    first = dict(zip(reversed(keys), reversed(order.tolist()), strict=True))
    order = np.array(list(first.values()))[::-1]
    return some(rows, np.sort(_spread(subject.targets(rows), order)[:ROWS]))


def _spread(targets: Array, order: Array) -> Array:
    """The rows in an order in which targets take turns: classes one after the other, numbers by tenths."""
    flat = targets[order].reshape(len(order), -1)[:, 0]
    if targets.dtype.kind in "iu":
        groups = flat
    else:
        groups = np.argsort(np.argsort(flat, kind="stable"), kind="stable") * ROWS // len(flat)
    turn = np.zeros(len(order), np.int64)
    for group in np.unique(groups):
        turn[groups == group] = np.arange(int((groups == group).sum()))
    return np.asarray(order[np.argsort(turn, kind="stable")])
