"""A network made for the data that it sees first: what the caller wished, and the plan for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.core.extent import Shape, t
from glassnet.data.contract import Array, ArrayContract, SequenceContract, TableContract
from glassnet.data.sequences import Sequences, as_sequences, is_sequences
from glassnet.data.step_contract import StepContract
from glassnet.errors import SettingError, TargetError
from glassnet.network.learnt import Learnt
from glassnet.network.preparation import array_contract, is_numeric, share_of, table_contract
from glassnet.network.row_weights import RowWeights
from glassnet.network.wishes import Planned, Wishes
from glassnet.nn import Dense, Embedding, SoftmaxLogLoss
from glassnet.nn.graph import Graph, chain
from glassnet.nn.last import raw_output
from glassnet.nn.layer import Input, Node
from glassnet.optimizers.adam import Adam
from glassnet.plan import Choice, Choices, as_planned, column_choices
from glassnet.training.programs import Model

STREAM_UNITS, STREAM_RATE = 32, 0.01  # the network of which only the classes are known beforehand


def first(
    wishes: Wishes,
    data: Any,
    targets: Any,
    target: str | Sequence[str] | None,
    validation: Any,
    weights: RowWeights,
) -> tuple[Learnt, Planned | None]:
    """The network for data seen for the first time, with what the plan says of batches and epochs.

    Raises DataError, TargetError, ShapeError or SettingError for data that it cannot be made for.
    """
    if targets is None and target is None:
        raise SettingError("learn needs targets: learn(inputs, targets), or learn(table, target='name of a column')")
    if wishes.classes is not None and wishes.layers is None:
        wishes = _for_classes(wishes, wishes.classes)
    explicit = wishes.layers is not None
    if is_sequences(data) and (not explicit or targets is None):
        raise SettingError(
            "sequences need layers laid out and targets beside them, as in Network([gn.LSTM(32), gn.Dense(1)], "
            "loss='squared').learn(sequences, targets)"
        )
    if explicit and targets is not None and (is_numeric(data) or is_sequences(data)):
        data = as_sequences(data) if is_sequences(data) else data
        arrays = array_contract(
            data, targets, classes=wishes.of_classes, given=wishes.classes, dtype=wishes.dtype, **_input(wishes),
            steps=isinstance(data, Sequences) and answers_steps(wishes, data),
        )  # fmt: skip
        return _explicit(wishes, arrays, arrays.targets(data, targets)[0]), None
    if wishes.classes is not None:
        raise SettingError(
            "classes= is for arrays and single examples, learn(inputs, targets); "
            "the classes of a table are read from it"
        )
    contract, rows = table_contract(
        data, targets, target, columns=wishes.columns, dtype=wishes.dtype, one_hot=explicit,
        share=share_of(validation, explicit=explicit), weights=weights, scaled=wishes.scalable, seed=wishes.seed,
    )  # fmt: skip
    width = len(contract.target.names)
    if explicit:
        like = np.zeros(1, np.int64) if contract.labels is not None else np.zeros((1, width))
        return _explicit(wishes, contract, like), None
    plan = as_planned(contract, rows, wishes.loss, wishes.optimizer)
    shape, dtype = ((), "int64") if contract.labels is not None else ((width,), wishes.dtype)
    model = Model(
        Graph.of(plan.output), plan.loss, plan.optimizer, shape, dtype, wishes.dtype, wishes.reduction, wishes.test_loss
    )
    choices = Choices((*plan.choices, *_test_choice(wishes)))
    return _initialized(wishes, contract, choices, model), (plan.batch_size, plan.epochs)


def _explicit(wishes: Wishes, contract: ArrayContract | TableContract, targets: Array) -> Learnt:
    """The network of layers that the caller laid out, for targets like these."""
    output = _output(wishes, _only_input(contract))
    assert wishes.loss is not None  # checked when the network was made
    raw = raw_output(output, wishes.loss)
    dtype = "int64" if targets.dtype.kind in "iu" else wishes.dtype
    optimizer = wishes.optimizer or Adam()
    graph = Graph.of(raw)
    if graph.carried and not isinstance(contract, SequenceContract):
        raise SettingError(
            "layers that keep their state (stateful=True) take sequences of any length: give a list of arrays "
            "(steps, channels) as gn.Sequences(...)"
        )
    shape: Shape = targets.shape[1:]
    if isinstance(contract, StepContract):
        shape = (t, *shape[1:])
    model = Model(graph, wishes.loss, optimizer, shape, dtype, wishes.dtype, wishes.reduction, wishes.test_loss)
    why = "given" if raw is output else f"it brings the final {' or '.join(model.loss.finals)} itself"
    choices = (
        *column_choices(contract),
        *[Choice(graph.names[node.layer], repr(node.layer), "") for node in graph.nodes if node.layer is not None],
        Choice("loss", repr(model.loss), why),
        *_test_choice(wishes),
        Choice("optimizer", repr(optimizer), "given" if wishes.optimizer else "the default"),
    )
    learnt = _initialized(wishes, contract, Choices(choices), model)
    _check_classes(contract.labels, learnt.outputs)
    return learnt


def _initialized(wishes: Wishes, contract: ArrayContract | TableContract, choices: Choices, model: Model) -> Learnt:
    """The network before its first step: parameters start as was wished, or else as their layers start them."""
    learnt = Learnt.of(contract, choices, model, wishes.engine, wishes.seed)
    if wishes.initializer is not None:
        learnt.initialize(wishes.initializer, seed=wishes.seed)
    return learnt


def _check_classes(labels: Sequence[Any] | None, outputs: int) -> None:
    """Raise TargetError where one class is all there is, or an output could answer with a class that is not there."""
    if labels is None:
        return
    if len(labels) == 1:
        raise TargetError(
            f"every target is {labels[0]!r}; learning to tell classes needs two at least, or all of them by name, as "
            f"in Network(..., classes=[{labels[0]!r}, ...])"
        )
    if outputs > len(labels):
        raise TargetError(
            f"a network of {outputs} outputs for the {len(labels)} classes of the targets; give the last layer one for "
            f"each class, as in gn.Dense({len(labels)}), or name all classes, as in Network(..., classes=[...])"
        )


def _output(wishes: Wishes, start: Input) -> Node:
    """The output node of explicit layers, a list of them beginning at this input."""
    layers = wishes.layers or []
    return layers if isinstance(layers, Node) else chain(layers, start)


def answers_steps(wishes: Wishes, data: Sequences) -> bool:
    """Whether explicit layers give an answer for each step of sequences."""
    output = _output(wishes, Input(("t", data.values.shape[2])))
    return Graph.of(output).declare(wishes.dtype)[1].shape[1:2] == (t,)


def _test_choice(wishes: Wishes) -> list[Choice]:
    """What is measured, where it is not the loss that is learnt by."""
    return [] if wishes.test_loss is None else [Choice("test loss", repr(wishes.test_loss), "given")]


def _for_classes(wishes: Wishes, classes: tuple[Any, ...]) -> Wishes:
    """A small network for rows that come one at a time, of which only the classes are known beforehand."""
    layers = [Dense(STREAM_UNITS, "tanh"), Dense(len(classes))]
    return replace(
        wishes, layers=layers, loss=wishes.loss or SoftmaxLogLoss(), optimizer=wishes.optimizer or Adam(STREAM_RATE)
    )


def _input(wishes: Wishes) -> dict[str, Any]:
    """The name of the only input of explicit layers, and whether it is of whole numbers, as for a first `Embedding`."""
    if isinstance(wishes.layers, Node):
        node = Graph.of(wishes.layers).inputs[0]
        return {"name": node.name, "whole": node.dtype == "int64"}
    return {"name": "inputs", "whole": isinstance(next(iter(wishes.layers or ()), None), Embedding)}


def _only_input(contract: ArrayContract | TableContract) -> Input:
    """The input that a list of layers starts from."""
    if isinstance(contract, ArrayContract):
        return Input(contract.shape, name=contract.name, dtype="int64" if contract.whole else None)
    (spec,) = contract.encoding.inputs
    return Input(spec.shape, name=spec.name)
