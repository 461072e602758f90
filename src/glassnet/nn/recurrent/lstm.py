"""Long short-term memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from glassnet.core import functions as f
from glassnet.core.tensor import Tensor
from glassnet.nn.initializers import Constant, Initializer
from glassnet.nn.recurrent.recurrent import Recurrent, Weights
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class LSTM(Recurrent):
    """Long short-term memory: a cell c that gates write to, keep and show.

    [i f g o] = x W + b + h U
    c' = s(f) c + s(i) tanh(g)
    h' = s(o) tanh(c')

    with i, f, g and o four blocks of `units` columns, and s the sigmoid; there are no peepholes. PyTorch, Keras
    and cuDNN have the same formula and order of gates (PyTorch and cuDNN transpose W and U, and have two biases, of
    which the sum is b).

    The bias of the forget gate starts at `forget_bias`, 1 unless given, the others at 0: as in Keras, where PyTorch
    draws all of them around 0. Everything else is as for every recurrent layer (`Recurrent`).

    Source: Hochreiter and Schmidhuber, "Long short-term memory", 1997; the forget gate, and a bias that keeps it open:
    Gers, Schmidhuber and Cummins, "Learning to forget", 2000; Jozefowicz, Zaremba and Sutskever, 2015.
    """

    gates: ClassVar[int] = 4
    carries: ClassVar[int] = 2

    forget_bias: float = field(default=1.0, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "forget_bias", "(-inf, inf)")

    def first_bias(self) -> Initializer:
        """`forget_bias` in the second of four blocks."""
        return Constant(np.repeat([0.0, self.forget_bias, 0.0, 0.0], self.units))

    def step(self, weights: Weights, z: Tensor, carries: Sequence[Tensor]) -> list[Tensor]:
        """[h', c']."""
        h, c = carries
        i, forget, g, o = self.parts(z + h @ weights["recurrent"])
        c = f.logistic(forget) * c + f.logistic(i) * f.tanh(g)
        return [f.logistic(o) * f.tanh(c), c]
