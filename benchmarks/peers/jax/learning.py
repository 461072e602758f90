"""A jitted call a step, from rows as NumPy makes them."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import numpy as np

from peers.jax.training import start, step
from tasks.learning import Stream
from tasks.task import Turn
from tasks.training import ONLINE


def forms(stream: Stream) -> Mapping[str, Turn]:
    held, compiled = start(ONLINE), jax.jit(step(ONLINE), donate_argnums=0)

    def learn(x: np.ndarray, y: float) -> None:
        nonlocal held
        held = compiled(held, x[None], np.float32(y))
        jax.block_until_ready(held)

    return {"JAX call": stream.turn(learn)}
