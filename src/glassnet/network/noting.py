"""Notes on the rows of a call, as warnings at the line of whoever called the network."""

from __future__ import annotations

import warnings
from typing import TypeVar

from glassnet.errors import DataWarning

T = TypeVar("T")


def noted(value: T, notes: tuple[str, ...]) -> T:
    """The value, after a warning for each note; a method of the network calls this, and its own caller is named."""
    for note in notes:
        warnings.warn(note, DataWarning, stacklevel=3)
    return value
