"""The values of a trace that are made again, a piece of it at a time, rather than kept at every step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array

Stacked: TypeAlias = dict[int, Array]  # the values of positions of a body over time


class Repeatable(Protocol):
    """A step that can be run again for the values of its positions, and the carries that they depend on."""

    @property
    def live(self) -> Sequence[int]:
        """The carries that it computes."""
        ...

    @property
    def positions(self) -> Sequence[int]:
        """The positions whose values it gives."""
        ...

    def stacks(self, steps: int) -> Stacked:
        """Room for the values of each position over so many steps."""
        ...

    def step(
        self, carries: Sequence[Array], elements: Sequence[Array], fixed: Sequence[Array]
    ) -> tuple[Sequence[Array], list[Array]]:
        """The carries of the next step, and the values at the positions."""
        ...


class Replay:
    """A scan that keeps the carries before the first step of each piece, and runs a piece again when one asks for it.

    A piece is `keep` steps that begin at a multiple of it, in whichever direction the scan goes; of the values of all
    others nothing is held.
    """

    def __init__(
        self, body: Repeatable, operands: tuple[Sequence[Array], ...], steps: int, reverse: bool, keep: int
    ) -> None:
        self.body, self.steps = body, steps
        self._start, self._sequences, self._fixed = operands
        self._reverse, self._keep = reverse, keep
        self._marks: dict[int, dict[int, Array]] = {}
        self._piece: int | None = None
        self._values: Stacked = {}

    def mark(self, time: int, carries: Sequence[Array]) -> None:
        """Keep the carries before a step if it is the first of a piece."""
        self._marks.setdefault(time // self._keep, {k: carries[k] for k in self.body.live})

    def at(self, position: int, time: int) -> Array:
        """The value of a position at a time step."""
        piece, step = divmod(time, self._keep)
        if piece != self._piece:
            self._run(piece)
        value: Array = self._values[position][step]
        return value

    def _run(self, piece: int) -> None:
        """Run the steps of a piece again, from the carries before it."""
        begin, end = piece * self._keep, min((piece + 1) * self._keep, self.steps)
        carries: Sequence[Array] = [self._marks[piece].get(k, start) for k, start in enumerate(self._start)]
        self._values.clear()  # before there is room for others
        self._values, self._piece = self.body.stacks(end - begin), piece
        for time in reversed(range(begin, end)) if self._reverse else range(begin, end):
            elements = [sequence[time] for sequence in self._sequences]
            carries, values = self.body.step(carries, elements, self._fixed)
            for stack, value in zip(self._values.values(), values, strict=True):
                stack[time - begin] = value


class Replayed:
    """The values of one position over time, which a scan takes as a sequence; as an array they are all made again."""

    def __init__(self, replay: Replay, position: int) -> None:
        self._replay, self._position = replay, position

    def __getitem__(self, time: int) -> Array:
        return self._replay.at(self._position, time)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        whole = self._replay.body.stacks(self._replay.steps)[self._position]
        for time in range(self._replay.steps):
            whole[time] = self[time]
        return np.asarray(whole, dtype)
