"""The last layer of an ensemble: the outputs of its members become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.extent import written
from glassnet.core.functions import maximum, minimum
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.layer import Layer, Own, Part, Statistic
from glassnet.settings import check_whole

FAR = 3e38  # an end of the range that no output reaches, and that float32 can hold


@dataclass(frozen=True, eq=False)
class Blend(Layer):
    """z = clip(temperature sum_g shares_g mean of x over group g, low, high): (n, members, outputs) -> (n, outputs)."""

    groups: int
    folds: int

    def __post_init__(self) -> None:
        check_whole(self, "groups", 1)
        check_whole(self, "folds", 1)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """`shares` (groups,), `temperature` (), `low` and `high` (outputs,), all statistics."""
        shape = inputs[0].shape
        if len(shape) != 3 or shape[1] != self.groups * self.folds:
            raise ShapeError(
                f"Blend of {self.groups} groups of {self.folds} takes inputs of shape (n, {self.groups * self.folds}, "
                f"outputs), not {written(shape)}"
            )
        outputs = self.width(inputs[0])
        return {
            "shares": Statistic((self.groups,), 1 / self.groups),
            "temperature": Statistic((), 1.0),
            "low": Statistic((outputs,), -FAR),
            "high": Statistic((outputs,), FAR),
        }

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The blend."""
        x = inputs[0]
        rows, _, outputs = x.shape
        means = x.reshape(rows, self.groups, self.folds, outputs).mean(2)
        z = own.temperature * (own.shares.reshape(self.groups, 1) * means).sum(1)
        return minimum(maximum(z, own.low), own.high)
