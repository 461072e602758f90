"""The end of a run of an ensemble: its groups are blended by what they answered for rows that members did not see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from glassnet.data.contract import Array, both
from glassnet.judging import Decision, Intervals
from glassnet.network.judged import DECIDED, Judged
from glassnet.network.learnt import Learnt
from glassnet.nn import Several
from glassnet.nn.blend import FAR
from glassnet.nn.losses.loss import Loss
from glassnet.random import permutation
from glassnet.training.blending import Blended, blended
from glassnet.training.held_out import HeldOut
from glassnet.training.programs import CORNERS, OUTPUT
from glassnet.training.raw_outputs import answered, lost
from glassnet.training.rows import MAP_ROWS, MIXED_ROWS, Rows

SAMPLE_OF_MEMBERS: Final = 512  # training rows on which the printed loss is measured: many members answer each
FEW: Final = 50  # rows that do not unmake what more rows before them told
MOST_JUDGED: Final = 8192  # rows that tell how far answers are off


class Unseen(NamedTuple):
    """What an ensemble answers for rows by those members alone that did not see them, and the loss of these answers."""

    rows: Rows
    answers: Array
    loss: float


def blend(learnt: Learnt, held_out: HeldOut) -> Unseen:
    """Set what the groups are blended by, and what is known of the answers, from those for the rows held out.

    Both stay as they were where fewer than 50 rows were learnt after others: so few would tell less than is known.
    """
    model, state = learnt.programs.model, learnt.state
    places, outputs = held_out.outputs(state)
    training = held_out.training
    rows = Rows({}, training.targets[places], training.weights[places])
    known = learnt.judged is not None and len(places) < FEW
    if not known:
        _set(learnt, blended(model.loss, outputs, rows))
    z = Blended(*(state[_name(learnt, part)].astype(np.float64) for part in Blended._fields)).of(outputs)
    if learnt.contract.labels is None and (plain := _plain(model.loss, outputs.shape[2])):
        _bound(learnt, plain, training.targets)
        z = np.clip(z, state[_name(learnt, "low")], state[_name(learnt, "high")])
    answers, losses = answered(model.loss, z), lost(model.losses[1], z, rows.targets)
    counted = rows.weights > 0
    unseen = Unseen(rows, answers, float(np.average(losses[counted], weights=rows.weights[counted])))
    if not known:
        learnt.judged = _judged(learnt, unseen, held_out, places, outputs)
    return unseen


def _set(learnt: Learnt, found: Blended) -> None:
    """Have the groups blended by what was found."""
    for part, values in found._asdict().items():
        learnt.state[_name(learnt, part)][...] = values


def _judged(learnt: Learnt, unseen: Unseen, held_out: HeldOut, places: Array, outputs: Array) -> Judged | None:
    """What is known of the answers: how far numbers are off, or how classes are chosen best."""
    rows, answers = unseen.rows, unseen.answers
    if learnt.contract.labels is not None:
        return Judged(None, _decisions(answers, rows.targets, rows.weights))
    if learnt.kind == "list of labels":
        return Judged()
    several = learnt.kind == "several"
    if not several and (rows.targets.ndim != 2 or rows.targets.shape != answers.shape):
        return None
    before = learnt.judged or Judged()  # which a target that no row has now keeps
    each = {**before.each, **_of_classes(learnt, unseen)} if several else {}
    return Judged(_intervals(learnt, unseen, held_out, places, outputs) or before.of_numbers, each=each)


def _of_classes(learnt: Learnt, unseen: Unseen) -> dict[str, Judged]:
    """How the classes of each of several targets are chosen best, by its name."""
    shown = learnt.shown(unseen.rows, unseen.answers)
    return {one.of: Judged(None, _decisions(one.answers, one.known, one.weights)) for one in shown if one.classes}


def _decisions(answers: Array, targets: Array, weights: Array) -> dict[str, Decision]:
    """How classes are chosen best, by the name of a score."""
    chances = both(answers)
    return {name: Decision.fit(chances, targets, weights, name) for name in DECIDED}


def _intervals(learnt: Learnt, unseen: Unseen, held_out: HeldOut, places: Array, outputs: Array) -> Intervals | None:
    """How far the answers that are numbers are off, each in the rows that have it; None where there are none."""
    taken = permutation(learnt.seed, "judged", len(places))[:MOST_JUDGED]
    known, counts = learnt.known_numbers(unseen.rows.targets[taken])
    weights = counts * unseen.rows.weights[taken][:, None]
    if not known.size or not weights.any(axis=0).all():
        return None
    inputs = {name: array[places[taken]] for name, array in held_out.training.inputs.items()}
    spread = spread_of_groups(learnt, outputs[:, taken][:, :, None])
    members = apart(learnt, inputs)
    folds = members.shape[2]
    each = np.tensordot(learnt.state[_name(learnt, "shares")].astype(np.float64), members, 1)  # a blend of each fold
    noise = _answers_of(learnt, each).std(axis=1, ddof=min(1, folds - 1)) * np.sqrt(1 - 1 / folds)
    found = learnt.numbers(unseen.answers[taken])
    columns = zip(*(array.T for array in (known, found, spread, weights, noise)), strict=True)
    return Intervals.joined(Intervals.fit(*each, noise=wobble) for *each, wobble in columns)


def apart(learnt: Learnt, inputs: Mapping[str, Array]) -> Array:
    """The raw outputs of the members for encoded rows: (groups, rows, folds, outputs)."""
    mixed, members = CORNERS in inputs, learnt.members
    executable = learnt.mixing_apart if mixed else learnt.apart
    assert executable is not None  # only ensembles come here
    assert members is not None
    found = executable.map(learnt.state, inputs, MIXED_ROWS if mixed else max(1, MAP_ROWS // members.count))[OUTPUT]
    return found.reshape(len(found), members.groups, members.folds, found.shape[2]).swapaxes(0, 1)


def spread_of_groups(learnt: Learnt, outputs: Array) -> Array:
    """How far groups are apart, (rows, outputs): the deviation of their answers, its mean over the folds.

    `outputs` are (groups, rows, folds, outputs). For a row that was learnt from those of its own fold alone tell, which
    did not see it.
    """
    answers = np.stack([_answers_of(learnt, each) for each in outputs])
    spread: Array = answers.std(axis=0).mean(axis=1)
    return spread


def _answers_of(learnt: Learnt, outputs: Array) -> Array:
    """Answers as numbers on the user's own scale for raw outputs (rows, folds, outputs)."""
    rows, folds, width = outputs.shape
    found = answered(learnt.programs.model.loss, outputs.reshape(rows * folds, width))
    numbers = learnt.numbers(found)
    return numbers.reshape(rows, folds, *numbers.shape[1:])


