"""The last layer of an ensemble: what its members answer becomes one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from glassnet.core.extent import written
from glassnet.core.functions import maximum, minimum
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.layer import Layer, Own, Part, Statistic
from glassnet.settings import check_whole

FAR: Final = 3e38  # a bound that no output reaches, which float32 can hold


@dataclass(frozen=True, eq=False)
class Blend(Layer):
    """z = clip(temperature * sum of shares_g * mean of group g + offset, low, high), from (n, members, outputs).

    z is (n, outputs). Member m is in group floor(m / folds), where folds = members / groups. Each output has an offset
    and a temperature, those of one target the same. The shares start at 1 / groups, the temperatures at 1, the offsets
    at 0 and the bounds at -3e38 and 3e38, so that the answer starts as the mean of all members. These five are
    statistics: no optimizer learns them; they are set after a run, from outputs on rows that were held out. A NaN stays
    one, whatever the bounds.

    A network that ends with it learns an ensemble: each member from its own outputs and the rows that it sees, as if
    this layer were not there, which joins the answers when they are asked for.

    Arguments: `groups`, which must divide the members.

    Source: Breiman, "Stacked regressions", 1996; the temperature: Guo, Pleiss, Sun and Weinberger, "On calibration of
    modern neural networks", 2017, where it divides; the offset: Alexandari, Kundaje and Shrikumar, "Maximum likelihood
    with bias-corrected calibration is hard-to-beat at label shift adaptation", 2020.

    Raises SettingError for groups below 1, ShapeError for inputs of another shape.
    """

    groups: int

    def __post_init__(self) -> None:
        check_whole(self, "groups", 1)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """The statistics `shares` (groups,), and `temperature`, `offset`, `low` and `high` (outputs,)."""
        shape = inputs[0].shape
        members = shape[1] if len(shape) == 3 else 0
        if not isinstance(members, int) or members < 1 or members % self.groups:
            raise ShapeError(
                f"Blend of {self.groups} groups takes inputs of shape (n, members, outputs) where {self.groups} "
                f"divides the members, not {written(shape)}; change groups, or the members of the layer before"
            )
        outputs = self.width(inputs[0])
        return {
            "shares": Statistic((self.groups,), 1 / self.groups),
            "temperature": Statistic((outputs,), 1.0),
            "offset": Statistic((outputs,), 0.0),
            "low": Statistic((outputs,), -FAR),
            "high": Statistic((outputs,), FAR),
        }

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The blend."""
        x = inputs[0]
        rows, members, outputs = x.shape
        means = x.reshape(rows, self.groups, members // self.groups, outputs).mean(2)
        z = own.temperature * (means * own.shares.reshape(1, self.groups, 1)).sum(1) + own.offset
        return maximum(minimum(z, own.high), own.low)
