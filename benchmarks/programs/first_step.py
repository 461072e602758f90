"""Prints the seconds from a network that has been made to the end of its first step, and of the epoch that it makes.

A callback tells the moment: it is called once the loss after the step has been measured, before the report is made.
"""

from __future__ import annotations

import time

import llvmlite.binding  # noqa: F401  (what LLVM takes to load is no part of the step)
import numpy as np

import glassnet as gn

SIZES, BATCH = (784, 128, 10), 64

x = np.random.default_rng(0).standard_normal((BATCH, SIZES[0]), dtype=np.float32)
y = np.arange(BATCH) % SIZES[-1]
network = gn.Network([gn.Dense(SIZES[1], "relu"), gn.Dense(SIZES[2])], loss="softmax log loss", seed=0)
ends: list[float] = []
began = time.perf_counter()
network.learn(x, y, batch_size=BATCH, epochs=1, verbose=0, callbacks=[lambda moment: ends.append(time.perf_counter())])
print(ends[0] - began)
