"""Where a run of learning stands: all that it goes on from, beside the state of its network."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.training.course import Course
from glassnet.training.recovery import Snapshots


@dataclass
class Standing:
    """How far a run has come, what it would go back to, and the number of its first epoch.

    `first_epoch` numbers the orders of the rows, so that a run that goes on does not repeat those of the one before.
    """

    course: Course
    snapshots: Snapshots
    first_epoch: int = 0

    @property
    def epoch(self) -> int:
        """The number of the epoch that is being learnt, over all runs of the network."""
        return self.first_epoch + self.course.epochs

    @property
    def place(self) -> tuple[int, int]:
        """The number of that epoch, and of the portion of it that is being learnt from."""
        return self.epoch, self.course.portion
