"""How a planned run goes: the rows of a batch, what ends it, and how often it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from glassnet.settings import as_json, from_json
from glassnet.training.stopping import RULES, Epochs, Plateau, Rule

LEAST_PATIENCE: Final = 10  # epochs, of plans that earlier files hold


@dataclass(frozen=True)
class Planned:
    """The rows of a batch, the rule that ends a run, and after how many steps losses are measured within an epoch.

    `every` is None where it is enough that they are measured at the end of each.
    """

    batch_size: int
    until: Rule
    every: int | None = None

    def seldom(self, every: int) -> Planned:
        """The plan with losses measured within an epoch after that many steps at the earliest."""
        return replace(self, every=None if self.every is None else max(self.every, every))

    def to_json(self) -> dict[str, Any]:
        """The plan as plain JSON values."""
        return {"batch_size": self.batch_size, "until": as_json(self.until, "until"), "every": self.every}

    @classmethod
    def from_json(cls, document: dict[str, Any] | Sequence[int]) -> Planned:
        """The plan that `to_json` wrote; earlier files have the rows of a batch and a number of epochs."""
        if isinstance(document, dict):
            return cls(document["batch_size"], from_json(document["until"], RULES), document["every"])
        batch_size, epochs = document
        return cls(batch_size, Epochs(epochs) | Plateau(max(LEAST_PATIENCE, epochs // 3)))
