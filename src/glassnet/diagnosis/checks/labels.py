"""Whether the targets belong to the inputs beside them, or were shuffled against them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.diagnosis.finding import Finding, not_asked
from glassnet.diagnosis.subject import MOST_ROWS, Subject
from glassnet.diagnosis.trials import on_rows, places, some
from glassnet.nn.graph import LENGTHS
from glassnet.random import permutation
from glassnet.training.loop import mean_loss
from glassnet.training.rate_range import RateOf, batches, one_step
from glassnet.training.recovery import copied

Floats = npt.NDArray[np.float64]

NAME: Final = "labels"
NEIGHBOURS: Final = 5
SHUFFLINGS: Final = 30
CLEAR: Final = 4.0  # standard deviations of shuffled targets: one in 30,000 by chance where r is normal
NONE: Final = 2.5  # above which there may be a weak link
FEWEST, ENOUGH = 30, 200  # rows from which on it is asked, and from which on nothing found is wrong
PER_FEATURE: Final = 10  # rows for each feature: among many of them neighbours tell little
SHIFTS: Final = (1, -1, 2, -2, 3, -3)
HELD_OUT: Final = 0.2
TRIES, BETWEEN = 10, 30  # measurements of the held-out loss, and steps from one to the next
SECONDS: Final = 1.0
SOME: Final = 0.05  # of the way from the constant answer to the best
REMEDY: Final = (
    "look at a few rows by eye: were inputs and targets sorted, shuffled or filtered apart? If not, the inputs do not "
    "hold what is asked for"
)


def labels(subject: Subject) -> Finding:
    """Whether rows with like inputs have like targets, against the same with the targets shuffled.

    z = (r - mean r*) / sd r*, with r* of 30 shufflings; r is the correlation of a target with the mean of those of the
    5 nearest rows, or the largest one with a single feature, whichever has the larger z. From z = 4 on there is a link.
    Where there is none, targets that lie a few rows off are tried, then whether a copy of the network, learning from
    80 % of the rows, does better than a constant on the others.

    Source: permutation tests, Fisher, "The design of experiments", 1935.
    """
    rows = subject.sample
    if subject.programs.model.answers_steps:
        return not_asked(NAME, "the targets are those of steps, not of whole sequences")
    if len(rows) < FEWEST:
        return not_asked(NAME, f"{len(rows)} rows are too few to tell; {FEWEST} would do")
    targets = _centred(subject.targets(rows))
    if not targets.any():
        return not_asked(NAME, "every target is the same")
    of = _Inputs(_features(rows.inputs))
    link = _link(of, targets, subject.seed)
    if link >= CLEAR:
        return Finding(NAME, "fine", f"the inputs tell of the targets (z = {_shown(link)})", "", {"z": link})
    return _moved(subject, of, link) or _by_learning(subject, of, link)


def _moved(subject: Subject, of: _Inputs, link: float) -> Finding | None:
    """The finding where targets go with the inputs once they are moved by some rows."""
    rows = places(len(subject.rows), MOST_ROWS, subject.seed)
    for shift in SHIFTS:
        moved = _link(of, _centred(np.roll(subject.targets(subject.rows), shift, axis=0)[rows]), subject.seed)
        if moved >= 2 * CLEAR:
            by, way = f"{abs(shift)} row{'s' if abs(shift) > 1 else ''}", "down" if shift > 0 else "up"
            return Finding(
                NAME, "wrong",
                f"the targets lie {by} off: moved {way} they go with the inputs (z = {_shown(moved)}), as they stand "
                f"they do not (z = {_shown(link)})",
                "put inputs and targets side by side again before learning", {"z": link, "moved": moved},
            )  # fmt: skip
    return None


def _by_learning(subject: Subject, of: _Inputs, link: float) -> Finding:
    """The finding where neither neighbours nor features tell of the targets: what a copy of the network makes of them.

    It is wrong only where there are enough rows for them to have told.
    """
    learnt = _held_out(subject)
    numbers = {"z": link} if learnt is None else {"z": link, "learnt": learnt}
    if learnt is not None and learnt >= SOME:
        words = f"no feature and no neighbour tells of the targets (z = {_shown(link)}), but the network does"
        return Finding(NAME, "fine", words, "", numbers)
    rows, features = of.features.shape
    enough = rows >= max(ENOUGH, PER_FEATURE * features) and LENGTHS not in subject.rows.inputs
    also = "" if learnt is None else ", and a copy of the network does no better than a constant on rows held out"
    tells = "nothing" if link < NONE else "hardly anything"
    words = f"{tells} in the inputs tells of the targets, against shuffled ones (z = {_shown(link)}){also}"
    sure = link < NONE and enough and learnt is not None
    return Finding(NAME, "wrong" if sure else "suspect", words, REMEDY, numbers)


class _Inputs:
    """The features of rows, each of mean 0 and variance 1, and for each row the numbers of its nearest ones."""

    def __init__(self, features: Floats) -> None:
        self.features, self.near = features, _nearest(features)


def _shown(z: float) -> str:
    """A z in words, never -0."""
    return f"{round(z, 1) + 0.0:.1f}"


def _features(inputs: Mapping[str, Array]) -> Floats:
    """One row of features a row, each of variance 1; of sequences the mean over their steps and the last one."""
    lengths, found = inputs.get(LENGTHS), []
    for name, array in inputs.items():
        if array.ndim < 2 or name == LENGTHS:
            continue
        values = array.astype(np.float64)
        if lengths is not None:
            there = (np.arange(values.shape[1]) < lengths[:, None]).reshape(*values.shape[:2], *[1] * (values.ndim - 2))
            mean = (values * there).sum(axis=1) / lengths.reshape(-1, *[1] * (values.ndim - 2))
            values = np.concatenate(
                [mean.reshape(len(mean), -1), values[np.arange(len(values)), lengths - 1].reshape(len(mean), -1)],
                axis=1,
            )
        found.append(values.reshape(len(values), -1))
    return _centred(np.concatenate(found, axis=1))


def _centred(values: Array) -> Floats:
    """Columns of mean 0 and variance 1, those that never change all 0; of class numbers one column a class."""
    if values.dtype.kind in "iu" and values.ndim == 1:
        values = values[:, None] == np.unique(values)
    flat = values.reshape(len(values), -1).astype(np.float64)
    flat = flat - flat.mean(axis=0)
    size = flat.std(axis=0)
    return np.asarray(np.divide(flat, size, out=np.zeros_like(flat), where=size > 1e-12))


def _nearest(features: Floats) -> npt.NDArray[np.int64]:
    """The numbers of the nearest other rows, (rows, neighbours)."""
    squares = (features**2).sum(axis=1)
    apart = squares[:, None] + squares - 2 * features @ features.T
    np.fill_diagonal(apart, np.inf)
    return np.argpartition(apart, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]


def _link(of: _Inputs, targets: Floats, seed: int) -> float:
    """How many standard deviations of shuffled targets the link of inputs and targets lies above their mean.

    Of the two ways of measuring it the larger counts.
    """

    def links(values: Floats) -> tuple[float, float]:
        near = (_centred(values[of.near].mean(axis=1)) * values).mean()
        straight = np.abs(of.features.T @ values / len(values)).max(axis=0, initial=0).mean()
        return float(near), float(straight)

    shuffled = [links(targets[permutation(seed, "labels", len(targets), epoch=i)]) for i in range(SHUFFLINGS)]
    found = np.array(links(targets)) - np.mean(shuffled, axis=0)
    return float((found / np.maximum(np.std(shuffled, axis=0), 1e-12)).max())


def _held_out(subject: Subject) -> float | None:
    """How far a copy that learns from 80 % of the sample comes on the others, of the way to the best answers.

    None where it cannot be tried.
    """
    if subject.unready or subject.carried:
        return None
    rows = subject.sample
    order, held = permutation(subject.seed, "labels held out", len(rows)), int(HELD_OUT * len(rows))
    out, run = some(rows, order[:held]), on_rows(subject.run, some(rows, order[held:]))
    chance = subject.chance(out)
    if chance is None:
        return None
    state, rate_of = copied(subject.start), RateOf(subject.programs.model.optimizer.schedule)
    rate, losses = subject.suggestion or subject.rate, []
    until = time.perf_counter() + SECONDS
    for step, batch in zip(range(1, TRIES * BETWEEN + 1), batches(run, 0), strict=False):
        if not one_step(run, *batch, state, rate / rate_of(state)).finite:
            break
        late = time.perf_counter() > until
        if step % BETWEEN == 0 or late:
            losses.append(mean_loss(subject.run.evaluate, state, out))
        if late:
            break
    return max((chance.progress(loss) for loss in losses), default=0.0)
