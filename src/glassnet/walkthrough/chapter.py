"""A chapter: a title, its numbers as plain data, and the text that shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Chapter:
    """What a chapter found, by name, and its lines."""

    title: str
    numbers: Mapping[str, Any]
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([self.title, "-" * len(self.title), *self.lines])


def shown(value: float) -> str:
    """A number in at most ten digits, without a fraction that is nothing."""
    return f"{value:.10g}"
