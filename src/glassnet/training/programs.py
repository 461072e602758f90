"""The three programs of a network: train, evaluate and predict, recorded by the same layers over one state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from glassnet.core import functions
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import Shape, n, t, written
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.engines.engine import LOSS, WEIGHT
from glassnet.errors import ShapeError
from glassnet.nn.graph import LENGTHS, SEED, STEP, Graph
from glassnet.nn.layer import Parameter, Statistic
from glassnet.nn.losses.loss import Loss
from glassnet.optimizers.optimizer import Optimizer
from glassnet.training.groups import Group
from glassnet.training.joint import jointly, where_finite
from glassnet.training.layout import Layout
from glassnet.training.update import updates

TARGET, ROW_WEIGHT = "target", "row weight"  # the inputs of a training program beside those of the network
ANSWER, ROW_LOSS = "answer", "row loss"


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


class _Recorder:
    """One tape with the leaves that all programs share."""

    def __init__(self, model: Model, layout: Layout) -> None:
        self.model, self.layout, self.tape = model, layout, Tape()
        with self.tape.within(place="leaves"):
            self.state = layout.leaves(self.tape)
            self.inputs = model.graph.leaves(self.tape, model.dtype)
        self.parameters: dict[str, Tensor] = {}
        self.statistics: dict[str, Tensor] = {}
        for group in layout.groups:
            self._take(group, self.state[group.name])

    def _take(self, group: Group, flat: Tensor) -> None:
        """Let the parameters of a group be views of `flat`."""
        for place in group.places:
            with self.tape.within(place=place.name):
                self.parameters[place.name] = place.within(flat)

    def forward(self, *, training: bool) -> tuple[Tensor, dict[str, Tensor]]:
        """The output of the network and the next values of its statistics."""
        seed, step = self.state[SEED], self.state[STEP]
        return self.model.graph.forward(self.inputs, self._provide, training=training, seed=seed, step=step)

    def _provide(self, name: str, what: Parameter | Statistic) -> Tensor:
        if isinstance(what, Parameter):
            return self.parameters[name]
        self.statistics[name] = self.tape.state(f"running/{name}", what.shape, self.model.dtype)
        return self.statistics[name]

    def answering(self) -> None:
        """Let the parameters be those that evaluation and prediction use."""
        for group in self.layout.groups:
            self._take(group, group.answer(self.state))

    def row_losses(self, loss: Loss, output: Tensor) -> Tensor:
        """The loss of each row; with a target for each step of a sequence the mean over the steps that are there."""
        with self.tape.within(place="loss", phase="loss"):
            target = self.tape.input(TARGET, (n, *self.model.target_shape), self.model.target_dtype)
            return self._over_steps(loss, output, target) if self.model.answers_steps else loss.rows(output, target)

    def _over_steps(self, loss: Loss, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each step, as if each were a row, and its mean over the true length of each sequence."""
        steps = (n, t)
        if output.shape[:2] != steps:
            raise ShapeError(
                f"an output of shape {written(output.shape)} against targets of shape {written(target.shape)}, one for "
                f"each step; let the last layers keep the steps, with sequences=True in a recurrent one"
            )
        each = loss.rows(*(x.reshape(n * t, *x.shape[2:]) for x in (output, target))).reshape(*steps)
        lengths = self.inputs[LENGTHS]
        there = self.tape.iota(steps, 1) < lengths.reshape(n, 1).broadcast(steps)
        return functions.where(there, each, 0).sum(1) / lengths.cast(each.dtype)


def _train(model: Model, layout: Layout) -> tuple[Program, dict[str, Tensor]]:
    recorder = _Recorder(model, layout)
    tape = recorder.tape
    output, kept = recorder.forward(training=True)
    losses = recorder.row_losses(model.loss, output)
    with tape.within(place="loss", phase="loss"):
        weights = tape.input(ROW_WEIGHT, (n,), model.dtype)
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
    return Program(tape, {LOSS: total, WEIGHT: weight, "output": output}, next_state), deltas


def _running(kept: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The next values of statistics as those of a program's state; of answering, only the states of sequences have."""
    return {f"running/{name}": tensor for name, tensor in kept.items()}


def _evaluate(model: Model, layout: Layout) -> Program:
    recorder = _Recorder(model, layout)
    recorder.answering()
    output, _ = recorder.forward(training=False)
    losses = recorder.row_losses(model.losses[1], output)
    return Program(recorder.tape, {ROW_LOSS: losses, ANSWER: model.loss.answer(output)})


def _predict(model: Model, layout: Layout) -> Program:
    recorder = _Recorder(model, layout)
    recorder.answering()
    output, kept = recorder.forward(training=False)
    with recorder.tape.within(place="answer"):
        return Program(recorder.tape, {ANSWER: model.loss.answer(output)}, _running(kept))
