"""The parameters of a network by name: to look at, and to set."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.errors import DataError, ShapeError


class Weights(MutableMapping[str, Array]):
    """The parameters of a network by name; setting one copies the values in, in the network's dtype."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._arrays = arrays

    def __getitem__(self, name: str) -> Array:
        if name not in self._arrays:
            raise KeyError(f"no parameter is called {name!r}; there are {', '.join(self._arrays)}")
        return self._arrays[name]

    def __setitem__(self, name: str, values: npt.ArrayLike) -> None:
        own = self[name]
        try:
            array = np.asarray(values, own.dtype)
        except (TypeError, ValueError):
            raise DataError(f"{name}: {values!r} was given; expected numbers of the shape {own.shape}") from None
        if array.shape != own.shape:
            raise ShapeError(f"{name}: values of shape {array.shape} were given; expected {own.shape}")
        own[...] = array

    def __delitem__(self, name: str) -> None:
        raise TypeError("the parameters of a network can be set, not deleted")

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)
