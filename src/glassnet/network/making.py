"""A network made for the data that it sees first: of layers that the caller laid out, or as the plan for it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from glassnet.data.encode import MemberEncoding
from glassnet.data.frames import as_table
from glassnet.data.long_table import LongTable
from glassnet.data.sequences import is_sequences
from glassnet.errors import SettingError
from glassnet.network.given import Given
from glassnet.network.known_table import KnownTable
from glassnet.network.laid_out import (
    CLASSES_OF_TABLES,
    SEQUENCES,
    initialized,
    of_layers,
    of_numbers,
    targets_like,
    test_choice,
)
from glassnet.network.learnt import Learnt
from glassnet.network.options import NEEDS_TARGETS
from glassnet.network.preparation import division_of
from glassnet.network.sizing import Sized
from glassnet.network.terms import Asked
from glassnet.network.wishes import Wishes
from glassnet.nn import Dense, SoftmaxLogLoss
from glassnet.nn.graph import Graph
from glassnet.optimizers.adam import Adam
from glassnet.plan import GATED, Choices, Planned, as_planned, opened
from glassnet.training.programs import Model

STREAM_UNITS: Final = 32  # of the network of which only the classes are known beforehand
STREAM_RATE: Final = 0.01


def as_learnt(wishes: Wishes, given: Given) -> Given:
    """What was given; where a network designs itself for a table, with that read, so that it is read once.

    Its weights are then on a scale on which the smoothing of statistics and the penalties are small.
    """
    told, laid_out = given.told, wishes.layers is not None or wishes.classes is not None
    table = told and not laid_out and not isinstance(given.data, LongTable) and not is_sequences(given.data)
    return replace(given, data=as_table(given.data), weights=given.weights.scaled()) if table else given


def first(wishes: Wishes, given: Given, asked: Asked) -> tuple[Learnt, Planned | None]:
    """The network for data seen for the first time, with what the plan says of batches and epochs.

    Raises DataError, TargetError, ShapeError or SettingError for data that it cannot be made for.
    """
    if not given.told:
        raise SettingError(NEEDS_TARGETS)
    if wishes.layers is not None:
        return of_layers(wishes, given, asked), None
    if wishes.classes is not None:
        return _of_classes(wishes, wishes.classes, given), None
    return _of_table(wishes, given, asked)


def _of_classes(wishes: Wishes, classes: tuple[Any, ...], given: Given) -> Learnt:
    """A small network for rows that come one at a time, of which only the classes are known beforehand."""
    if is_sequences(given.data) and given.targets is None:
        raise SettingError(SEQUENCES)
    layers = [Dense(STREAM_UNITS, "tanh"), Dense(len(classes))]
    loss, optimizer = wishes.loss or SoftmaxLogLoss(), wishes.optimizer or Adam(STREAM_RATE)
    learnt = of_numbers(replace(wishes, layers=layers, loss=loss, optimizer=optimizer), given.data, given.targets)
    if learnt is None:
        raise SettingError(CLASSES_OF_TABLES)
    return learnt


def _of_table(wishes: Wishes, given: Given, asked: Asked) -> tuple[Learnt, Planned]:
    """The network that a table of a row an example has by the plan for it."""
    data = given.data
    if isinstance(data, LongTable):
        raise SettingError(
            f"the sequences of a table need layers laid out, as in Network([gn.LSTM(32), gn.Dense(1)], loss='squared')"
            f".learn(table, target=..., sequence={data.sequence!r})"
        )
    if is_sequences(data):
        raise SettingError(SEQUENCES)
    division = division_of(asked.validation, data, wishes.seed)
    known = KnownTable.of(given, wishes, division=division, stream=asked.stream)
    sized = Sized.of(known, wishes, asked)
    contract = sized.contract
    plan = as_planned(contract, sized.size, known.shares, wishes.loss, wishes.optimizer)
    shape, dtype = targets_like(contract).shape[1:], "int64" if contract.labels is not None else wishes.dtype
    model = Model(
        Graph.of(plan.output), plan.loss, plan.optimizer, shape, dtype, wishes.dtype, wishes.reduction, wishes.test_loss
    )
    choices = Choices((*plan.choices, *sized.choices, *test_choice(wishes)))
    learnt = initialized(wishes, contract, choices, model)
    _set_gates(learnt, sized)
    return learnt, plan.planned.seldom(sized.every)


def _set_gates(learnt: Learnt, sized: Sized) -> None:
    """Have each member see the columns that were told without its own fold, where they are not all."""
    encoding = sized.contract.encoding
    if isinstance(encoding, MemberEncoding) and encoding.gates is not None:
        gates = opened(sized.size, encoding.gates, len(encoding.linear))
        for name in GATED:
            own = learnt.state[f"running/{name}.gates"]
            own[...] = gates[: len(own)]
