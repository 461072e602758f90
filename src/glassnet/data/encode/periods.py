"""The place of a date in the year, week and day, or of a number in its cycle: sine and cosine of 2 pi t / period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.scale import Doubles
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.text.dates import TIME

DAY: Final = 86_400.0
PERIODS: Final = {"year": 365.2425 * DAY, "week": 7 * DAY, "day": DAY}  # in seconds
CYCLE: Final = "cycle"  # of numbers


@dataclass(frozen=True)
class Periods:
    """The periods that the dates of a column went through: some of "year", "week" and "day"; or the cycle of numbers.

    `cycle` is the length of that cycle, 0 for dates.
    """

    names: tuple[str, ...]
    cycle: float = 0.0

    @classmethod
    def of(cls, schema: ColumnSchema, values: Doubles) -> Periods:
        """The periods that dates (rows,) in seconds go through at least once, and at more than one place.

        A time of day has the day alone; NaN does not count. Numbers have the cycle that the caller told.
        """
        if schema.cycle:
            return cls((CYCLE,), schema.cycle)
        known = values[~np.isnan(values)]
        if schema.order == TIME:
            return cls(("day",))
        span = float(np.ptp(known)) if len(known) else 0.0
        return cls(
            tuple(
                name
                for name, period in PERIODS.items()
                if span >= period - DAY * (period > DAY) and np.ptp(np.mod(known, period)) > 0
            )
        )

    @property
    def width(self) -> int:
        """How many features they are."""
        return 2 * len(self.names)

    def features(self, column: str) -> tuple[str, ...]:
        """What they are called for a column: two for each period."""
        return tuple(f"{column} in the {name} ({wave})" for name in self.names for wave in ("sine", "cosine"))

    def write(self, values: Doubles, into: npt.NDArray[Any]) -> None:
        """Put sine and cosine for each period into an array (rows, features), 0 where the value is missing."""
        for place, name in enumerate(self.names):
            length = self.cycle or PERIODS[name]
            with np.errstate(invalid="ignore"):  # infinity is at no place
                angle = 2 * np.pi / length * np.mod(values, length)
            for own, wave in enumerate((np.sin, np.cos)):
                into[:, 2 * place + own] = np.where(np.isnan(angle), 0.0, wave(angle))
