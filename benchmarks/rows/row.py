"""One row of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rows.bound import OURS, Bound


@dataclass(frozen=True)
class Row:
    """What was measured: our figure and those of the peers, by their names, all in one unit; less is better.

    `share` is the time at the limit of the machine as a part of our time, where there is such a limit.
    """

    title: str
    unit: str
    figures: Mapping[str, float]
    musts: tuple[Bound, ...] = ()
    aims: tuple[Bound, ...] = ()
    share: float | None = None

    @property
    def ours(self) -> float:
        """Our figure."""
        return self.figures[OURS]

    @property
    def beside(self) -> dict[str, float]:
        """The figures of the peers."""
        return {name: figure for name, figure in self.figures.items() if name != OURS}

    @property
    def missed(self) -> list[Bound]:
        """The musts that are not reached."""
        return [must for must in self.musts if must.met(self.figures) is False]

    @property
    def open(self) -> list[Bound]:
        """The musts of which nothing is known, for none of their peers is installed."""
        return [must for must in self.musts if must.met(self.figures) is None]
