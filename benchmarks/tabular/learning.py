"""A fit of Glassnet at its defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

import glassnet as gn
from tabular.fits import OURS, Fit
from tabular.system import fit_of
from tabular.tables import DataTable

TARGET: Final = "the answer"  # no table has a column of this name


class Glassnet:
    """`gn.Network()`, with nothing set but the seed, and where they are given the seconds that it may take."""

    name = OURS
    version = gn.__version__

    def __init__(self, seed: int = 0, seconds: float | None = None) -> None:
        self._network = gn.Network(seed=seed)
        self._seconds = seconds

    @property
    def labels(self) -> Sequence[str]:
        """The classes that were learnt, as text."""
        return [str(label) for label in self._network.labels or ()]

    def learn(self, columns: pd.DataFrame, target: npt.NDArray[Any], task: str) -> None:
        """Learn the table with its target as one more column."""
        self._task = task
        table = columns.assign(**{TARGET: target})
        self._report = self._network.learn(table, target=TARGET, time_limit=self._seconds, verbose=0)

    def answers(self, columns: pd.DataFrame) -> npt.NDArray[Any]:
        """Numbers (rows,), or probabilities (rows, classes)."""
        asked = self._network.predict if self._task == "regression" else self._network.predict_probabilities
        return np.asarray(asked(columns))

    @property
    def unseen(self) -> float:
        """The loss of the answers for rows that were learnt from, by the members that did not see them."""
        return float(self._report.score["loss"])

    def ranges(self, columns: pd.DataFrame, share: float) -> npt.NDArray[Any]:
        """The low and the high end of each interval: all columns of the answer but the first."""
        return np.asarray(self._network.predict(columns, interval=share))[:, 1:]


def ours(name: str, table: DataTable, fold: int, seed: int, seconds: float | None) -> Fit:
    """A fit of Glassnet on a fold of a table."""
    return fit_of(Glassnet(seed, seconds), name, table, fold, seed=seed)
