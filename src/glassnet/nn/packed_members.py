"""Layers between packed layers of fewer and of more members: some of an ensemble have layers that others lack."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from glassnet.core import functions as f
from glassnet.core.extent import Shape, written
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.layer import Layer, Own, Part
from glassnet.settings import check_whole


@dataclass(frozen=True, eq=False)
class _OtherMembers(Layer):
    """A layer without weights whose outputs are those of so many `members`."""

    members: int
    expected: ClassVar[str]  # of the inputs, in words

    def __post_init__(self) -> None:
        check_whole(self, "members", 1)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """None; the shape of the inputs is looked at."""
        shape = inputs[0].shape
        if not self.fits(shape):
            expected = self.expected.format(members=self.members)
            raise ShapeError(f"{type(self).__name__} takes inputs of {expected}, not {written(shape)}; change members")
        return {}

    @abstractmethod
    def fits(self, shape: Shape) -> bool:
        """Whether inputs of this shape can be taken."""


@dataclass(frozen=True, eq=False)
class FirstMembers(_OtherMembers):
    """The inputs of the first members: (n, j, features) -> (n, members, features); (n, features) are those of all.

    Raises SettingError for members below 1, ShapeError for inputs of fewer members.
    """

    expected: ClassVar[str] = "shape (n, features) or (n, j, features) with j of at least {members}"

    def fits(self, shape: Shape) -> bool:
        """Whether they are shared by all members, or there are enough."""
        return len(shape) == 2 or (len(shape) == 3 and isinstance(shape[1], int) and shape[1] >= self.members)

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """A view."""
        x = inputs[0]
        return x if x.ndim == 2 or x.shape[1] == self.members else x.narrow(1, 0, self.members)


@dataclass(frozen=True, eq=False)
class MoreMembers(_OtherMembers):
    """The outputs of the first of so many members, and 0 for the others: (n, j, outputs) -> (n, members, outputs).

    Raises SettingError for members below 1, ShapeError for inputs of more members.
    """

    expected: ClassVar[str] = "shape (n, j, outputs) with j of at most {members}"

    def fits(self, shape: Shape) -> bool:
        """Whether there are members, and no more than there are to be."""
        return len(shape) == 3 and isinstance(shape[1], int) and shape[1] <= self.members

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """All members, joined with the members first, as packed layers compute them."""
        x = inputs[0].transpose(1, 0, 2)
        given, n, outputs = x.shape
        assert isinstance(given, int)  # `fits` has looked
        if given == self.members:
            return inputs[0]
        others = x.tape.constant(0.0, x.dtype).broadcast((self.members - given, n, outputs))
        return f.concatenate([x, others], 0).transpose(1, 0, 2)
