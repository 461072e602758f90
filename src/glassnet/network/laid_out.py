"""A network of layers that the caller laid out, made for the data that it sees first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from glassnet.core.extent import Shape, t
from glassnet.data.contract import Array, ArrayContract, Contract
from glassnet.data.long_contract import LongContract
from glassnet.data.long_table import LongTable
from glassnet.data.sequences import Sequences, as_sequences, is_sequences
from glassnet.data.steps import are_ragged
from glassnet.data.table_contract import TableContract
from glassnet.errors import SettingError, TargetError
from glassnet.network.given import Given
from glassnet.network.known_table import KnownTable
from glassnet.network.learnt import Learnt
from glassnet.network.long_tables import long_contract
from glassnet.network.preparation import array_contract, division_of, is_numeric
from glassnet.network.terms import Asked
from glassnet.network.wishes import Wishes
from glassnet.nn import Embedding
from glassnet.nn.graph import Graph
from glassnet.nn.last import raw_output
from glassnet.nn.layer import Input
from glassnet.optimizers.adam import Adam
from glassnet.plan import Choice, Choices, column_choices
from glassnet.training.programs import Model

SEQUENCES: Final = (
    "sequences need layers laid out and targets beside them, as in Network([gn.LSTM(32), gn.Dense(1)], "
    "loss='squared').learn(sequences, targets)"
)
CLASSES_OF_TABLES: Final = (
    "classes= is for arrays and single examples, learn(inputs, targets), and for layers laid out that learn a table of "
    "a row an example; elsewhere the classes of a table are read from it: leave classes= out"
)


def of_layers(wishes: Wishes, given: Given, asked: Asked) -> Learnt:
    """The network for arrays, sequences or a table.

    Raises DataError, TargetError, ShapeError or SettingError for data that it cannot be made for.
    """
    data = given.data
    if is_sequences(data) and given.targets is None:
        raise SettingError(SEQUENCES)
    learnt = of_numbers(wishes, data, given.targets)
    if learnt is not None:
        return learnt
    division = division_of(asked.validation, data, wishes.seed)
    if isinstance(data, LongTable):
        if wishes.classes is not None:
            raise SettingError(CLASSES_OF_TABLES)
        long = long_contract(data, given.target, wishes=wishes, division=division, weights=given.weights)
        return _made(wishes, long, targets_like(long))
    known = KnownTable.of(given, wishes, division=division, stream=asked.stream)
    contract = known.one_hot(wishes.dtype)
    return _made(wishes, contract, targets_like(contract))


def of_numbers(wishes: Wishes, data: Any, targets: Any) -> Learnt | None:
    """The network for numeric arrays or sequences with targets beside them; None where the data are a table."""
    if targets is None:
        return None
    if is_sequences(data) or (wishes.begin().dtype == "int64" and are_ragged(data)):
        return _of_arrays(wishes, as_sequences(data), targets)
    return _of_arrays(wishes, data, targets) if is_numeric(data) else None


def _of_arrays(wishes: Wishes, data: Any, targets: Any) -> Learnt:
    """The network of layers that the caller laid out, for numeric arrays or `Sequences`."""
    sequences = isinstance(data, Sequences)
    start = wishes.begin(data.values.shape[2] if sequences else None)
    contract = array_contract(
        data, targets, classes=bool(wishes.of_classes), given=wishes.classes, dtype=wishes.dtype, start=start,
        levels=_levels(wishes, start), steps=sequences and wishes.answers_steps(start),
    )  # fmt: skip
    return _made(wishes, contract, contract.targets(data, targets)[0])


def _levels(wishes: Wishes, start: Input) -> int | None:
    """The rows of the smallest table in which layers look up what this input holds, None where none does."""
    nodes = Graph.of(wishes.output(start)).nodes
    tables = [n.layer.levels for n in nodes if isinstance(n.layer, Embedding) and n.inputs[0] is start]
    return min(tables, default=None)


def targets_like(contract: TableContract) -> Array:
    """Targets in the form of those of a table, for one example."""
    if contract.several is not None:
        return np.zeros((1, 2 * len(contract.names)))
    steps = (1, 1) if contract.of_steps else (1,)
    width = len(contract.names if contract.lists is None else contract.lists.held)
    return np.zeros(steps, np.int64) if contract.labels is not None else np.zeros((*steps, width))


def _made(wishes: Wishes, contract: ArrayContract | TableContract, targets: Array) -> Learnt:
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
        *test_choice(wishes),
        Choice("optimizer", repr(optimizer), "given" if wishes.optimizer else "the default"),
    )
    learnt = initialized(wishes, contract, Choices(choices), model)
    _check_classes(contract.labels, learnt.outputs, learnt.answered)
    return learnt


def initialized(wishes: Wishes, contract: ArrayContract | TableContract, choices: Choices, model: Model) -> Learnt:
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


def test_choice(wishes: Wishes) -> list[Choice]:
    """What is measured, where it is not the loss that is learnt by."""
    return [] if wishes.test_loss is None else [Choice("test loss", repr(wishes.test_loss), "given")]


def _only_input(contract: ArrayContract | TableContract) -> Input:
    """The input that a list of layers starts from."""
    if isinstance(contract, ArrayContract):
        return Input(contract.shape, name=contract.name, dtype="int64" if contract.whole else None)
    (spec,) = contract.encoding.inputs
    return Input(contract.shape, name=spec.name)
