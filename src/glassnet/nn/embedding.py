"""The embedding layer: a row of learnt numbers for each level of a category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.nn.initializers import Initializer, Normal, as_initializer
from glassnet.nn.layer import Layer, Own, Parameter
from glassnet.settings import check_whole


@dataclass(frozen=True, eq=False)
class Embedding(Layer):
    """The row of a table for each whole number from 0 to `levels` - 1: (n, ...) -> (n, ..., outputs).

    The table, `weights` (levels, outputs), starts normal with standard deviation 0.1 unless `initializer` says
    otherwise. Raises SettingError for a setting out of its range.
    """

    levels: int
    outputs: int
    initializer: Initializer | str | None = None

    def __post_init__(self) -> None:
        check_whole(self, "levels", 1)
        check_whole(self, "outputs", 1)
        given = self.initializer
        object.__setattr__(self, "initializer", None if given is None else as_initializer(given))

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`weights` (levels, outputs)."""
        start = self.initializer or Normal(0.1)
        assert isinstance(start, Initializer)
        return {"weights": Parameter((self.levels, self.outputs), start, decay=False)}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The rows of the table."""
        return f.gather(own.weights, inputs[0], axis=0)
