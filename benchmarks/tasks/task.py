"""What a task is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol


class Turn(NamedTuple):
    """What a peer does in one turn, and how many units of the task (steps, calls) that is."""

    run: Callable[[], object]
    units: int


class Task(Protocol):
    """Something that peers are asked to do; whoever is to do it is told its name."""

    @property
    def name(self) -> str:
        """What the command calls it."""

    @property
    def tries(self) -> int:
        """How often a peer does it when it is its turn; the best counts."""
