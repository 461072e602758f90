"""A network made for the data that it sees first: what the caller wished, and the plan for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.core.extent import Shape, t
from glassnet.data.contract import Array, ArrayContract, Contract
from glassnet.data.encode import MemberEncoding
from glassnet.data.frames import as_table
from glassnet.data.long_contract import LongContract
from glassnet.data.long_table import LongTable
from glassnet.data.sequences import Sequences, as_sequences, is_sequences
from glassnet.data.steps import are_ragged
from glassnet.data.table_contract import TableContract
from glassnet.errors import SettingError, TargetError
from glassnet.network.known_table import KnownTable
from glassnet.network.learnt import Learnt
from glassnet.network.long_tables import long_contract
from glassnet.network.options import NEEDS_TARGETS
from glassnet.network.preparation import array_contract, division_of, is_numeric
from glassnet.network.row_weights import RowWeights
from glassnet.network.sizing import Sized
from glassnet.network.terms import Asked
from glassnet.network.wishes import Wishes
from glassnet.nn import Dense, Embedding, SoftmaxLogLoss
from glassnet.nn.graph import Graph
from glassnet.nn.last import raw_output
from glassnet.nn.layer import Input
from glassnet.optimizers.adam import Adam
from glassnet.plan import GATED, Choice, Choices, Planned, as_planned, column_choices, opened
from glassnet.training.programs import Model

STREAM_UNITS, STREAM_RATE = 32, 0.01  # the network of which only the classes are known beforehand


def as_learnt(wishes: Wishes, data: Any, targets: Any, target: str | Sequence[str] | None) -> Any:
    """What a network that designs itself learns as a table, so that it is read once; all else as it is."""
    told = targets is not None or target is not None
    other = wishes.layers is not None or wishes.classes is not None or isinstance(data, LongTable) or is_sequences(data)
    return as_table(data) if told and not other else data


def first(
    wishes: Wishes,
    data: Any,
    targets: Any,
    target: str | Sequence[str] | None,
    asked: Asked,
    weights: RowWeights,
) -> tuple[Learnt, Planned | None]:
    """The network for data seen for the first time, with what the plan says of batches and epochs.

    Raises DataError, TargetError, ShapeError or SettingError for data that it cannot be made for.
    """
    if targets is None and target is None:
        raise SettingError(NEEDS_TARGETS)
    laid_out = wishes.layers is not None
    if wishes.classes is not None and not laid_out:
        wishes = _for_classes(wishes, wishes.classes)
    explicit = wishes.layers is not None
    if isinstance(data, LongTable) and not explicit:
        raise SettingError(
            f"the sequences of a table need layers laid out, as in Network([gn.LSTM(32), gn.Dense(1)], loss='squared')"
            f".learn(table, target=..., sequence={data.sequence!r})"
        )
    if is_sequences(data) and (not explicit or targets is None):
        raise SettingError(
            "sequences need layers laid out and targets beside them, as in Network([gn.LSTM(32), gn.Dense(1)], "
            "loss='squared').learn(sequences, targets)"
        )
    if explicit and targets is not None:
        if is_sequences(data) or (wishes.begin().dtype == "int64" and are_ragged(data)):
            return _of_arrays(wishes, as_sequences(data), targets), None
        if is_numeric(data):
            return _of_arrays(wishes, data, targets), None
    if wishes.classes is not None and (not laid_out or isinstance(data, LongTable)):
        raise SettingError(
            "classes= is for arrays and single examples, learn(inputs, targets), and for layers laid out that learn a "
            "table of a row an example; elsewhere the classes of a table are read from it: leave classes= out"
        )
    division = division_of(asked.validation, data, wishes.seed)
    if isinstance(data, LongTable):
        long = long_contract(data, target, wishes=wishes, division=division, weights=weights)
        return _explicit(wishes, long, _targets_of(long)), None
    known = KnownTable.of(data, targets, target, wishes, division=division, weights=weights, stream=asked.stream)
    if explicit:
        contract = known.one_hot(wishes.dtype)
        return _explicit(wishes, contract, _targets_of(contract)), None
    sized = Sized.of(known, wishes, asked)
    contract = sized.contract
    plan = as_planned(contract, sized.size, known.shares, wishes.loss, wishes.optimizer)
    shape, dtype = _targets_of(contract).shape[1:], "int64" if contract.labels is not None else wishes.dtype
    model = Model(
        Graph.of(plan.output), plan.loss, plan.optimizer, shape, dtype, wishes.dtype, wishes.reduction, wishes.test_loss
    )
    choices = Choices((*plan.choices, *sized.choices, *_test_choice(wishes)))
    learnt = _initialized(wishes, contract, choices, model)
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


def _of_arrays(wishes: Wishes, data: Any, targets: Any) -> Learnt:
    """The network of layers that the caller laid out, for numeric arrays or `Sequences`."""
    sequences = isinstance(data, Sequences)
    start = wishes.begin(data.values.shape[2] if sequences else None)
    contract = array_contract(
        data, targets, classes=bool(wishes.of_classes), given=wishes.classes, dtype=wishes.dtype, start=start,
        levels=_levels(wishes, start), steps=sequences and wishes.answers_steps(start),
    )  # fmt: skip
    return _explicit(wishes, contract, contract.targets(data, targets)[0])


def _levels(wishes: Wishes, start: Input) -> int | None:
    """The rows of the smallest table in which layers look up what this input holds, None where none does."""
    nodes = Graph.of(wishes.output(start)).nodes
    tables = [n.layer.levels for n in nodes if isinstance(n.layer, Embedding) and n.inputs[0] is start]
    return min(tables, default=None)


def _targets_of(contract: TableContract) -> Array:
    """Targets in the form of those of a table, for one example."""
    if contract.several is not None:
        return np.zeros((1, 2 * len(contract.names)))
    steps = (1, 1) if contract.of_steps else (1,)
    width = len(contract.names if contract.lists is None else contract.lists.held)
    return np.zeros(steps, np.int64) if contract.labels is not None else np.zeros((*steps, width))


def _explicit(wishes: Wishes, contract: ArrayContract | TableContract, targets: Array) -> Learnt:
    """The network of layers that the caller laid out, for targets like these."""
    output = wishes.output(_only_input(contract))
    assert wishes.loss is not None  # checked when the network was made
    raw = raw_output(output, wishes.loss)
    dtype = "int64" if targets.dtype.kind in "iu" else wishes.dtype
    optimizer = wishes.optimizer or Adam()
    graph = Graph.of(raw)
    if graph.carried and not contract.over_time:
        raise SettingError(
            "layers that keep their state (stateful=True) take sequences of any length: give a list of arrays "
            "(steps, channels) as gn.Sequences(...)"
        )
    shape: Shape = targets.shape[1:]
    if contract.of_steps:
        shape = (t, *shape[1:])
    model = Model(graph, wishes.loss, optimizer, shape, dtype, wishes.dtype, wishes.reduction, wishes.test_loss)
    why = "given" if raw is output else f"it brings the final {' or '.join(model.loss.finals)} itself"
    choices = (
        *column_choices(contract),
        *_sequence_choice(contract),
        *[Choice(graph.names[node.layer], repr(node.layer), "") for node in graph.nodes if node.layer is not None],
        Choice("loss", repr(model.loss), why),
        *_test_choice(wishes),
        Choice("optimizer", repr(optimizer), "given" if wishes.optimizer else "the default"),
    )
    learnt = _initialized(wishes, contract, Choices(choices), model)
    _check_classes(contract.labels, learnt.outputs, learnt.answered)
    return learnt


def _initialized(wishes: Wishes, contract: ArrayContract | TableContract, choices: Choices, model: Model) -> Learnt:
    """The network before its first step: parameters start as was wished, or else as their layers start them."""
    learnt = Learnt.of(contract, choices, model, wishes.engine, wishes.seed)
    if wishes.initializer is not None:
        learnt.initialize(wishes.initializer, seed=wishes.seed)
    return learnt


def _check_classes(labels: Sequence[Any] | None, outputs: int, answered: int) -> None:
    """Raise TargetError where one class is all there is, or an output could answer with a class that is not there."""
    if labels is None:
        return
    if len(labels) == 1:
        raise TargetError(
            f"every target is {labels[0]!r}; learning to tell classes needs two at least, or all of them by name, as "
            f"in Network(..., classes=[{labels[0]!r}, ...])"
        )
    if answered > len(labels):
        fitting = outputs - (answered - len(labels))
        raise TargetError(
            f"a network of {outputs} outputs for the {len(labels)} classes of the targets; give the last layer "
            f"{'one for each class' if fitting == len(labels) else fitting}, as in gn.Dense({fitting}), or name all "
            f"classes, as in Network(..., classes=[...])"
        )


def _sequence_choice(contract: Contract) -> list[Choice]:
    """Which rows of a table are a sequence, and in what order."""
    if not isinstance(contract, LongContract):
        return []
    time = contract.time
    order = "as they stand" if time is None else f"ordered by {time.name!r}: {time.reason}"
    targets = "a target for each row" if contract.of_steps else "one target for each"
    return [Choice("sequences", f"rows of one {contract.sequence!r}, {targets}", order)]


def _test_choice(wishes: Wishes) -> list[Choice]:
    """What is measured, where it is not the loss that is learnt by."""
    return [] if wishes.test_loss is None else [Choice("test loss", repr(wishes.test_loss), "given")]


def _for_classes(wishes: Wishes, classes: tuple[Any, ...]) -> Wishes:
    """A small network for rows that come one at a time, of which only the classes are known beforehand."""
    layers = [Dense(STREAM_UNITS, "tanh"), Dense(len(classes))]
    return replace(
        wishes, layers=layers, loss=wishes.loss or SoftmaxLogLoss(), optimizer=wishes.optimizer or Adam(STREAM_RATE)
    )


def _only_input(contract: ArrayContract | TableContract) -> Input:
    """The input that a list of layers starts from."""
    if isinstance(contract, ArrayContract):
        return Input(contract.shape, name=contract.name, dtype="int64" if contract.whole else None)
    (spec,) = contract.encoding.inputs
    return Input(contract.shape, name=spec.name)
