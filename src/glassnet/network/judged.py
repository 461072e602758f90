"""What an ensemble learns of its own answers from rows that its members did not see: intervals, and cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from glassnet.data.contract import Array
from glassnet.judging import Decision, Intervals
from glassnet.settings import check_name

DECIDED: Final = ("f1", "balanced_accuracy", "matthews_correlation")  # scores for which a choice of classes is learnt


@dataclass(frozen=True)
class Judged:
    """The intervals of answers that are numbers, or how to choose among classes, by the name of a score."""

    intervals: Intervals | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)

    @classmethod
    def of_numbers(cls, known: Array, answers: Array, spread: Array, weights: Array, noise: Array) -> Judged:
        """Of numbers (rows, targets), see `Intervals.fit`."""
        return cls(Intervals.fit(known, answers, spread, weights, noise=noise))

    @classmethod
    def of_classes(cls, known: Array, probabilities: Array, weights: Array) -> Judged:
        """Of the numbers of classes (rows,) and their probabilities, see `Decision.fit`."""
        return cls(None, {name: Decision.fit(probabilities, known, weights, name) for name in DECIDED})

    def decision(self, metric: str) -> Decision:
        """How to choose classes so that a score is best; raises SettingError for a name that is not known."""
        check_name("decide", metric, self.decisions)
        return self.decisions[metric]

    def to_json(self) -> dict[str, Any]:
        """The judgements as plain JSON values."""
        return {
            "intervals": None if self.intervals is None else self.intervals.to_json(),
            "decisions": {name: decision.to_json() for name, decision in self.decisions.items()},
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Judged:
        """The judgements that `to_json` wrote."""
        intervals, decisions = document["intervals"], document["decisions"]
        return cls(
            None if intervals is None else Intervals.from_json(intervals),
            {name: Decision.from_json(each) for name, each in decisions.items()},
        )
