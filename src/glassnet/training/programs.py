"""The three programs of a network: train, evaluate and predict, recorded by the same layers over one state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from glassnet.core import functions
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import Shape, Size, n, t, written
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.engines.engine import LOSS, WEIGHT
from glassnet.errors import ShapeError
from glassnet.nn.blend import Blend
from glassnet.nn.graph import LENGTHS, SEED, STEP, Graph
from glassnet.nn.layer import Node, Parameter, Statistic
from glassnet.nn.losses.loss import Loss
from glassnet.nn.mixture import Mixture
from glassnet.optimizers.optimizer import Optimizer
from glassnet.training.groups import Group
from glassnet.training.joint import jointly, where_finite
from glassnet.training.layout import Layout
from glassnet.training.members import Members
from glassnet.training.recovery import Part, whole
from glassnet.training.update import updates

TARGET, ROW_WEIGHT = "target", "row weight"  # the inputs of a training program beside those of the network,
FOLDS = "folds"  # and of that of an ensemble
CORNERS, PLACES, SHARES = "corners", "places", "shares"  # the inputs in place of one that comes as a `Mixture`
ANSWER, ROW_LOSS, OUTPUT = "answer", "row loss", "output"


@dataclass(frozen=True, eq=False)
class Model:
    """What is learnt: a graph of layers, a loss with the shape and dtype of a row's target, an optimizer.

    A target whose first axis is the symbol t has a row of its own for each step of a sequence.
    `test_loss` is what evaluation measures, where it is not the loss itself.
    With `reduction` "mean" the update divides the delta by the rows of the batch and the mean weight of the training
    rows; with "sum" the total stands.
    """

    graph: Graph
    loss: Loss
    optimizer: Optimizer
    target_shape: Shape
    target_dtype: str
    dtype: str = "float32"
    reduction: str = "mean"
    test_loss: Loss | None = None

    @property
    def losses(self) -> tuple[Loss, Loss]:
        """The loss that is learnt by, and the one that is measured."""
        return self.loss, self.test_loss or self.loss

    @property
    def answers_steps(self) -> bool:
        """Whether there is a target, and an answer, for each step of a sequence."""
        return self.target_shape[:1] == (t,)

    @cached_property
    def members(self) -> Members | None:
        """The members of an ensemble, whose outputs a last layer blends; None of a single network."""
        last = self.graph.output
        if not isinstance(last.layer, Blend):
            return None
        self.graph.declare(self.dtype)  # which names the layer where shapes do not fit
        count = Graph.of(last.inputs[0]).declare(self.dtype)[1].shape[1]
        assert isinstance(count, int)  # as the blend has seen to
        return Members(last.layer.groups, count // last.layer.groups)

    @cached_property
    def learnt(self) -> Graph:
        """The graph whose output learns: all of it, but for the blend of an ensemble."""
        return self.graph if self.members is None else Graph.of(self.graph.output.inputs[0])


class MixedInput(NamedTuple):
    """An input that comes as sums of `terms` of so many corners; see `Mixture`.

    In its place a program has "corners" (corners, features), as many for any number of rows, and "places" and "shares"
    (n, terms).
    """

    name: str
    corners: int
    terms: int


@dataclass(frozen=True, eq=False)
class Programs:
    """The programs of a model and the layout of the state that they share.

    `deltas` are the derivatives of the total loss with respect to each parameter, on the tape of `train`.
    """

    model: Model
    layout: Layout
    train: Program
    evaluate: Program
    deltas: Mapping[str, Tensor]

    @classmethod
    def of(cls, model: Model) -> Programs:
        """Record the programs of a model; raises ShapeError, naming the layer, where shapes do not fit."""
        declared, output = model.graph.declare(model.dtype)
        layout = Layout.of(declared, output, model.optimizer, model.dtype)
        train, deltas = _train(model, layout)
        return cls(model, layout, train, _evaluate(model, layout), deltas)

    @cached_property
    def predict(self) -> Program:
        """The program that answers, recorded when it is asked for: the first step does not wait for it."""
        return _predict(self.model, self.layout)

    def mixing(self, mixed: MixedInput) -> tuple[Program, Program]:
        """What `predict` and `apart` are where an input comes as sums of corners."""
        return _predict(self.model, self.layout, mixed), _apart(self.model, self.layout, mixed)

    @cached_property
    def apart(self) -> Program | None:
        """The program that gives the raw output of each member, (n, members, outputs); None of a single network."""
        return None if self.model.members is None else _apart(self.model, self.layout)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the state of which the best is kept each by itself: those of the groups of an ensemble."""
        members = self.model.members
        if members is None:
            return (whole,)
        return tuple(partial(self.layout.of_members, members=members.of_group(g)) for g in range(members.groups))

    @cached_property
    def held_out(self) -> Program | None:
        """The program by which the members of an ensemble answer rows that they did not see; None of a single network.

        Each input has a row for each member, (n, members, ...), and so have the targets and what comes out: the losses
        (n, members) and the raw outputs (n, members, outputs).
        """
        members = self.model.members
        return None if members is None else _held_out(self.model, self.layout, members)


