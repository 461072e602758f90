"""The end of a run of an ensemble: its groups are blended by what they answered for rows that members did not see."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from glassnet.core.extent import n
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.data.contract import Array
from glassnet.engines.reference import Reference
from glassnet.network.learnt import Learnt
from glassnet.nn.losses.loss import Loss
from glassnet.training.blending import blended
from glassnet.training.held_out import HeldOut
from glassnet.training.programs import ANSWER, ROW_LOSS, TARGET
from glassnet.training.rows import Rows

SAMPLE_OF_MEMBERS: Final = 512  # training rows on which the printed loss is measured: many members answer each


class Unseen(NamedTuple):
    """What an ensemble answers for rows by those members alone that did not see them, and the loss of these answers."""

    rows: Rows
    answers: Array
    loss: float


def blend(learnt: Learnt, held_out: HeldOut) -> Unseen:
    """Set what the groups are blended by, in the state of the network, and give its answers for the rows held out."""
    model, state = learnt.programs.model, learnt.state
    places, outputs = held_out.outputs(state)
    training = held_out.training
    rows = Rows({}, training.targets[places], training.weights[places])
    found = blended(model.loss, outputs, rows)
    state[_name(learnt, "shares")][...] = found.shares
    state[_name(learnt, "temperature")][...] = found.temperature
    z = found.of(outputs)
    if learnt.contract.labels is None and type(model.loss).answer is Loss.answer:
        _bound(learnt, rows.targets)
        z = np.clip(z, state[_name(learnt, "low")], state[_name(learnt, "high")])
    answers, losses = _answered(model.losses[1], model.loss, z, rows.targets)
    counted = rows.weights > 0
    return Unseen(rows, answers, float(np.average(losses[counted], weights=rows.weights[counted])))


def _name(learnt: Learnt, part: str) -> str:
    """The state of a part of the last layer."""
    graph = learnt.programs.model.graph
    layer = graph.output.layer
    assert layer is not None  # the last layer of an ensemble
    return f"running/{graph.names[layer]}.{part}"


def _bound(learnt: Learnt, targets: Array) -> None:
    """Let answers stay within the range of the targets that were learnt: beyond it a linear path may go anywhere."""
    low, high = (learnt.state[_name(learnt, part)] for part in ("low", "high"))
    low[...], high[...] = targets.min(axis=0), targets.max(axis=0)


def _answered(measured: Loss, learnt_by: Loss, z: Array, targets: Array) -> tuple[Array, Array]:
    """The answers for raw outputs (rows, outputs), and the loss of each row."""
    tape = Tape()
    output = tape.input("outputs", (n, *z.shape[1:]), "float64")
    dtype = "int64" if targets.dtype.kind in "iu" else "float64"
    target = tape.input(TARGET, (n, *targets.shape[1:]), dtype)
    program = Program(tape, {ANSWER: learnt_by.answer(output), ROW_LOSS: measured.rows(output, target)})
    found = Reference().compile(program).step({}, {"outputs": z, TARGET: targets.astype(dtype)}, {})
    return found[ANSWER], found[ROW_LOSS]
