"""Where the training loop leaves word of how far it has come, for a run that may be gone on with later."""

from __future__ import annotations

from glassnet.training.course import Course
from glassnet.training.layout import State
from glassnet.training.standing import Standing


class Keeper:
    """Keeps the state and the standing of a run where they are due; this one keeps nothing."""

    def steps_left(self, course: Course) -> int | None:
        """How many steps may be run before the next keeping is due, None where steps are not counted."""
        return None

    def due(self, course: Course) -> bool:
        """Whether it is time to keep."""
        return False

    def keep(self, state: State, standing: Standing) -> None:
        """Keep them as they are now; both go on changing when this has returned."""
