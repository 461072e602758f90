"""Views of views: what the movements of a tape do to strides and offsets."""

from __future__ import annotations

from itertools import pairwise

from glassnet.core.extent import Extent, Shape, Size
from glassnet.engines.native.nests import Offset, View, rows_first, total
from glassnet.errors import ShapeError


def transposed(view: View, axes: tuple[int, ...]) -> View:
    """The axes in another order."""
    return view.at(tuple(view.shape[axis] for axis in axes), tuple(view.strides[axis] for axis in axes))


def broadcasted(view: View, shape: Shape) -> View:
    """Axes of extent 1 repeated: a stride of 0."""
    strides = (
        0 if old == 1 and new != 1 else stride for old, new, stride in zip(view.shape, shape, view.strides, strict=True)
    )
    return view.at(shape, tuple(strides))


def sliced(view: View, axis: int, start: Size, size: Size, step: int) -> View:
    """Every `step`-th of the elements of an axis from `start` on."""
    stride = view.strides[axis]
    return view.at(
        (*view.shape[:axis], size, *view.shape[axis + 1 :]),
        (*view.strides[:axis], stride * step, *view.strides[axis + 1 :]),
        (stride * start,),
    )


def flipped(view: View, axes: tuple[int, ...]) -> View:
    """Axes from their end to their beginning."""
    moved: Offset = total(*(part for axis in axes for part in _to_the_end(view.shape[axis], view.strides[axis])))
    strides = tuple(stride * -1 if axis in axes else stride for axis, stride in enumerate(view.strides))
    return view.at(view.shape, strides, moved)


def _to_the_end(size: Size, stride: Size) -> tuple[Size, Size]:
    """stride x (size - 1), a term at a time."""
    return size * stride, stride * -1


def reshaped(view: View, shape: Shape) -> View | None:
    """The same elements in order under another shape, or None where no strides reach them."""
    if any(size == 0 for size in shape):
        return view.at(shape, rows_first(shape))
    old = [(size, stride) for size, stride in zip(view.shape, view.strides, strict=True) if size != 1]
    strides: list[Size] = []
    for mine, theirs in _blocks([size for size, _ in old], [size for size in shape if size != 1]):
        block, old = old[: len(mine)], old[len(mine) :]
        for (_, outer), (inner_size, inner) in pairwise(block):
            if outer != inner * inner_size:
                return None
        step = block[-1][1]
        found: list[Size] = []
        for size in reversed(theirs):
            found.append(step)
            step = step * size
        strides += reversed(found)
    moving = iter(strides)
    return view.at(shape, tuple(0 if size == 1 else next(moving) for size in shape))


def _blocks(old: list[Size], new: list[Size]) -> list[tuple[list[Size], list[Size]]]:
    """Runs of axes of two shapes that hold equally many elements, as short as can be."""
    found: list[tuple[list[Size], list[Size]]] = []
    old, new = list(old), list(new)
    while old:
        mine, theirs = [old.pop(0)], [new.pop(0)]
        left, right = mine[0], theirs[0]
        while left != right:
            if _divides(left, right):
                mine.append(old.pop(0))
                left = left * mine[-1]
            elif _divides(right, left) or not old:
                theirs.append(new.pop(0))
                right = right * theirs[-1]
            else:
                mine.append(old.pop(0))
                left = left * mine[-1]
        found.append((mine, theirs))
    return found


def _divides(part: Size, whole: Size) -> bool:
    """Whether `whole` is `part` times a whole number, whatever the symbols stand for."""
    if not isinstance(whole, Extent):
        return not isinstance(part, Extent) and whole % part == 0
    try:
        return bool(whole // part)
    except ShapeError:
        return False