def _name(learnt: Learnt, part: str) -> str:
    """The state of a part of the last layer."""
    graph = learnt.programs.model.graph
    layer = graph.output.layer
    assert layer is not None  # the last layer of an ensemble
    return f"running/{graph.names[layer]}.{part}"


def _plain(loss: Loss, outputs: int) -> dict[int, int]:
    """The outputs that are answers as they are, each with the column of its target."""
    if isinstance(loss, Several):
        parts = enumerate(zip(loss.parts, loss.outputs, strict=True))
        return {where.start: place for place, (part, where) in parts if type(part).answer is Loss.answer}
    return {place: place for place in range(outputs)} if type(loss).answer is Loss.answer else {}


def _bound(learnt: Learnt, plain: Mapping[int, int], targets: Array) -> None:
    """Let answers stay within the range of the targets that were learnt: beyond it a linear path may go anywhere.

    Those of an earlier call were learnt too: a few rows more do not narrow it.
    """
    low, high = (learnt.state[_name(learnt, part)] for part in ("low", "high"))
    several = learnt.kind == "several"
    for output, place in plain.items():
        known = targets[targets[:, targets.shape[1] // 2 + place] > 0, place] if several else targets[:, place]
        if len(known) == 0:
            continue
        least, most = known.min(), known.max()
        low[output] = least if low[output] == low.dtype.type(-FAR) else min(low[output], least)
        high[output] = most if high[output] == high.dtype.type(FAR) else max(high[output], most)
