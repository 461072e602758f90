"""The model y = W x and its data, as the chapters use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.tensor import Tensor
from glassnet.engines.reference import Reference
from glassnet.nn import Dense, Input, Squared
from glassnet.nn.graph import Graph, chain
from glassnet.nn.initializers import Constant
from glassnet.optimizers.optimizer import Optimizer
from glassnet.training.course import Course
from glassnet.training.loop import Run, learn
from glassnet.training.programs import Model, Programs
from glassnet.training.rows import Rows
from glassnet.training.stopping import Rule

Floats = npt.NDArray[np.float64]

X: Final = np.arange(5.0)
Y: Final = 2 * X
WEIGHT: Final = "dense_1.weights"


@dataclass(frozen=True)
class Learning:
    """One run of learning: the weight that it ended with, and how it went."""

    weight: float
    course: Course


def programs(start: float, optimizer: Optimizer) -> Programs:
    """The programs of y = W x in float64, W starting at `start`; an update uses the total of the rows."""
    layer = Dense(1, bias=False, initializer=Constant(start))
    return Programs.of(
        Model(Graph.of(chain([layer], Input(1))), Squared(), optimizer, (1,), "float64", "float64", "sum")
    )


def learnt(start: float, optimizer: Optimizer, until: Rule, batch_size: int = len(X)) -> Learning:
    """Learn the line from a start."""
    made, engine = programs(start, optimizer), Reference()
    rows = Rows({"inputs": X[:, None]}, Y[:, None], np.ones(len(X)))
    run = Run(
        train=engine.compile(made.train),
        evaluate=engine.compile(made.evaluate),
        training=rows,
        sample=rows,
        validation=None,
        batch_size=batch_size,
        shuffle=batch_size < len(X),
        until=until,
        seed=0,
        keep_best=False,
        mean_weight=1.0,
    )
    state = made.layout.initial(0)
    course = learn(run, state)
    return Learning(float(made.layout.weights(state)[WEIGHT][0, 0]), course)


def total(w: Tensor) -> Tensor:
    """The total of the squared errors at W = w, by the loss that learning uses."""
    return Squared().rows(w * X[:, None], w.tape.constant(Y[:, None])).sum()


def totals(w: Tensor) -> Tensor:
    """The totals for many candidates (n, 1) at once: one row of a program each, with an output for each of the data."""
    output = w * X[None, :]
    return Squared().rows(output, w.tape.constant(Y[None, :]).broadcast(output.shape)) * len(X)
