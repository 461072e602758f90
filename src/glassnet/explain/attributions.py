"""How much each column adds to each answer, from the average row on: integrated gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.data.encode.summed import Summed
from glassnet.display.parts import Part, as_table
from glassnet.display.pictures import as_bar
from glassnet.display.shown import Shown
from glassnet.explain import moves
from glassnet.explain.integral import COMPLETE, ROWS, Integral
from glassnet.explain.path import Path
from glassnet.explain.split import split
from glassnet.explain.subject import Floats, Subject
from glassnet.explain.written import in_short

FAR: Final = 2.0**26  # from which a scale is told, as beside a large offset one deviation loses its digits


@dataclass(frozen=True, eq=False, repr=False)
class Attributions(Shown):
    """What each column adds to the answer for each row, beside the answer for the average row.

    `values` (rows, columns) and `base` (rows,) sum to `answers` (rows,): values.sum(axis=1) + base = answers, but for
    `error`, the largest difference as a share of what is explained. They are numbers on the target's own scale, or the
    log-odds of a class, log p - log(1 - p). `columns` are the names of the columns, `of` what is explained for each
    row: the name of the target, or the class. `unit` is that of the target's numbers, "" where they have none.
    """

    columns: tuple[str, ...]
    values: Floats
    base: Floats
    answers: Floats
    of: tuple[Any, ...]
    error: float
    classes: bool
    unit: str = ""

    def parts(self) -> Sequence[Part]:
        """Its tables and words."""
        sizes = np.abs(self.values).mean(axis=0)
        order = np.argsort(-sizes, kind="stable")
        rows = [[self.columns[i], in_short(sizes[i]), as_bar(sizes[i], sizes.max())] for i in order]
        what = "the log-odds of the class" if self.classes else repr(self.of[0])
        what = f"{what} in {self.unit}" if self.unit else what
        title = f"What each column adds to {what}, its mean size over {len(self.answers):,} rows"
        right = "" if self.error <= COMPLETE else "; more than 1 %: take single numbers with care"
        said = f"Each row sums to its answer within {100 * self.error:.2g} % of what is explained{right}."
        return [as_table(title, ("column", "mean |attribution|", ""), rows), said]


class _Piece(NamedTuple):
    """What was found for some rows: outputs explained, attributions, values at both ends, and the largest error."""

    places: npt.NDArray[np.int64]
    values: Floats
    base: Floats
    answers: Floats
    error: float


@dataclass(frozen=True, eq=False)
class Attributing:
    """Attributions for any of the rows of a subject, from the average of all of them.

    Integrated gradients: column c adds the sum over its features i of

        (x_i - a_i) integral from 0 to 1 of df/dx_i at a + p (x - a) dp

    for an encoded row x, the average a of the encoded rows and the answer f. The derivative is exact, by
    back-propagation; the integral is a sum over points, as many as completeness needs: what all columns add is the
    answer less that for the average. For a linear f it is w_i (x_i - a_i). What several
    columns feed through a sum is split as `split` says.

    Source: Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks", 2017.
    """

    subject: Subject

    @cached_property
    def inputs(self) -> Mapping[str, Array]:
        """The encoded rows."""
        return self.subject.encode(self.subject.table)

    @cached_property
    def shares(self) -> dict[str, Floats]:
        """What share each column has in each feature, of those that are no function of a sum."""
        return moves.shares(self.subject, self.inputs, {} if self.summed is None else self.summed.feeds)

    @cached_property
    def summed(self) -> Summed | None:
        """What each column of each row adds to the sums that features show."""
        return self.subject.summed(self.subject.table)

    @cached_property
    def fed(self) -> list[int]:
        """The places of the columns that have a part in the sums."""
        places = {column.name: place for place, column in enumerate(self.subject.columns)}
        return [] if self.summed is None else [places[name] for name in self.summed.columns]

    @property
    def averages(self) -> dict[str, Floats]:
        """The average of the encoded rows."""
        return {of: self.integral.state[name] for name, of in self.integral.path.averages.items()}

    @cached_property
    def integral(self) -> Integral:
        """The path from the average of all rows, compiled."""
        path = Path.of(self.subject.predict, classes=self.subject.labels is not None)
        state = path.state(self.subject.state, self.inputs)
        return Integral(path, self.subject.engine.compile(path.program), state)

    def of(self, of: Any, rows: npt.NDArray[np.int64]) -> Attributions:
        """The attributions of some rows for a class or target `of`; see `Explanation.attributions`."""
        names: Sequence[Any] = self.subject.names if self.subject.labels is None else self.subject.labels
        pieces = [self._piece(of, rows[i : i + ROWS]) for i in range(0, len(rows), ROWS)]
        places, values, base, answers = (
            np.concatenate(part) for part in zip(*(each[:4] for each in pieces), strict=True)
        )
        return Attributions(
            tuple(column.name for column in self.subject.columns), values, base, answers,
            tuple(names[place] for place in places), max(each[4] for each in pieces), self.subject.labels is not None,
            self.subject.unit(int(places[0])),
        )  # fmt: skip

    def _piece(self, of: Any, rows: npt.NDArray[np.int64]) -> _Piece:
        """The same for so few rows that their features find room in memory."""
        inputs = {name: values[rows] for name, values in self.inputs.items()}
        answers = self.subject.answer(inputs)
        places = self._places(of, answers)
        sums = self.integral.of(inputs, self._chosen(places, answers))
        total = np.zeros((len(rows), len(self.subject.columns)))
        for name, part in sums.parts.items():
            total += moves.features(part) @ self.shares[name].T
            if self.summed is not None:
                own = self.summed.take(rows)
                total[:, self.fed] += split(part, inputs[name], own, name, self.averages[name])
        scale, offset = self._scale(places)
        error = float(sums.error().max(initial=0))
        return _Piece(places, total * scale[:, None], sums.start * scale + offset, sums.end * scale + offset, error)

    def _places(self, of: Any, answers: Array) -> npt.NDArray[np.int64]:
        """Which output is explained for each row: the one asked for, or the likeliest class of each."""
        place = self.subject.goal(of)
        if place is None:
            second = answers.reshape(len(answers), -1)
            return np.asarray(second.argmax(axis=1) if second.shape[1] > 1 else (second[:, 0] > 0.5), np.int64)
        return np.full(len(answers), place, np.int64)

    def _chosen(self, places: npt.NDArray[np.int64], answers: Array) -> Floats:
        """What each output counts in what is explained."""
        if self.integral.path.signed:
            return np.where(places == 1, 1.0, -1.0)[:, None]
        outputs = answers.shape[1] if answers.ndim > 1 else 1
        width = max(outputs, 2) if self.subject.labels is not None else outputs
        return np.asarray(places[:, None] == np.arange(width), np.float64)

    def _scale(self, places: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """The factor and the offset, (rows,) each, from the value of an output to the user's scale."""
        if self.subject.labels is not None:
            return np.ones(len(places)), np.zeros(len(places))
        ends = self.subject.numbers(np.array([[0.0], [FAR]]) * np.ones(len(self.subject.names)))
        return ((ends[1] - ends[0]) / FAR)[places], ends[0][places]