class Recorder:
    """One tape with the leaves that all programs share; a row of the inputs may be rows for `each` of several."""

    def __init__(self, model: Model, layout: Layout, each: Shape = ()) -> None:
        self.model, self.layout, self.tape = model, layout, Tape()
        with self.tape.within(place="leaves"):
            self.state = layout.leaves(self.tape)
            self.inputs = model.graph.leaves(self.tape, model.dtype, each)
        self.parameters: dict[str, Tensor] = {}
        self.statistics: dict[str, Tensor] = {}
        for group in layout.groups:
            self._take(group, self.state[group.name])

    def _take(self, group: Group, flat: Tensor) -> None:
        """Let the parameters of a group be views of `flat`."""
        for place in group.places:
            with self.tape.within(place=place.name):
                self.parameters[place.name] = place.within(flat)

    def forward(self, graph: Graph, *, training: bool) -> tuple[Tensor, dict[str, Tensor]]:
        """The output of the network, or of a part of it, and the next values of its statistics."""
        seed, step = self.state[SEED], self.state[STEP]
        return graph.forward(self.inputs, self._provide, training=training, seed=seed, step=step)

    def values(self, graph: Graph, *, training: bool, known: Mapping[Node, Tensor] | None = None) -> dict[Node, Tensor]:
        """The value of every node; where some are `known`, of those that follow from them alone."""
        seed, step, inputs = self.state[SEED], self.state[STEP], self.inputs if known is None else {}
        return graph.values(inputs, self._provide, training=training, seed=seed, step=step, known=known)[0]

    def _provide(self, name: str, what: Parameter | Statistic) -> Tensor:
        if isinstance(what, Parameter):
            return self.parameters[name]
        self.statistics[name] = self.tape.state(f"running/{name}", what.shape, self.model.dtype)
        return self.statistics[name]

    def answering(self, mixed: MixedInput | None = None) -> None:
        """Let the parameters be those that evaluation and prediction use, and an input one of sums of corners."""
        if mixed is not None:
            self._mix(mixed)
        for group in self.layout.groups:
            self._take(group, group.answer(self.state))

    def _mix(self, mixed: MixedInput) -> None:
        whole = self.inputs[mixed.name]
        with self.tape.within(place="leaves"):
            self.inputs[mixed.name] = Mixture(
                self.tape.input(CORNERS, (mixed.corners, *whole.shape[1:]), whole.dtype),
                self.tape.input(PLACES, (n, mixed.terms), "int64"),
                self.tape.input(SHARES, (n, mixed.terms), whole.dtype),
            )

    def row_losses(self, loss: Loss, output: Tensor) -> Tensor:
        """The loss of each row; with a target for each step of a sequence the mean over the steps that are there."""
        with self.tape.within(place="loss", phase="loss"):
            target = self.target()
            return self._over_steps(loss, output, target) if self.model.answers_steps else loss.rows(output, target)

    def target(self, *each: Size) -> Tensor:
        """The targets of the rows."""
        return self.tape.input(TARGET, (n, *each, *self.model.target_shape), self.model.target_dtype)

    def weighted(self, output: Tensor) -> tuple[Tensor, Tensor]:
        """The losses of the rows by which the network learns, and what each counts; of an ensemble, for each member."""
        loss, members = self.model.loss, self.model.members
        losses = self.row_losses(loss, output) if members is None else self._of_members(loss, output, members)
        with self.tape.within(place="loss", phase="loss"):
            weights = self.tape.input(ROW_WEIGHT, (n,), self.model.dtype)
            if members is None:
                return losses, weights
            return losses, members.counted(self.tape.input(FOLDS, (n, members.groups), "int64"), weights)

    def _of_members(self, loss: Loss, output: Tensor, members: Members) -> Tensor:
        """The loss of each row for each member, (members, n), from their outputs (n, members, outputs)."""
        with self.tape.within(place="loss", phase="loss"):
            target = self.target()
            same = target.reshape(1, *target.shape).broadcast((members.count, *target.shape))
            return _row_by_row(loss, output.transpose(1, 0, 2), same)

    def _over_steps(self, loss: Loss, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each step, as if each were a row, and its mean over the true length of each sequence."""
        steps = (n, t)
        if output.shape[:2] != steps:
            raise ShapeError(
                f"an output of shape {written(output.shape)} against targets of shape {written(target.shape)}, one for "
                f"each step; let the last layers keep the steps, with sequences=True in a recurrent one"
            )
        each = _row_by_row(loss, output, target)
        lengths = self.inputs[LENGTHS]
        there = self.tape.iota(steps, 1) < lengths.reshape(n, 1).broadcast(steps)
        return functions.where(there, each, 0).sum(1) / lengths.cast(each.dtype)


def _row_by_row(loss: Loss, output: Tensor, target: Tensor) -> Tensor:
    """The losses of rows on two axes, those of both."""
    axes = output.shape[:2]
    return loss.rows(*(x.reshape(axes[0] * axes[1], *x.shape[2:]) for x in (output, target))).reshape(*axes)


def _train(model: Model, layout: Layout) -> tuple[Program, dict[str, Tensor]]:
    recorder = Recorder(model, layout)
    tape = recorder.tape
    output, kept = recorder.forward(model.learnt, training=True)
    losses, weights = recorder.weighted(output)
    with tape.within(place="loss", phase="loss"):
        total, weight = (losses * weights).sum(), weights.sum()
    deltas = dict(zip(recorder.parameters, backpropagate(total, list(recorder.parameters.values())), strict=True))
    with tape.within(place="update", phase="update"):
        next_state = {STEP: recorder.state[STEP] + 1}
        mean = model.reduction == "mean"
        if model.optimizer.joint:
            total, changed = jointly(layout, recorder.state, total, deltas, mean=mean)
            kept = {name: where_finite(tensor, recorder.statistics[name]) for name, tensor in kept.items()}
        else:
            changed = updates(layout, model.optimizer, recorder.state, deltas, mean=mean)
        next_state.update({**changed, **_running(kept)})
    return Program(tape, {LOSS: total, WEIGHT: weight, OUTPUT: output}, next_state), deltas


def _running(kept: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The next values of statistics as those of a program's state; of answering, only the states of sequences have."""
    return {f"running/{name}": tensor for name, tensor in kept.items()}


def _evaluate(model: Model, layout: Layout) -> Program:
    recorder = Recorder(model, layout)
    recorder.answering()
    output, _ = recorder.forward(model.graph, training=False)
    losses = recorder.row_losses(model.losses[1], output)
    return Program(recorder.tape, {ROW_LOSS: losses, ANSWER: model.loss.answer(output)})


def _held_out(model: Model, layout: Layout, members: Members) -> Program:
    """The outputs of members for rows that are given for each of them, and the losses of these."""
    recorder = Recorder(model, layout, (members.count,))
    recorder.answering()
    output, _ = recorder.forward(model.learnt, training=False)
    with recorder.tape.within(place="loss", phase="loss"):
        losses = _row_by_row(model.losses[1], output, recorder.target(members.count))
    return Program(recorder.tape, {ROW_LOSS: losses, OUTPUT: output})


def _apart(model: Model, layout: Layout, mixed: MixedInput | None = None) -> Program:
    recorder = Recorder(model, layout)
    recorder.answering(mixed)
    return Program(recorder.tape, {OUTPUT: recorder.forward(model.learnt, training=False)[0]})


def _predict(model: Model, layout: Layout, mixed: MixedInput | None = None) -> Program:
    recorder = Recorder(model, layout)
    recorder.answering(mixed)
    output, kept = recorder.forward(model.graph, training=False)
    with recorder.tape.within(place="answer"):
        return Program(recorder.tape, {ANSWER: model.loss.answer(output)}, _running(kept))
