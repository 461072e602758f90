"""Glassnet on streams: the default from nothing, that for tables, and a small network laid out beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

import glassnet as gn
from streaming.small import RATE, UNITS
from streaming.streams import Row
from tabular.fits import OURS

TARGET: Final = "the answer"  # no stream has a column of this name


class Default:
    """`gn.Network().online()`, which is told nothing beforehand, neither columns nor labels."""

    name = OURS
    version = gn.__version__

    def begin(self, rows: Sequence[Row], targets: Sequence[Any], labels: tuple[str, ...]) -> None:
        """Learn the first rows, one at a time."""
        self._step = gn.Network(seed=0).online()
        for row, target in zip(rows, targets, strict=True):
            self._step(row, target)

    def answer(self, row: Row) -> Any:
        """The label or the number for a row."""
        return self._step.predict_one(row)

    def learn(self, row: Row, target: Any) -> None:
        """Learn a row."""
        self._step(row, target)


class Table:
    """`gn.Network()` on the first rows as a table; then a step of all of its members on each row."""

    name = f"{OURS}_table"
    version = gn.__version__

    def begin(self, rows: Sequence[Row], targets: Sequence[Any], labels: tuple[str, ...]) -> None:
        """Learn the first rows."""
        table = {name: [row[name] for row in rows] for name in rows[0]}
        self._network = gn.Network(columns={TARGET: "category"} if labels else None, seed=0)
        self._network.learn({**table, TARGET: list(targets)}, target=TARGET, verbose=0)
        self._step = self._network.online()
        self._labels = bool(labels)

    def answer(self, row: Row) -> Any:
        """The label or the number for a row."""
        (answer,) = self._network.predict({name: [number] for name, number in row.items()})
        return str(answer) if self._labels else float(answer)

    def learn(self, row: Row, target: Any) -> None:
        """Take a step on the row."""
        self._step(dict(row), target)


class Small:
    """One hidden layer of 32 units, laid out; numbers are standardized by the first rows, each of which is a step."""

    name = f"{OURS}_small"
    version = gn.__version__

    def begin(self, rows: Sequence[Row], targets: Sequence[Any], labels: tuple[str, ...]) -> None:
        """Learn the first rows, one at a time."""
        first = np.array([[*row.values()] for row in rows])
        self._mean, deviation = first.mean(axis=0), first.std(axis=0)
        self._deviation = np.where(deviation == 0, 1, deviation)
        self._places = {label: place for place, label in enumerate(labels)}
        self._labels = labels
        self._middle, self._scale = (0.0, 1.0) if labels else (float(np.mean(targets)), float(np.std(targets)))
        loss = "softmax log loss" if labels else "squared"
        layers = [gn.Dense(UNITS, "tanh"), gn.Dense(len(labels) or 1)]
        classes = list(range(len(labels))) if labels else None
        self._network = gn.Network(layers, loss=loss, classes=classes, optimizer=gn.Adam(RATE), seed=0)
        self._step = self._network.online()
        for row, target in zip(rows, targets, strict=True):
            self.learn(row, target)

    def answer(self, row: Row) -> Any:
        """The label or the number for a row."""
        answer = self._network.predict(self._standard(row)[None])[0]
        return self._labels[int(answer)] if self._labels else float(np.squeeze(answer)) * self._scale + self._middle

    def learn(self, row: Row, target: Any) -> None:
        """Take a step on the row."""
        self._step(self._standard(row), self._places[target] if self._labels else self._scaled(target))

    def _scaled(self, target: float) -> float:
        return (target - self._middle) / self._scale

    def _standard(self, row: Row) -> npt.NDArray[np.float64]:
        standard: npt.NDArray[np.float64] = (np.array([*row.values()]) - self._mean) / self._deviation
        return standard
