"""Layers between packed layers of fewer and of more members: some of an ensemble have layers that others lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.layer import Layer, Own, Part
from glassnet.settings import check_whole


@dataclass(frozen=True, eq=False)
class FirstMembers(Layer):
    """The inputs of the first members: (n, j, features) -> (n, members, features); (n, features) are those of all.

    Raises SettingError for members below 1, ShapeError for inputs of fewer members.
    """

    members: int

    def __post_init__(self) -> None:
        check_whole(self, "members", 1)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """None; the shape of the inputs is looked at."""
        shape = inputs[0].shape
        given = shape[1] if len(shape) == 3 else self.members
        if len(shape) not in (2, 3) or not isinstance(given, int) or given < self.members:
            raise ShapeError(
                f"FirstMembers takes inputs of shape (n, features) or (n, j, features) with j of at least "
                f"{self.members}, not {written(shape)}; change members"
            )
        return {}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """A view."""
        x = inputs[0]
        return x if x.ndim == 2 or x.shape[1] == self.members else x.narrow(1, 0, self.members)


@dataclass(frozen=True, eq=False)
class MoreMembers(Layer):
    """The outputs of the first of so many members, and 0 for the others: (n, j, outputs) -> (n, members, outputs).

    Raises SettingError for members below 1, ShapeError for inputs of more members.
    """

    members: int

    def __post_init__(self) -> None:
        check_whole(self, "members", 1)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """None; the shape of the inputs is looked at."""
        shape = inputs[0].shape
        if len(shape) != 3 or not isinstance(shape[1], int) or shape[1] > self.members:
            raise ShapeError(
                f"MoreMembers takes inputs of shape (n, j, outputs) with j of at most {self.members}, not "
                f"{written(shape)}; change members"
            )
        return {}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """All members, joined with the members first, as packed layers compute them."""
        x = inputs[0].transpose(1, 0, 2)
        given, n, outputs = x.shape
        assert isinstance(given, int)  # `parameters` has looked
        if given == self.members:
            return inputs[0]
        others = x.tape.constant(0.0, x.dtype).broadcast((self.members - given, n, outputs))
        return f.concatenate([x, others], 0).transpose(1, 0, 2)
