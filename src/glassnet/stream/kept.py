"""What a stream keeps of itself whatever becomes of its network's size, and what a file holds of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glassnet.stream.drift import DriftAlarm
from glassnet.stream.refused import Refused
from glassnet.stream.score import Score


@dataclass
class Kept:
    """The running score, the drift alarm and the count of refused examples."""

    score: Score
    drift: DriftAlarm = field(default_factory=DriftAlarm)
    refused: Refused = field(default_factory=Refused)

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON values, but for the last reason, which may quote a value of an example."""
        return {"score": self.score.to_json(), "drift": self.drift.to_json(), "refused": self.refused.count}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Kept:
        """What `to_json` wrote."""
        score, drift = Score.from_json(document["score"]), DriftAlarm.from_json(document["drift"])
        return cls(score, drift, Refused(document["refused"]))
