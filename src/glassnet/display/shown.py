"""What prints as text, in the width and the colours of a terminal where rich prints it, and as HTML in a notebook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from glassnet.display.html import as_html
from glassnet.display.parts import Part
from glassnet.display.tables import as_rich, as_text

if TYPE_CHECKING:
    from rich.console import Group


class Shown(ABC):
    """Something made of parts that every face can show; a dataclass of this kind has `repr=False`."""

    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """Its parts, from top to bottom."""

    def __str__(self) -> str:
        return as_text(self.parts())

    __repr__ = __str__

    def __rich__(self) -> Group:
        return as_rich(*self.parts())

    def _repr_html_(self) -> str:
        """The parts as a notebook shows them."""
        return as_html(self.parts())
