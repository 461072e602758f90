"""What a network chose for the data at hand, and why.

The plan turns the schema of a table into layers, a loss, an optimizer and the settings of a run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from glassnet.data.contract import Contract, TableContract
from glassnet.nn import (
    Activation,
    Add,
    BinaryLogLoss,
    Concatenate,
    Dense,
    Embedding,
    Loss,
    SoftmaxLogLoss,
    Squared,
)
from glassnet.nn.layer import Input, Node
from glassnet.optimizers.adam import AdamW
from glassnet.optimizers.optimizer import Optimizer
from glassnet.optimizers.schedules import Cosine

STEPS = ((2_000, 2_500), (10_000, 4_000), (math.inf, 6_000))  # up to so many rows, about so many steps in all
LARGEST_BATCH, SMALLEST_BATCH = 256, 16
RATES = ((2_000, 1e-2), (math.inf, 3e-3))  # up to so many rows, so high a learning rate
FINAL_SHARE = 0.02
WIDTHS = ((1_000, 64), (10_000, 96), (math.inf, 128))  # up to so many rows, so many units a layer


class Choice(NamedTuple):
    """One decision of a plan and its reason."""

    what: str
    choice: str
    reason: str


class Choices(tuple[Choice, ...]):
    """The decisions of a plan in order: prints as lines of what, the choice, and the reason."""

    __slots__ = ()

    def __str__(self) -> str:
        what = max((len(choice.what) for choice in self), default=0)
        return "\n".join(f"{c.what:<{what}}  {c.choice}{f' ({c.reason})' if c.reason else ''}" for c in self)

    __repr__ = __str__


@dataclass(frozen=True, eq=False)
class Plan:
    """What is taken for what, and what is built."""

    choices: Choices
    output: Node
    loss: Loss
    optimizer: Optimizer
    batch_size: int
    epochs: int


def column_choices(contract: Contract) -> list[Choice]:
    """What each column is taken for."""
    if not isinstance(contract, TableContract):
        return [Choice("inputs", "numbers as they are", "explicit layers take arrays unscaled")]
    columns = [Choice(column.name, str(column.kind), column.reason) for column in contract.schema.columns]
    names = " and ".join(contract.target.names)
    return [*columns, Choice(f"target {names}", contract.target.task, contract.target.reason)]


def as_planned(contract: TableContract, rows: int, loss: Loss | None, optimizer: Optimizer | None) -> Plan:
    """The plan for a table of `rows` training rows; a loss or optimizer given takes the place of its own."""
    width = next(units for most, units in WIDTHS if rows <= most)
    batch_size, why_so_many = _batch(rows, optimizer)
    steps_an_epoch = -(-rows // batch_size)
    steps = next(number for most, number in STEPS if rows <= most)
    epochs = max(1, round(steps / steps_an_epoch))
    rate = next(rate for most, rate in RATES if rows <= most)
    loss, outputs, why = (loss, *_loss(contract)[1:]) if loss else _loss(contract)
    outputs = max(outputs, 2) if isinstance(loss, SoftmaxLogLoss) else outputs
    output = _layers(contract, width, outputs)
    chosen = optimizer or AdamW(Cosine(rate, epochs * steps_an_epoch, final=rate * FINAL_SHARE), weight_decay=0.01)
    choices = [
        *column_choices(contract),
        Choice("layers", f"two of {width} units (SiLU) beside a linear path", f"{rows:,} rows to learn from"),
        Choice("loss", type(loss).__name__, why),
        Choice(
            "optimizer", repr(chosen), "its rate falls along a cosine to a fiftieth" if optimizer is None else "given"
        ),
        Choice("batches", f"{batch_size} rows", why_so_many),
        Choice("epochs", f"{epochs:,}", f"about {steps:,} steps in all"),
    ]
    return Plan(Choices(choices), output, loss, chosen, batch_size, epochs)


def _batch(rows: int, optimizer: Optimizer | None) -> tuple[int, str]:
    """The rows of a batch, and why so many."""
    if optimizer is not None and optimizer.joint:
        return max(rows, 1), f"all of them, which {type(optimizer).__name__} takes in each step"
    size = max(SMALLEST_BATCH, min(LARGEST_BATCH, 2 ** round(math.log2(max(rows, 1) / 16))))
    return size, f"about a sixteenth of the rows, from {SMALLEST_BATCH} to {LARGEST_BATCH}"


def _loss(contract: TableContract) -> tuple[Loss, int, str]:
    """The loss for a kind of target, and how many outputs it needs."""
    match contract.target.task:
        case "regression":
            return Squared(), len(contract.target.names), "the target is a number"
        case "binary":
            return BinaryLogLoss(), 1, "two classes"
        case _:
            classes = len(contract.target.labels)
            return SoftmaxLogLoss(), classes, f"{classes} classes"


def _layers(contract: TableContract, width: int, outputs: int) -> Node:
    """Embeddings of the categories beside the numbers, two hidden layers, and a linear path around them."""
    parts: list[Node] = []
    for spec in contract.encoding.inputs:
        node: Node = Input(spec.shape, name=spec.name, dtype=spec.dtype if spec.levels else None)
        if spec.levels:
            size = min(16, 1 + math.ceil(math.sqrt(spec.levels)))
            node = Embedding(spec.levels, size, unseen=True, name=f"embedding_{spec.name}")(node)
        parts.append(node)
    x = Concatenate()(*parts) if len(parts) > 1 else parts[0]
    hidden = Activation("silu")(Dense(width)(x))
    hidden = Activation("silu")(Dense(width)(hidden))
    return Add()(Dense(outputs)(hidden), Dense(outputs, name="linear")(x))
