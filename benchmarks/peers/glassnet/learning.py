"""`network.learn(x, y)`, and the bound step."""

from __future__ import annotations

from collections.abc import Mapping

import glassnet as gn
from tasks.learning import CALL, SIZES, Stream
from tasks.task import Turn


def forms(stream: Stream) -> Mapping[str, Turn]:
    layers = [gn.Dense(SIZES[1], "tanh"), gn.Dense(SIZES[2])]
    network = gn.Network(layers, loss="squared", optimizer=gn.Adam(0.001), seed=0)
    return {"Glassnet": stream.turn(network.learn if stream is CALL else network.online())}
