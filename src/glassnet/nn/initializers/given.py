"""Initializers that draw nothing: the values are given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError, ShapeError
from glassnet.nn.initializers.initializer import Floats, Initializer


@dataclass(frozen=True, eq=False)
class Zeros(Initializer):
    """All 0: for biases and offsets. Weights that start alike would stay alike."""

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return np.zeros(shape)


@dataclass(frozen=True, eq=False)
class Ones(Initializer):
    """All 1: for gains."""

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return np.ones(shape)


@dataclass(frozen=True, eq=False)
class Constant(Initializer):
    """The values given: one number for all, or an array of exactly the parameter's shape.

    >>> Constant([[3.0]]).values((1, 1), seed=0, name="dense_1.weights")
    array([[3.]])
    """

    value: npt.ArrayLike

    def __post_init__(self) -> None:
        try:
            values = np.array(self.value, np.float64)
        except (TypeError, ValueError):
            raise SettingError(f"Constant: value={self.value!r}, expected a number or an array of numbers") from None
        if not np.isfinite(values).all():
            raise SettingError(f"Constant: value={self.value!r}, expected finite numbers")
        values.flags.writeable = False
        object.__setattr__(self, "value", values if values.ndim else values.item())

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`; raises ShapeError where the values have another."""
        values = np.asarray(self.value, np.float64)
        if values.ndim and values.shape != shape:
            raise ShapeError(
                f"{name}: the values given to start from have shape {values.shape}, the parameter has {shape}"
            )
        return np.array(np.broadcast_to(values, shape))
