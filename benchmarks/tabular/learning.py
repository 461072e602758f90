"""A fit of Glassnet at its defaults."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import glassnet as gn
from tabular.fits import OURS, Fit
from tabular.folds import split
from tabular.scores import METRICS, error, in_order
from tabular.tables import DataTable

TARGET = "the answer"  # no table has a column of this name


def ours(name: str, table: DataTable, fold: int, seed: int, seconds: float | None) -> Fit:
    """A fit of `gn.Network()`, with nothing set but the seed, and where they are given the seconds that it may take."""
    train, test = split(table.target, fold, classes=table.task != "regression")
    learnt, known = table.target[train], table.target[test]
    frame = table.columns.iloc[train].assign(**{TARGET: learnt})
    network = gn.Network(seed=seed)
    start = time.perf_counter()
    network.learn(frame, target=TARGET, time_limit=seconds, verbose=0)
    learning = time.perf_counter() - start
    start = time.perf_counter()
    answers = _answers(network, table.columns.iloc[test], table)
    answering = time.perf_counter() - start
    value = error(table.task, known, answers, learnt)
    times = round(learning, 3), round(answering, 4)
    sizes = len(train), len(test)
    return Fit(OURS, gn.__version__, name, fold, table.task, METRICS[table.task], value, *times, *sizes, seed)


def _answers(network: gn.Network, frame: pd.DataFrame, table: DataTable) -> npt.NDArray[Any]:
    """Numbers (rows,), or probabilities (rows, classes) in the order of the sorted labels."""
    if table.task == "regression":
        return np.asarray(network.predict(frame))
    given: Sequence[Any] = network.labels or ()
    return in_order(
        np.asarray(network.predict_probabilities(frame)), [str(each) for each in given], np.unique(table.target)
    )
