"""The classes of a cross-validation: which turn learns from rows of which, and what is said where it has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.labels import listed
from glassnet.data.table import counted
from glassnet.errors import DataError

Whole = npt.NDArray[np.int64]

SHOWN: Final = 5  # classes that have a note of their own


@dataclass
class ClassesInTurns:
    """How many rows of each class each turn so far learnt from and had to score.

    `ids` (rows,) are the places of the classes of all rows among the `labels`, and `rows` (classes,) how many each has.
    `even` says that each class is spread evenly over the turns, so that one of as many rows as turns is in all of them.
    """

    labels: Sequence[Any]
    ids: Whole
    rows: Whole
    even: bool
    _learnt: list[Whole] = field(default_factory=list)
    _scored: list[Whole] = field(default_factory=list)

    def known(self, training: Whole, scored: Whole) -> Whole:
        """The rows that the next turn can score, each of a class that it learns from.

        Raises DataError, naming the turn and the classes, where it learns from one class only or can score none.
        """
        self._learnt.append(self._counts(training))
        self._scored.append(self._counts(scored))
        learnt, turn = np.flatnonzero(self._learnt[-1]), len(self._learnt)
        if len(learnt) == 1:
            raise DataError(
                f"turn {turn}: all of the {counted(len(training), 'row')} to learn from are of class "
                f"{self.labels[int(learnt[0])]!r}; give other folds, or rows of another class"
            )
        left = scored[self._learnt[-1][self.ids[scored]] > 0]
        if not len(left):
            held = listed([self.labels[k] for k in np.flatnonzero(self._scored[-1]).tolist()])
            raise DataError(
                f"turn {turn}: none of the {counted(len(scored), 'row')} to score is of a class that is learnt; they "
                f"are of {held}: give rows of these that other folds hold, or other folds"
            )
        return left

    @property
    def lacking(self) -> bool:
        """Whether the last turn lacked a class to learn from."""
        return bool((self._learnt[-1] == 0).any())

    def notes(self) -> list[str]:
        """A note on each class that a turn could not learn, or score where all should; the rarest first."""
        rarest = np.argsort(self.rows, kind="stable").tolist()
        found = [note for note in map(self._note, rarest) if note]
        others = len(found) - SHOWN
        return found if others <= 0 else [*found[:SHOWN], f"likewise {counted(others, 'other class', 'other classes')}"]

    def _note(self, place: int) -> str:
        """What is said of one class, or ""."""
        turns, rows = len(self._learnt), int(self.rows[place])
        has = f"class {self.labels[place]!r} has {counted(rows, 'row')}"
        scored = np.array([each[place] for each in self._scored])
        lacking = np.flatnonzero([each[place] == 0 for each in self._learnt])
        remedy = "add rows of it, join it with another class, or leave it out"
        if len(lacking):
            left = int(scored[lacking].sum())
            numbers = ", ".join(str(turn + 1) for turn in lacking.tolist())
            which = f"turn {numbers}" if len(lacking) == 1 else f"turns {numbers}"
            out = f", whose scores leave {counted(left, 'row')} of it out" if left else ""
            return f"{has}: not learnt in {which} of {turns}{out}; {remedy}"
        if self.even and rows < turns:
            none = int((scored == 0).sum())
            return f"{has} for {turns} turns: {none} of them scored none; give folds={rows}, {remedy}"
        return ""

    def _counts(self, rows: Whole) -> Whole:
        return np.bincount(self.ids[rows], minlength=len(self.labels))
