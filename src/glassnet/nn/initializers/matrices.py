"""Initializers of whole matrices: the identity, and orthogonal ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from glassnet import random
from glassnet.errors import ShapeError
from glassnet.nn.initializers.initializer import Floats, Initializer
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class Identity(Initializer):
    """`gain` on the diagonal of a matrix, square or not, and 0 elsewhere.

    Source: Le, Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015.
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "gain", "(-inf, inf)")

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`; raises ShapeError unless that is a matrix."""
        if len(shape) != 2:
            raise ShapeError(f"{name}: the identity has two axes, the parameter has shape {shape}; take another rule")
        return self.gain * np.eye(*shape)


@dataclass(frozen=True, eq=False)
class Orthogonal(Initializer):
    """`gain` times a random matrix W whose rows or columns, whichever are fewer, are orthonormal: W^T W or W W^T is I.

    Drawn evenly over all such matrices: Q of the QR decomposition of normal numbers, each column with the sign that
    makes R's diagonal positive (Mezzadri, 2007). Leading axes of larger arrays count to the rows.

    Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks", 2013.
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "gain", "(-inf, inf)")

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`; raises ShapeError unless that has at least two axes."""
        if len(shape) < 2:
            raise ShapeError(
                f"{name}: an orthogonal matrix has two axes, the parameter has shape {shape}; take another rule"
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(random.normal(seed, name, (max(rows, columns), min(rows, columns))))
        q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
        return self.gain * (q if rows >= columns else q.T).reshape(shape)
