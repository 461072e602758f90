"""Extents and shapes: whole numbers, or whole numbers times powers of symbols known only at run time.

The symbol `n` is the number of rows of a batch. A program recorded with it serves every batch size: the ragged last
batch, one example online, and a whole table to predict. The symbol `t` is likewise the number of time steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import index
from typing import Any, Final, TypeAlias

from glassnet.errors import ShapeError


@dataclass(frozen=True, slots=True)
class Extent:
    """The extent `factor` * `symbols[0]` * `symbols[1]` * ..., the symbols sorted and each standing once a power.

    >>> n * 3
    3n
    >>> (n * n * 6) // (n * 2)
    3n
    """

    factor: int
    symbols: tuple[str, ...]

    def __mul__(self, other: Size) -> Size:
        if isinstance(other, Extent):
            return _extent(self.factor * other.factor, tuple(sorted(self.symbols + other.symbols)))
        return _extent(self.factor * index(other), self.symbols)

    __rmul__ = __mul__

    def __add__(self, other: Size) -> Size:
        if isinstance(other, Extent) and other.symbols == self.symbols:
            return _extent(self.factor + other.factor, self.symbols)
        if other == 0:
            return self
        raise ShapeError(f"the extent {self} + {other} is no whole number times symbols, so no shape can hold it")

    __radd__ = __add__

    def __sub__(self, other: Size) -> Size:
        return self + other * -1

    def __rsub__(self, other: Size) -> Size:
        return self * -1 + other

    def __floordiv__(self, other: Size) -> Size:
        """The exact quotient; ShapeError where there is none."""
        factor, symbols = (other.factor, other.symbols) if isinstance(other, Extent) else (other, ())
        left = list(self.symbols)
        for symbol in symbols:
            if symbol not in left:
                break
            left.remove(symbol)
        else:
            if factor and self.factor % factor == 0:
                return _extent(self.factor // factor, tuple(left))
        raise ShapeError(f"the extent {self} cannot be divided by {other} whatever its symbols stand for")

    def bind(self, sizes: Mapping[str, int]) -> int:
        """The number that this extent is when each symbol has the size given.

        Raises ShapeError where the size of a symbol is not given.
        """
        for symbol in self.symbols:
            if symbol not in sizes:
                raise ShapeError(f"the size of {symbol} is not known: no input of shape ({symbol}, ...) was given")
        return reduce(lambda product, symbol: product * sizes[symbol], self.symbols, self.factor)

    def __repr__(self) -> str:
        return ("" if self.factor == 1 else str(self.factor)) + "".join(self.symbols)


Size: TypeAlias = int | Extent
Shape: TypeAlias = tuple[Size, ...]

n: Final = Extent(1, ("n",))
t: Final = Extent(1, ("t",))


def _extent(factor: int, symbols: tuple[str, ...]) -> Size:
    return Extent(factor, symbols) if factor and symbols else factor


def count(shape: Iterable[Size]) -> Size:
    """The number of elements of an array of this shape."""
    total: Size = 1
    for size in shape:
        total = total * size
    return total


def bind(value: Any, sizes: Mapping[str, int]) -> Any:
    """`value` with each extent in it, at any depth of tuples, replaced by its number."""
    if isinstance(value, Extent):
        return value.bind(sizes)
    if type(value) is tuple:
        return tuple(bind(item, sizes) for item in value)
    return value


def has_symbol(value: Any) -> bool:
    """Whether an extent that is no plain number stands anywhere in `value`."""
    if type(value) is tuple:
        return any(has_symbol(item) for item in value)
    return isinstance(value, Extent)


def written(shape: Shape) -> str:
    """A shape as people write it.

    >>> written((n, 3)), written((n,)), written(())
    ('(n, 3)', '(n,)', '()')
    """
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def nonnegative_axis(axis: int, shape: Shape) -> int:
    """An axis counted from the first one; negative ones count from the end.

    Raises ShapeError where a shape has no such axis.
    """
    if not -len(shape) <= axis < len(shape):
        raise ShapeError(f"axis {axis}: the shape {written(shape)} has {len(shape)} axes")
    return index(axis) % len(shape)
