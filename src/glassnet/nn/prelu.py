"""PReLU: a rectifier whose slope below 0 is learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.nn.initializers import Constant, Initializer, as_initializer
from glassnet.nn.layer import Layer, Own, Parameter
from glassnet.settings import check_flag

FIRST_SLOPE = 0.25


@dataclass(frozen=True, eq=False)
class PReLU(Layer):
    """z above 0, slope * z at and below 0, with a learnt slope for each feature of the last axis.

    The slopes start at 0.25 unless `initializer` says otherwise; weight decay spares them, as in the paper. With
    `shared` there is one for all features, as is PyTorch's default; Keras has one for each element of a row, from 0.
    Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015. Raises SettingError for a setting out of its
    range.
    """

    shared: bool = False
    initializer: Initializer | str | None = None

    def __post_init__(self) -> None:
        check_flag(self, "shared")
        start = Constant(FIRST_SLOPE) if self.initializer is None else as_initializer(self.initializer)
        object.__setattr__(self, "initializer", start)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`slope` (features,), or (1,) where it is shared."""
        assert isinstance(self.initializer, Initializer)
        width = 1 if self.shared else self.width(inputs[0])
        return {"slope": Parameter((width,), self.initializer, decay=False)}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The input, turned below 0."""
        z = inputs[0]
        return f.where(z <= 0, z * own.slope, z)
