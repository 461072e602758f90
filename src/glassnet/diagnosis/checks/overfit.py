"""Whether the network can learn ten rows by heart."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.core.operation import Array
from glassnet.diagnosis.finding import Finding, not_asked
from glassnet.diagnosis.subject import Subject
from glassnet.diagnosis.trials import Trial, on_rows, some, tried
from glassnet.random import permutation
from glassnet.training.rows import Rows

NAME: Final = "ten rows"
ROWS: Final = 10
STEPS: Final = 500
SECONDS: Final = 0.8
DONE, HALF, UNDER_WAY = 0.8, 0.5, 0.25  # of the way from a constant answer to the best one
FEW_STEPS: Final = 200  # below which a network that is slow has not been asked enough
REMEDY: Final = (
    "look at what the other checks found; if they found nothing, give the network more units, fewer layers or less "
    "dropout, and see that the loss fits the targets"
)


def overfit(subject: Subject) -> Finding:
    """How far the network comes on ten rows, in 500 steps on all of them, at its own rate or a better one.

    progress = (L(constant) - L) / (L(constant) - L(best))

    A network with more weights than rows can learn them by heart, unless something is broken: 0.8 is asked for, and
    below 0.5 it is wrong. Source: Karpathy, "A recipe for training neural networks", 2019, "overfit one batch".
    """
    if subject.unready or subject.carried:
        return not_asked(NAME, subject.unready or "the layers keep the states of sequences from step to step")
    rows = _ten(subject)
    chance = subject.chance(rows, subject.programs.model.loss)
    if rows is None or chance is None or chance.constant <= chance.least:
        return not_asked(NAME, "what the best answer is for these targets is not known, or all are the same")
    enough = chance.constant - DONE * (chance.constant - chance.least)
    run, schedule = on_rows(subject.run, rows, whole=True), subject.programs.model.optimizer.schedule
    rates = [subject.rate, *([subject.suggestion] if subject.suggestion else []), subject.rate / 10]
    trials: dict[float, Trial] = {}
    for rate in rates:
        trials[rate] = tried(run, subject.start, schedule, rate, STEPS, SECONDS, enough)
        if min(trials[rate].losses, default=np.inf) <= enough:
            break
    best = min(trials, key=lambda rate: min(trials[rate].losses, default=np.inf))
    least, steps = min(trials[best].losses, default=np.inf), len(trials[best].losses)
    progress = chance.progress(least)
    numbers = {
        "loss": least,
        "constant answer": chance.constant,
        "progress": progress,
        "rate": best,
        "steps": float(steps),
    }
    words = (
        f"{len(rows)} rows are learnt from {chance.constant:.4g}, that of a constant answer, to a loss of {least:.4g}"
    )
    own = chance.progress(min(trials[subject.rate].losses, default=np.inf))
    if progress >= DONE and (best == subject.rate or own >= UNDER_WAY):
        at = "" if best == subject.rate else f" at a rate of {best:.3g}"
        return Finding(NAME, "fine", f"{words} in {steps} steps{at}", "", numbers)
    if progress >= DONE:
        words = f"{words} at a rate of {best:.3g}, but not at {subject.rate:.3g}, the network's own"
        return Finding(NAME, "suspect", words, f"give the optimizer a rate nearer to {best:.1g}", numbers)
    wrong = progress < HALF and max(len(each.losses) for each in trials.values()) >= FEW_STEPS
    wrong &= subject.weights > len(rows) * subject.width
    return Finding(NAME, "wrong" if wrong else "suspect", f"{words} only, in {steps} steps", REMEDY, numbers)


def _ten(subject: Subject) -> Rows:
    """Ten rows with targets as unlike each other as there are, and no two with the same inputs."""
    rows = subject.sample
    order = permutation(subject.seed, "ten rows", len(rows))
    keys = [b"".join(np.ascontiguousarray(array[row]).tobytes() for array in rows.inputs.values()) for row in order]
    first = dict(zip(reversed(keys), reversed(order.tolist()), strict=True))
    order = np.array(list(first.values()))[::-1]
    return some(rows, np.sort(_spread(rows.targets, order)[:ROWS]))


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
