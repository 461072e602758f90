"""One thing that must be reached."""

from __future__ import annotations

from typing import NamedTuple


class Must(NamedTuple):
    """What must be reached, what was reached, and whether that is enough."""

    what: str
    reached: str
    met: bool
