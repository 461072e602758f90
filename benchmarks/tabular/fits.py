"""Fits of systems: what is kept of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OURS: Final = "glassnet"


@dataclass(frozen=True)
class Fit:
    """One fit: which system, on which fold of which table, its error, and how many seconds it took.

    `calibration` is the expected calibration error of classes, `coverage` the share of numbers within the intervals
    that should hold 90 % of them, and `peak_mib` what the process of the fit held at most; `chance` and
    `chance_deviation` are those of `Chance`. None where there is none.
    """

    system: str
    version: str
    name: str
    fold: int
    task: str
    metric: str
    value: float
    fit_s: float
    predict_s: float
    n_train: int
    n_test: int
    seed: int = 0
    calibration: float | None = None
    coverage: float | None = None
    peak_mib: float | None = None
    chance: float | None = None
    chance_deviation: float | None = None

    @property
    def judged(self) -> bool:
        """Whether its answers were judged in full: classes for their calibration, our numbers for their intervals."""
        if self.task != "regression":
            return self.calibration is not None
        return self.system != OURS or self.coverage is not None
