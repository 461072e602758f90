"""`network.predict`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import glassnet as gn
from tasks.answering import Questions
from tasks.task import Turn


def forms(questions: Questions) -> Mapping[str, Turn]:
    inputs, units, outputs = questions.sizes
    network = gn.Network([gn.Dense(units, "relu"), gn.Dense(outputs)], loss="squared", seed=0)
    network.learn(np.zeros((1, inputs), np.float32), np.zeros((1, outputs)), epochs=0)
    return {"Glassnet": questions.turn(network.predict, questions.batches())}
