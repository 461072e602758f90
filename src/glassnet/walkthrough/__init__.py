"""The story of learning, every number of it computed while it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TextIO

from glassnet.walkthrough.chapter import Chapter
from glassnet.walkthrough.derivative import chains, rate
from glassnet.walkthrough.forward import beginnings, forward
from glassnet.walkthrough.search import searches
from glassnet.walkthrough.sigmoid import network
from glassnet.walkthrough.update import delta_rule, modes, optimizers

CHAPTERS: Final[tuple[Callable[[], Chapter], ...]] = (
    beginnings, forward, searches, rate, chains, delta_rule, modes, optimizers, network,
)  # fmt: skip


def tell(stream: TextIO) -> None:
    """Write the story to a stream, a chapter as soon as it is computed."""
    for chapter in CHAPTERS:
        stream.write(f"{chapter()}\n\n")
        stream.flush()
