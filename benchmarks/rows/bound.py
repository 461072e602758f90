"""What a figure must reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OURS = "Glassnet"


@dataclass(frozen=True)
class Bound:
    """At most `value`; or, where `peers` are named, so many times less than the best whose name begins like theirs.

    The name "" stands for all of them.
    """

    value: float
    peers: tuple[str, ...] = ()

    def reached(self, figures: Mapping[str, float]) -> float | None:
        """Our figure, or how many times less it is than the peers' best; None where none of them was there."""
        if not self.peers:
            return figures[OURS]
        theirs = [figure for name, figure in figures.items() if name != OURS and name.startswith(self.peers)]
        return min(theirs) / figures[OURS] if theirs else None

    def met(self, figures: Mapping[str, float]) -> bool | None:
        """Whether the figures reach it; None where none of the peers was there."""
        reached = self.reached(figures)
        if reached is None:
            return None
        return reached >= self.value if self.peers else reached <= self.value

    def of(self, unit: str) -> str:
        """The bound in words, for figures of this unit."""
        if not self.peers:
            return f"<= {self.value:g} {unit}"
        best = f"the best of {' and '.join(self.peers)}" if len(self.peers) > 1 else self.peers[0] or "the best peer"
        return f">= {self.value:g}x {best}"
