"""The network of a stream: made from its first dictionary, and made larger where its room runs out."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from glassnet.data.contract import Array
from glassnet.data.growing import GrowingColumns, Name, Room, Value
from glassnet.data.stream_contract import StreamContract
from glassnet.data.target_scale import TargetScale
from glassnet.errors import DataWarning, SettingError, short
from glassnet.network.learnt import Learnt
from glassnet.network.wishes import Wishes
from glassnet.nn.graph import Graph
from glassnet.plan import Choice, stream_layers, stream_plan
from glassnet.plan.streams import HIDDEN, OUTPUT
from glassnet.stream import Kept, Score
from glassnet.training.layout import State
from glassnet.training.programs import Model

CLOSED: Final = -30.0  # the bias of an output that no class has yet: a probability of 1e-13
BLOCK: Final = 4  # places come in multiples of it
NOTHING: Final = Room(0, 0)


def stream_begun(wishes: Wishes, x: Mapping[Any, Any], y: Any) -> Learnt:
    """The network for a stream that begins with this example; nothing is learnt of it yet.

    Raises DataError or TargetError for an example that is none, SettingError for wishes that no stream can have.
    """
    _check(wishes, x)
    columns = GrowingColumns()
    columns.learn(columns.encode(x, np.zeros(0).data, NOTHING))
    contract = StreamContract(room_for(columns, NOTHING), 1, wishes.dtype, None, columns)
    target = _decide(contract, wishes, y)
    loss, optimizer, choices = stream_plan(contract, target, wishes.loss, wishes.optimizer)
    shape, dtype = ((), "int64") if contract.classes is not None else ((1,), wishes.dtype)
    graph = Graph.of(stream_layers(contract))
    model = Model(graph, loss, optimizer, shape, dtype, wishes.dtype, wishes.reduction, wishes.test_loss)
    learnt = Learnt.of(contract, choices, model, wishes.engine, wishes.seed)
    if wishes.initializer is not None:
        learnt.initialize(wishes.initializer, seed=wishes.seed)
    learnt.kept = Kept(Score(contract.classes is not None))
    if contract.classes is not None:
        _bias(learnt.programs.layout.weights(learnt.state))[:, len(contract.classes) :] = CLOSED
    return learnt


def _check(wishes: Wishes, x: Mapping[Any, Any]) -> None:
    if wishes.columns:
        raise SettingError(
            "columns= says what the columns of a table are taken for; in a stream a text is a category, and a number "
            "becomes one as text, as in {'zip': str(zip)}"
        )
    if wishes.optimizer is not None and wishes.optimizer.joint:
        raise SettingError(
            f"{type(wishes.optimizer).__name__} takes all rows in each step, and a stream never has them all; leave "
            f"the optimizer to the plan, or give another such as gn.Adam(0.01)"
        )
    if not x:
        raise SettingError("the first dictionary of the stream is empty; give one with a column at least")


def _decide(contract: StreamContract, wishes: Wishes, y: Any) -> Choice:
    """Say in the contract whether targets are classes or numbers, by what is wished or by the first of them."""
    of_classes, why = wishes.of_classes, "so the loss takes them"
    value = y.item() if isinstance(y, np.generic) else y
    if wishes.classes is not None:
        of_classes, why = True, "they were given"
    elif of_classes is None:
        of_classes, why = isinstance(value, bool | str), f"the first is {short(value)}"
        if type(value) is int:
            why += ", a whole number: where it names a class give loss='softmax log loss'"
            warnings.warn(
                f"the first target is the whole number {value}, and is taken as a number; where it names a class "
                f"give Network(loss='softmax log loss'), else loss='squared' to say so",
                DataWarning,
                stacklevel=2,
            )
    if not of_classes:
        contract.number(y)
        contract.scale = TargetScale()
        return Choice("target", "a number", why)
    if wishes.loss is not None and not wishes.loss.classes:
        raise SettingError(f"loss={wishes.loss!r} is one of numbers, and the targets are classes, since {why}")
    known = list(wishes.classes or [contract.label(y)])
    contract.classes, contract.outputs = known, max(2, len(known))
    return Choice("target", "a class", why)


def room_for(columns: GrowingColumns, old: Room) -> Room:
    """The room for columns, with a quarter to spare where what there is does not do."""
    numbers, marks = columns.numbers, columns.marks
    return Room(
        old.numbers if 0 < numbers <= old.numbers else _roomy(numbers + 1),
        old.marks if 0 < marks <= old.marks else _roomy(marks + BLOCK),
    )


def _roomy(count: int) -> int:
    """So many places and a quarter more, in whole blocks."""
    return -(-(count + count // 4) // BLOCK) * BLOCK


def grown(learnt: Learnt, news: list[tuple[Name, Value]], label: Any = None) -> Learnt:
    """The network with places for what is new, and for a class: itself where there is room, else a wider one.

    A wider one has the weights, the slots of the optimizer, the statistics and the counters of the old, so that it
    answers as the old one did, but for rounding; the old one stays as it is. A class begins as likely as the least.
    """
    contract = learnt.contract
    assert isinstance(contract, StreamContract)
    if label is None and contract.columns.fits(news, contract.room):
        contract.columns.learn(news)
        return learnt
    new = copy.copy(contract)
    new.columns, new.classes = copy.deepcopy(contract.columns), copy.copy(contract.classes)
    new.columns.learn(news)
    new.room = room_for(new.columns, contract.room)
    if label is not None:
        assert new.classes is not None
        new.classes.append(label)
        new.outputs = contract.outputs if len(new.classes) <= contract.outputs else 2 * contract.outputs
    if (new.room, new.outputs) == (contract.room, contract.outputs):
        contract.columns, contract.classes = new.columns, new.classes
        wider = learnt
    else:
        wider = _wider(learnt, contract, new)
    if label is not None:
        bias = _bias(wider.programs.layout.weights(wider.state))
        last = len(new.classes or ()) - 1
        bias[:, last] = bias[:, :last].min(axis=1)
    return wider


def _wider(learnt: Learnt, old: StreamContract, new: StreamContract) -> Learnt:
    """The network with more room."""
    model = replace(learnt.programs.model, graph=Graph.of(stream_layers(new)))
    wider = Learnt.of(new, learnt.choices, model, learnt.engine, learnt.seed)
    if new.classes is not None:
        _bias(wider.programs.layout.weights(wider.state))[...] = CLOSED
    carry(_arrays(learnt, learnt.state), _arrays(wider, wider.state), old.room, new.room)
    wider.metrics, wider.epochs, wider.report, wider.kept = learnt.metrics, learnt.epochs, learnt.report, learnt.kept
    return wider


def carry(old: Mapping[str, Array], new: Mapping[str, Array], was: Room, now: Room) -> None:
    """Write the arrays of a network into those of a wider one, which keep what they have beyond."""
    marks = np.arange(was.marks)
    inputs = np.concatenate([np.arange(was.numbers), now.numbers + marks])
    for name, array in old.items():
        if name.endswith(f"{HIDDEN}.weights"):
            new[name][inputs] = array
        else:
            new[name][tuple(slice(0, size) for size in array.shape)] = array


def _arrays(learnt: Learnt, state: State) -> dict[str, Array]:
    return learnt.programs.layout.arrays(state)


def _bias(weights: Mapping[str, Array]) -> Array:
    """The biases of the outputs, (members, outputs)."""
    return weights[f"{OUTPUT}.bias"]
