"""The plan for a table: an ensemble whose members are checked on the rows that they did not see."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.data.encode import MemberEncoding
from glassnet.data.encode.gates import Gates
from glassnet.data.table import counted
from glassnet.data.table_contract import TableContract
from glassnet.nn import (
    Add,
    Blend,
    FirstMembers,
    Loss,
    MoreMembers,
    PackedDense,
    PackedDropout,
    Several,
    Squared,
)
from glassnet.nn.initializers import Constant, LeCunNormal, Normal, VarianceScaling, Zeros
from glassnet.nn.layer import Input, Node
from glassnet.optimizers.adam import AdamW
from glassnet.optimizers.averaging import MovingAverage
from glassnet.optimizers.muon import Muon
from glassnet.optimizers.optimizer import Optimizer
from glassnet.optimizers.schedules import Cosine
from glassnet.plan.choices import Choice, Choices, Plan, column_choices
from glassnet.plan.losses import Shares, loss_for
from glassnet.plan.schedule import Planned
from glassnet.plan.size import CHOSEN, Size
from glassnet.training.stopping import RateEnd, Steps

HIDDEN: Final = ("hidden_1", "hidden_2")
LINEAR: Final = "linear"
GATED: Final = (HIDDEN[0], LINEAR)  # the layers that see the columns of a table
STRAIGHT: Final = "straight"  # the linear path of what a ridge answers
STRAIGHT_RATE: Final = 10.0  # times the rate of the others: one weight has to go a long way, where the ridge is right
RATE, DECAY = 0.06, 0.05  # of the hidden matrices
OTHER_RATE, OTHER_DECAY = 3e-3, 0.02
ITERATIONS: Final = 4  # of Muon, one less than usual, to the same end here
FINAL_SHARE: Final = 0.02  # of the rate, at which a network learns on
RISE: Final = 0.05  # the share of the steps in which the rate rises
BIAS: Final = 0.3  # the standard deviation of the first biases of hidden units
OUTPUT_SCALE: Final = 0.09  # of the variance of the first output weights
JUDGED: Final = 40  # times in a run that the members are judged


def as_planned(
    contract: TableContract,
    size: Size,
    shares: Shares,
    loss: Loss | None,
    optimizer: Optimizer | None,
) -> Plan:
    """The plan for a table and an ensemble of that size; a loss or optimizer given takes the place of its own.

    `shares` are those of the classes in the training rows, as `loss_for` takes them.
    """
    loss, start, why = loss_for(contract.target, shares, loss)
    chosen = optimizer or _optimizer(size, straight=len(contract.encoding.inputs) > 1)
    choices = [
        *column_choices(contract),
        *_choices(size),
        *_chosen_choice(contract, size),
        *_linear_choice(size, loss),
        _loss_choice(loss, why),
        _optimizer_choice(optimizer, size),
        *_schedule_choices(size, optimizer),
    ]
    output = _layers(contract, size, start)
    return Plan(Choices(choices), output, loss, chosen, _planned(size, optimizer))


def opened(size: Size, gates: Gates, features: int) -> npt.NDArray[np.float64]:
    """The gates of all members for so many features, (members, features): 1 where a member of a fold sees one.

    What comes after the columns, the answers of a ridge, all members see, as they do the columns that it is made of.
    """
    each = [gates.chosen if group is CHOSEN and gates.chosen is not None else gates.seen for group in size.groups]
    columns = np.concatenate(each)
    ridge = np.ones((len(columns), features - columns.shape[1]))
    return np.concatenate([columns, ridge], axis=1)


def _planned(size: Size, optimizer: Optimizer | None) -> Planned:
    """How the run goes; an optimizer that takes all rows in each step gets as many steps."""
    if optimizer is not None and optimizer.joint:
        return Planned(size.rows, Steps(size.steps))
    every = max(1, size.steps // JUDGED)
    return Planned(size.batch_size, RateEnd(size.steps), every if every < -(-size.rows // size.batch_size) else None)


def _choices(size: Size) -> list[Choice]:
    names = ", ".join(group.name for group in size.groups)
    groups = f"{counted(len(size.groups), 'group')} ({names})"
    return [
        Choice(
            "ensemble",
            f"{size.members} members: {size.folds} folds of the rows, in {groups}",
            "each member is judged on the fold that it did not see, and groups differ in how strongly they are held",
        ),
        Choice("layers", f"two of {size.width} units (SiLU) beside a linear path", f"{size.rows:,} rows to learn from"),
        Choice(
            "kept",
            "the best weights of each group, blended",
            "by the loss of the rows that members did not see, which also sets how sure the answers are",
        ),
    ]


def _chosen_choice(contract: TableContract, size: Size) -> list[Choice]:
    """What the members of one group see, where they do not see all columns."""
    encoding = contract.encoding
    if CHOSEN not in size.groups or not isinstance(encoding, MemberEncoding) or encoding.gates is None:
        return []
    count = encoding.gates.columns
    some = f"about {encoding.gates.share * count:,.0f} of {count:,} columns, which is what the group sees"
    return [Choice("chosen", some, "related to the target beyond chance, told without the rows that judge a member")]


def _linear_choice(size: Size, loss: Loss) -> list[Choice]:
    """What the members without hidden layers are, where there are some."""
    if size.hidden_members == size.members:
        return []
    start = "least squares" if type(loss) is Squared else "logistic regression"
    why = "what is nearly linear in the columns is told most exactly so, and its least loss is found beforehand"
    return [Choice("linear", f"members with the linear path alone, which start at {start}", why)]


def _loss_choice(loss: Loss, why: str) -> Choice:
    parts = f" of {', '.join(type(part).__name__ for part in loss.parts)}" if isinstance(loss, Several) else ""
    return Choice("loss", f"{type(loss).__name__}{parts}", why)


def _optimizer_choice(optimizer: Optimizer | None, size: Size) -> Choice:
    if optimizer is not None:
        return Choice("optimizer", repr(optimizer), "given")
    rule = f"Muon at {RATE:g} for hidden matrices, AdamW at {OTHER_RATE:g} for the rest"
    return Choice("optimizer", rule, f"answers come from a moving average of the weights, {size.memory:g} a step")


def _schedule_choices(size: Size, optimizer: Optimizer | None) -> list[Choice]:
    if optimizer is not None and optimizer.joint:
        why = f"all of them, which {type(optimizer).__name__} takes in each step"
        batch = Choice("batches", f"{size.rows:,} rows", why)
    else:
        batch = Choice("batches", f"{size.batch_size} rows", "about a thirty-second of the rows, from 32 to 256")
    why = "the rate rises, then falls along a cosine to a fiftieth" if optimizer is None else ""
    return [batch, Choice("steps", f"{size.steps:,}", why)]


def _optimizer(size: Size, *, straight: bool) -> Optimizer:
    """Muon for the hidden matrices, AdamW for all else, answered by a moving average of the weights."""
    rise = max(1, round(RISE * size.steps))
    hidden = [f"{name}.weights" for name in HIDDEN]
    decays = dict.fromkeys(hidden, size.each({g.name: g.decay for g in size.groups}))
    rates: dict[str, float | tuple[float, ...]] = {}
    rates.update(dict.fromkeys(hidden, size.each({g.name: g.rate for g in size.groups})))
    if straight:
        rates[f"{STRAIGHT}.weights"] = STRAIGHT_RATE
    others = AdamW(Cosine(OTHER_RATE, size.steps, rise, OTHER_RATE * FINAL_SHARE), beta2=0.99, weight_decay=OTHER_DECAY)
    rate = Cosine(RATE, size.steps, rise, RATE * FINAL_SHARE)
    rule = Muon(rate, weight_decay=DECAY, iterations=ITERATIONS, rates=rates, decays=decays, others=others)
    return MovingAverage(rule, size.memory)


def _layers(contract: TableContract, size: Size, start: npt.NDArray[np.float64]) -> Node:
    """Members of two hidden layers and a linear path around them, side by side, and their blend."""
    spec, *straight = contract.encoding.inputs
    x: Node = Input(spec.shape, name=spec.name)
    outputs, gated, some = len(start), contract.gated, size.hidden_members < size.members
    hidden = FirstMembers(size.hidden_members)(x) if some else x
    for layer, name in enumerate(HIDDEN):
        dense = PackedDense(
            size.width, "silu", initializer=LeCunNormal(), bias_initializer=Normal(BIAS), members=size.hidden_members,
            input_dropout=size.each({g.name: g.input_dropout for g in size.groups}) if layer == 0 else 0.0,
            gated=gated and layer == 0, name=name,
        )  # fmt: skip
        hidden = PackedDropout(size.each({g.name: g.dropout for g in size.groups}))(dense(hidden))
    last = PackedDense(
        outputs, bias=False, initializer=VarianceScaling(OUTPUT_SCALE, "in", "normal"), members=size.hidden_members,
        name="output",
    )  # fmt: skip
    linear = _path(outputs, size, x, LINEAR, gated=gated, start=start)
    paths = [MoreMembers(size.members)(last(hidden)) if some else last(hidden), linear]
    paths += [_path(outputs, size, Input(each.shape, name=each.name), STRAIGHT) for each in straight]
    return Blend(len(size.groups))(Add()(*paths))


def _path(
    outputs: int, size: Size, x: Node, name: str, *, gated: bool = False, start: npt.NDArray[np.float64] | None = None
) -> Node:
    """A linear path of each member, whose weights start at 0; it has biases where it is told their `start`."""
    begin = None if start is None else Constant(start)
    return PackedDense(
        outputs, bias=start is not None, initializer=Zeros(), bias_initializer=begin, members=size.members, gated=gated,
        name=name,
    )(x)  # fmt: skip
