"""An alarm for a stream that no longer behaves as it did: its errors have risen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

EXCESS: Final = 0.25  # deviations by which an error may exceed the mean and say nothing
THRESHOLD: Final = 25.0
MOST: Final = 3.0  # deviations that one error counts at most, so that a few very large ones are no drift
WARM: Final = 30  # errors before the first judgement
SHOWN: Final = 100  # alarms that are kept


@dataclass
class DriftAlarm:
    """s = max(0, s + min((e - mean) / deviation, 3) - 1/4) over the errors e of a stream; an alarm where s exceeds 25.

    Mean and deviation are those of the errors since the last alarm, after which all begins anew; of errors like one
    another a false alarm is rare: two came in 2,100,000 errors of seven kinds. `see` then says how many rows ago the
    errors began to rise, as s was last 0. `alarms` are the numbers of the rows that gave one, the last 100 of them, and
    `count` is how many there were.

    Source: Page, "Continuous inspection schemes", 1954, the one-sided cumulative sum; here of standardised errors.
    """

    count: int = 0
    alarms: list[int] = field(default_factory=list)
    _rows: int = field(default=0, repr=False)
    _mean: float = field(default=0.0, repr=False)
    _squares: float = field(default=0.0, repr=False)
    _sum: float = field(default=0.0, repr=False)
    _risen: int = field(default=0, repr=False)  # rows since s was last 0

    def __str__(self) -> str:
        if not self.alarms:
            return "no drift seen"
        times = "once" if self.count == 1 else f"{self.count:,} times"
        return f"the errors have risen {times}, last at row {self.alarms[-1]:,}"

    def see(self, error: float, row: int) -> int:
        """Take the error of a row in; 0, or for an alarm how many rows, this one among them, the errors have risen."""
        if self._rows >= WARM and self._squares > 0:
            deviation = math.sqrt(self._squares / self._rows)
            self._sum = max(0.0, self._sum + min((error - self._mean) / deviation, MOST) - EXCESS)
            self._risen = self._risen + 1 if self._sum else 0
            if self._sum > THRESHOLD:
                self.count += 1
                self.alarms = [*self.alarms, row][-SHOWN:]
                risen = self._risen
                self._rows, self._mean, self._squares, self._sum, self._risen = 0, 0.0, 0.0, 0.0, 0
                return risen
        self._rows += 1
        moved = error - self._mean
        self._mean += moved / self._rows
        self._squares += moved * (error - self._mean)
        return 0

    def to_json(self) -> list[Any]:
        """The alarm as plain JSON values."""
        return [self.count, self.alarms, self._rows, self._mean, self._squares, self._sum, self._risen]

    @classmethod
    def from_json(cls, document: Sequence[Any]) -> DriftAlarm:
        """The alarm that `to_json` wrote."""
        return cls(*document)
