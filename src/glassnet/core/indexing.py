"""Indexing: x[:, 0], x[::2], x[..., None] as moves of elements, nothing of which depends on values."""

from __future__ import annotations

from types import EllipsisType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from glassnet.core.extent import Extent, Size, written
from glassnet.errors import ShapeError

if TYPE_CHECKING:
    from glassnet.core.tensor import Tensor

Index: TypeAlias = int | slice | EllipsisType | None


def indexed(x: Tensor, index: tuple[Index, ...]) -> Tensor:
    """What an index picks of a tensor; a whole number drops its axis, None adds one of extent 1.

    Raises ShapeError where it does not fit the shape, TypeError for an item that is no whole number, slice, `...` or
    None.
    """
    result, axis, kept = x, 0, list[Size]()
    for item in _whole(x, index):
        if item is None:
            kept.append(1)
            continue
        result = _taken(result, axis, item)
        if isinstance(item, slice):
            kept.append(result.shape[axis])
        axis += 1
    return result.reshape(*kept)


def _whole(x: Tensor, index: tuple[Index, ...]) -> list[int | slice | None]:
    """The index with its ellipsis written out, an item for every axis."""
    for item in index:
        if isinstance(item, bool) or not isinstance(item, int | np.integer | slice | EllipsisType | None):
            raise TypeError(
                f"{item!r} as an index: expected whole numbers, slices, ... or None; to pick elements by an array "
                f"or a tensor use functions.gather(x, index, axis), to choose by a condition functions.where"
            )
    rest = x.ndim - sum(item is not None and item is not ... for item in index)
    gaps = [place for place, item in enumerate(index) if item is ...]
    if rest < 0 or len(gaps) > 1:
        raise x.tape.located(ShapeError(f"[{index}]: more axes or more ... than {written(x.shape)} can take"))
    gap = gaps[0] if gaps else len(index)
    whole = (*index[:gap], *[slice(None)] * rest, *index[gap + 1 :])
    return [int(item) if isinstance(item, np.integer) else item for item in whole if item is not ...]


def _taken(x: Tensor, axis: int, item: int | slice) -> Tensor:
    """One step of indexing; a whole number leaves an axis of extent 1."""
    extent = x.shape[axis]
    if item == slice(None):
        return x
    if item == slice(None, None, -1):
        return x.flip(axis)
    if isinstance(extent, Extent):
        problem = "its extent is not known when recorded"
    elif isinstance(item, int) and not -extent <= item < extent:
        problem = f"it lies outside {-extent} to {extent - 1}"
    else:
        return _picked(x, axis, extent, item)
    raise x.tape.located(ShapeError(f"[{item}] on axis {axis} of {written(x.shape)}: {problem}"))


def _picked(x: Tensor, axis: int, extent: int, item: int | slice) -> Tensor:
    """The part of an axis of known extent."""
    if isinstance(item, int):
        return x.narrow(axis, item % extent, 1)
    places = range(extent)[item]
    if places.step < 0:
        return x.narrow(axis, places[-1] if places else 0, len(places), -places.step).flip(axis)
    return x.narrow(axis, places.start if places else 0, len(places), places.step)
