"""What an initializer is: a rule for the first values of a parameter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassnet.settings import Configured

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Initializer(Configured, ABC):
    """A rule for the first values of a parameter; an own one is a subclass with `values`."""

    @abstractmethod
    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape` that depends on `seed` and the parameter's `name` only."""

    def replaced(self, other: Initializer) -> Initializer:
        """The rule for the same parameter where `other` is to take the place of this one."""
        return other
