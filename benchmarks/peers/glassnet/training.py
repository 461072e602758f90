"""The slices of steps that `learn` runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

import glassnet as gn
from glassnet.training.glass import step_settings
from glassnet.training.rows import Rows
from glassnet.training.update import RATE_SCALE
from tasks.task import Turn
from tasks.training import Workload


def forms(work: Workload) -> Mapping[str, Turn]:
    return {"Glassnet": work.turn(epoch_of(work))}


def epoch_of(work: Workload, threads: int | None = None) -> Callable[[], None]:
    """A function that runs one epoch."""
    x, y = work.data()
    hidden: list[gn.Layer] = [gn.Dense(size, work.activation) for size in work.sizes[1:-1]]
    if work.time_steps:
        hidden = [gn.Bidirectional(gn.GRU(work.sizes[1])) if work.ragged else gn.LSTM(work.sizes[1])]
    layers, loss = [*hidden, gn.Dense(work.sizes[-1])], "softmax log loss" if work.classes else "squared"
    network = gn.Network(layers, loss=loss, optimizer=work.optimizer, threads=threads, seed=0)
    given = gn.Sequences(x, lengths=work.lengths()) if work.ragged else x
    network.learn(given, y, epochs=0)
    learnt = network._ready("learn")
    inputs, _ = learnt.contract.inputs(given)
    rows, order = Rows(inputs, y, np.ones(work.rows, np.float32)), np.arange(work.rows)
    data, settings = rows.data, {**step_settings(), RATE_SCALE: work.rate_scale}

    def epoch() -> None:
        start = 0
        while start < work.rows:
            done = learnt.train.run(learnt.state, data, order, start, work.batch, work.steps, settings)
            assert done.finite, f"{work.name}: a loss is not finite"
            start += done.steps * work.batch

    return epoch
