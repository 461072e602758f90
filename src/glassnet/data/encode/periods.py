"""The place of a date in the year, the week and the day: the sine and the cosine of 2 pi t / period."""

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


@dataclass(frozen=True)
class Periods:
    """The periods that the dates of a column went through: some of "year", "week" and "day"."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, schema: ColumnSchema, values: Doubles) -> Periods:
        """The periods that dates (rows,) in seconds go through at least once, and at more than one place.

        A time of day has the day alone; NaN does not count.
        """
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
        """Put sine and cosine for each period into an array (rows, features), 0 where the date is missing."""
        for place, name in enumerate(self.names):
            angle = 2 * np.pi / PERIODS[name] * np.mod(values, PERIODS[name])
            for own, wave in enumerate((np.sin, np.cos)):
                into[:, 2 * place + own] = np.where(np.isnan(values), 0.0, wave(angle))
