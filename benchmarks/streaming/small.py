"""The small network that is laid out for a stream, whichever library computes it."""

from __future__ import annotations

from typing import Final

UNITS: Final = 32  # of its one hidden layer
RATE: Final = 0.01  # of Adam
