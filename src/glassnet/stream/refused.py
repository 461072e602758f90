"""Examples that a stream could not learn: how many, and why the last."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Refused:
    """`count` of the examples that were refused, and the `reason` of the last."""

    count: int = 0
    reason: str | None = None

    def __str__(self) -> str:
        return f"{self.count:,} refused" + (f", the last: {self.reason}" if self.reason else "")

    def add(self, reason: str) -> None:
        """Count one more."""
        self.count, self.reason = self.count + 1, reason
