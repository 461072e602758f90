"""LSTM in Glassnet, as a layer of one's own: a scan over time steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import glassnet as gn
from glassnet.core import functions
from glassnet.core.scan import scan
from glassnet.nn.initializers import GlorotUniform, Zeros
from glassnet.nn.layer import Own


@dataclass(frozen=True, eq=False)
class LSTM(gn.Layer):
    """The last state of an LSTM over rows of shape (time steps, inputs): (n, units).

    Source: Hochreiter and Schmidhuber, "Long short-term memory", 1997; with the forget gate of Gers et al., 2000.
    """

    units: int

    def parameters(self, *inputs: gn.Tensor) -> Mapping[str, gn.Parameter]:
        """The weights of the inputs and of the state for the four gates, and a bias."""
        width = 4 * self.units
        channels = inputs[0].shape[-1]
        return {
            "weights": gn.Parameter((channels, width), GlorotUniform()),
            "recurrent": gn.Parameter((self.units, width), GlorotUniform()),
            "bias": gn.Parameter((width,), Zeros()),
        }

    def forward(self, own: Own, x: gn.Tensor) -> gn.Tensor:
        """Gates i, f, o and candidate g; c' = f c + i g, h' = o tanh(c')."""
        gates = x.transpose(1, 0, 2) @ own.weights + own.bias
        start = x.tape.constant(np.zeros((), x.dtype)).reshape(1, 1).broadcast((x.shape[0], self.units))

        def step(
            carries: Sequence[gn.Tensor], elements: Sequence[gn.Tensor]
        ) -> tuple[list[gn.Tensor], list[gn.Tensor]]:
            h, c = carries
            z = elements[0] + h @ own.recurrent
            i, f, g, o = (z[:, k * self.units : (k + 1) * self.units] for k in range(4))
            c = functions.logistic(f) * c + functions.logistic(i) * functions.tanh(g)
            return [functions.logistic(o) * functions.tanh(c), c], []

        (h, _), _ = scan(step, [start, start], [gates])
        return h
