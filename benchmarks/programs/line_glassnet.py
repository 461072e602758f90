"""Learns y = 2x from the five pairs of the walkthrough, and prints what it answers for them."""

from __future__ import annotations

import numpy as np

import glassnet as gn

x = np.arange(5.0)
y = 2 * x
layers, optimizer = [gn.Dense(1, bias=False)], gn.GradientDescent(0.01)
network = gn.Network(layers, loss="squared", optimizer=optimizer, reduction="sum", seed=0)
network.learn(x, y, mode="full-batch", epochs=500, verbose=0)
print(network.predict(x))
