"""Derivatives summed along a path, with as many points as the sum needs to come out right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from glassnet.core.operation import Array
from glassnet.engines.engine import Executable, State
from glassnet.errors import SettingError
from glassnet.explain.path import VALUE, Path
from glassnet.explain.subject import Floats

ROWS: Final = 4_096  # rows at a time, which bounds the memory
POINTS: Final = (4, 8, 16, 32, 64, 128, 256, 512)  # of a rule, the next one where a row does not come out right
COMPLETE: Final = 0.01  # of what is explained: the error from which on more points are taken


class Sums(NamedTuple):
    """The value at the average and at each row, both (rows,), and the parts of inputs, (rows, ..., features) each."""

    start: Floats
    end: Floats
    parts: dict[str, Floats]

    def error(self) -> Floats:
        """For each row by how much its parts miss end - start, as a share of it.

        Where end - start is smaller than it typically is, its root mean square over the rows, the share is of that.
        """
        difference = self.end - self.start
        total = sum((each.reshape(len(each), -1).sum(axis=1) for each in self.parts.values()), np.zeros(len(self.end)))
        scale = np.maximum(np.abs(difference), np.sqrt(np.mean(difference**2)))
        return np.abs(total - difference) / np.where(scale > 0, scale, 1)


@dataclass(frozen=True, eq=False)
class Integral:
    """The compiled program of a path, with its state: sums of parts for any rows."""

    path: Path
    executable: Executable
    state: State

    def of(self, inputs: Mapping[str, Array], chosen: Floats) -> Sums:
        """The parts of the rows of the inputs by Gauss and Legendre's rule, and the values at both ends.

        `chosen` (rows, outputs) is what each output counts. The number of points doubles, from 4 to 512, for the rows
        whose parts miss the difference of their values by more than 1 %. Raises SettingError where a value has no
        log-odds.
        """
        own = self.executable.program.inputs
        data = {name: np.asarray(values, own[name].dtype) for name, values in inputs.items() if name in own}
        data[self.path.chosen] = chosen
        start, end = (self._at(data, place)[VALUE].astype(np.float64) for place in (0.0, 1.0))
        if not (np.isfinite(start).all() and np.isfinite(end).all()):
            raise SettingError(
                "attributions: the network gives a class the probability 0 or 1 exactly, which has no log-odds; "
                "expected a loss that gives probabilities, such as 'softmax log loss'; importance() needs none"
            )
        sums = Sums(start, end, self._ruled(data, POINTS[0]))
        for points in POINTS[1:]:
            wrong = np.flatnonzero(~(sums.error() <= COMPLETE))
            if len(wrong) == 0:
                break
            better = self._ruled({name: values[wrong] for name, values in data.items()}, points)
            for name, part in better.items():
                sums.parts[name][wrong] = part
        return sums

    def _ruled(self, data: Mapping[str, Array], points: int) -> dict[str, Floats]:
        """The parts by the rule of so many points; exact for polynomials of a degree below twice that."""
        nodes, weights = np.polynomial.legendre.leggauss(points)
        sums: dict[str, Floats] = {}
        for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
            found = self._at(data, float(node))
            for name in self.path.parts:
                part = weight * found[f"part of {name}"]
                sums[name] = sums[name] + part if name in sums else part
        return sums

    def _at(self, data: Mapping[str, Array], place: float) -> dict[str, Array]:
        position = np.full(len(data[self.path.chosen]), place)
        return self.executable.map(self.state, {**data, self.path.position: position}, ROWS)
