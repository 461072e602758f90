"""What prints as text, and in the width and the colours of a terminal where rich prints it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from glassnet.display.tables import as_text

if TYPE_CHECKING:
    from rich.console import Group, RenderableType


class Shown(ABC):
    """Something made of parts that rich can show; a dataclass of this kind has `repr=False`."""

    @abstractmethod
    def parts(self) -> list[RenderableType]:
        """Its parts, from top to bottom."""

    def __str__(self) -> str:
        return as_text(self.parts())

    __repr__ = __str__

    def __rich__(self) -> Group:
        from rich.console import Group

        return Group(*self.parts())
