"""The plan for a stream of dictionaries, of which nothing is known but the first."""

from __future__ import annotations

from typing import Final

from glassnet.data.growing import FEW, MOST, WATCHED
from glassnet.data.stream_contract import ROW, StreamContract
from glassnet.nn import Blend, Dense, Loss, PackedDense, Reshape, RunningScale, SoftmaxLogLoss, Squared
from glassnet.nn.layer import Input, Node
from glassnet.optimizers.adam import Adam
from glassnet.optimizers.optimizer import Optimizer
from glassnet.plan.choices import Choice, Choices

MEMBERS: Final = 5
UNITS: Final = 16  # of each member
RATE: Final = 0.015
KEPT: Final = 1000  # rows that may be learnt again,
FLOATS: Final = 4_000_000  # or as many as have these, where they are wide
STEPS: Final = 2  # with each row
AGAIN: Final = 7  # rows that each of these steps takes beside the newest

HIDDEN: Final = "hidden"  # the names of the layers with weights of their own, by which a wider network finds them
OUTPUT: Final = "output"
SCALE: Final = "scale"


def stream_layers(contract: StreamContract) -> Node:
    """The layers for a contract of so much room."""
    scaled = RunningScale(contract.room.numbers, name=SCALE)(Input((contract.room.width,), name=ROW))
    hidden = Dense(MEMBERS * UNITS, "relu", name=HIDDEN)(scaled)
    members = PackedDense(contract.outputs, members=MEMBERS, name=OUTPUT)(Reshape((MEMBERS, UNITS))(hidden))
    return Blend(1)(members)


def rows_kept(width: int) -> int:
    """How many rows of so many floats may be learnt again."""
    return max(1 + AGAIN, min(KEPT, FLOATS // width))


def stream_plan(
    contract: StreamContract, target: Choice, loss: Loss | None, optimizer: Optimizer | None
) -> tuple[Loss, Optimizer, Choices]:
    """The loss, the optimizer, and the choices with their reasons; `target` is what was decided of the targets."""
    given = Choice("loss", repr(loss), "given")
    rule = Choice("optimizer", repr(optimizer), "given")
    if loss is None:
        loss = SoftmaxLogLoss() if contract.classes is not None else Squared()
        given = Choice("loss", repr(loss), "the one of such targets")
    if optimizer is None:
        optimizer = Adam(RATE)
        rule = Choice("optimizer", repr(optimizer), "a rate that stays, so that what changes later is learnt as fast")
    return loss, optimizer, Choices((target, *_COLUMNS, *_LAYERS, given, rule, *_LEARNING))


_COLUMNS = (
    Choice("numbers", "mean 0, deviation 1", "by moments that are learnt with the rows, and forget slowly"),
    Choice(
        "few numbers",
        f"a mark for each, of a column of at most {FEW}",
        f"after {WATCHED} rows; levels that are written as numbers have effects of their own",
    ),
    Choice("text", "a mark for each level", f"{MOST} levels at most; the others of a column share one"),
    Choice("gaps", "a mark for each column", "that a value is missing tells something too"),
    Choice("new columns and classes", "room kept for some", "beyond it the network grows and keeps what it learnt"),
)
_LAYERS = (
    Choice(
        "layers",
        f"{MEMBERS} members of {UNITS} relu units",
        "the mean of several errs less than one of as many units, and costs the same",
    ),
)
_LEARNING = (
    Choice(
        "learnt again",
        f"{STEPS} steps a row, each of it and {AGAIN} of the last {KEPT}",
        "one step a row learns a short stream too slowly; newer rows are taken oftener, so that drift is followed",
    ),
    Choice("drift", "an alarm where errors rise", "rows from before they rose are then not learnt again"),
)
