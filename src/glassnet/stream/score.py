"""The running score of a stream, whose examples are each answered before they are learnt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

FADING: Final = 0.01  # the weight of the newest error in `recent`


@dataclass
class Score:
    """The mean error of answers given before their example was learnt, beside that of an answer that needs no network.

    An error is 1 for a wrong class and 0 for a right one, or the absolute error of a number. `plain` is the mean error
    of answering the class most often seen so far, or the mean of the targets so far; `recent` is about that of the
    last 100 rows, each counting 1 % less than the next. `rows` are those that were answered; an error is None where
    there are none.

    Source: Dawid, "Present position and potential developments: the prequential approach", 1984.
    """

    of_classes: bool
    rows: int = 0
    recent: float | None = None
    _errors: float = field(default=0.0, repr=False)
    _plain: float = field(default=0.0, repr=False)
    _counts: dict[Any, int] = field(default_factory=dict, repr=False)
    _often: Any = field(default=None, repr=False)
    _mean: float = field(default=0.0, repr=False)
    _seen: int = field(default=0, repr=False)

    @property
    def begun(self) -> bool:
        """Whether a target was seen."""
        return self._seen > 0 or bool(self._counts)

    @property
    def error(self) -> float | None:
        """The mean error."""
        return self._errors / self.rows if self.rows else None

    @property
    def plain(self) -> float | None:
        """The mean error of the plain answer."""
        return self._plain / self.rows if self.rows else None

    def __str__(self) -> str:
        if not self.rows:
            return "no row answered yet"
        what, plain = ("share wrong", "majority") if self.of_classes else ("mean absolute error", "mean")
        return (
            f"{what} {self.error:.4g} over {self.rows:,} rows, each answered before it was learnt "
            f"(the {plain} so far: {self.plain:.4g}; lately {self.recent:.4g})"
        )

    def see(self, answer: Any, y: Any) -> float:
        """Take in the answer for an example, and then its target; gives the error."""
        if self.of_classes:
            error, plain = float(answer != y), float(self._often != y)
        else:
            error, plain = abs(answer - y), abs(self._mean - y)
        self.rows += 1
        self._errors += error
        self._plain += plain
        self.recent = error if self.recent is None else self.recent + max(FADING, 1 / self.rows) * (error - self.recent)
        self.begin(y)
        return error

    def begin(self, y: Any) -> None:
        """Take in a target that nothing was answered for."""
        if self.of_classes:
            counted = self._counts[y] = self._counts.get(y, 0) + 1
            if counted > self._counts.get(self._often, 0):
                self._often = y
            return
        self._seen += 1
        self._mean += (y - self._mean) / self._seen

    def to_json(self) -> list[Any]:
        """The score as plain JSON values."""
        counts = [list(each) for each in self._counts.items()]
        sums = [self._errors, self._plain, counts, self._often, self._mean, self._seen]
        return [self.of_classes, self.rows, self.recent, *sums]

    @classmethod
    def from_json(cls, document: list[Any]) -> Score:
        """The score that `to_json` wrote."""
        of_classes, rows, recent, errors, plain, counts, *rest = document
        return cls(of_classes, rows, recent, errors, plain, dict(counts), *rest)
