"""What an ensemble learns of its own answers from rows that its members did not see: intervals, and cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from glassnet.errors import SettingError
from glassnet.judging import Decision, Intervals
from glassnet.metrics.table import FAMILIAR
from glassnet.settings import check_name

DECIDED: Final = (
    "f1_macro",
    "balanced_accuracy",
    "matthews_correlation",
)  # scores for which a choice of classes is learnt
WHO: Final = "a network that designs itself for a table, Network(), learns that from rows held out"


@dataclass(frozen=True)
class Judged:
    """The intervals of answers that are numbers, or how to choose among classes, by the name of a score.

    Of several targets the intervals are those of all that are numbers; `each` has the others by name.
    """

    of_numbers: Intervals | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    each: Mapping[str, Judged] = field(default_factory=dict)

    @property
    def intervals(self) -> Intervals:
        """The intervals; raises SettingError where the target is no number."""
        if self.of_numbers is None:
            raise SettingError(
                "interval= is for numbers; the target is a class, or holds lists of labels: predict_probabilities"
            )
        return self.of_numbers

    def decision(self, score: str) -> Decision:
        """How to choose classes so that a score is best; raises SettingError for one that is not known."""
        if not self.decisions:
            raise SettingError(f"decide={score!r} is for classes; the target is a number, or holds lists of labels")
        name = FAMILIAR.get(score, score)
        check_name("decide", name, self.decisions)
        return self.decisions[name]

    def to_json(self) -> dict[str, Any]:
        """The judgements as plain JSON values."""
        return {
            "intervals": None if self.of_numbers is None else self.of_numbers.to_json(),
            "decisions": {name: decision.to_json() for name, decision in self.decisions.items()},
            "each": {name: judged.to_json() for name, judged in self.each.items()},
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Judged:
        """The judgements that `to_json` wrote."""
        intervals, decisions = document["intervals"], document["decisions"]
        return cls(
            None if intervals is None else Intervals.from_json(intervals),
            {name: Decision.from_json(each) for name, each in decisions.items()},
            {name: cls.from_json(each) for name, each in document.get("each", {}).items()},  # earlier files have none
        )


def of(judged: Judged | None, asked: str) -> Judged:
    """The judgements of a network; raises SettingError, naming what was asked for, where it has none."""
    if judged is None:
        raise SettingError(f"{asked}: nothing is known of how far the answers of this network are off; {WHO}")
    return judged
