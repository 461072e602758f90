"""Dropout in an ensemble: each member has a rate of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from glassnet.core.extent import written
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.dropout import thinned
from glassnet.nn.layer import Layer, Own, Part
from glassnet.nn.packed import by_member
from glassnet.settings import check_numbers


@dataclass(frozen=True, eq=False)
class PackedDropout(Layer):
    """Dropout for inputs (n, members, features), each member with a rate of its own.

    An input of member m becomes 0 with probability rate_m, and x / (1 - rate_m) otherwise; when predicting it passes
    unchanged, and so it does for a member whose rate is 0. The choice is drawn anew in each step, from the seed.
    PyTorch and Keras have one rate for a layer.

    Arguments: `rates`, in [0, 1), one number for all members or one for each.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, 2014.

    Raises SettingError for a rate out of its range, ShapeError for inputs of another shape, or of other members than
    there are rates.
    """

    rates: float | Sequence[float]

    def __post_init__(self) -> None:
        check_numbers(self, "rates", "[0, 1)")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """None; the shape of the inputs is looked at."""
        shape = inputs[0].shape
        members = len(self.rates) if isinstance(self.rates, tuple) else None
        if len(shape) != 3 or members not in (None, shape[1]):
            raise ShapeError(
                f"PackedDropout takes inputs of shape (n, {members or 'members'}, features), not {written(shape)}; "
                f"give one rate, or one for each member"
            )
        return {}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The input, some of it left out while training; members first, as a packed layer computes them."""
        rates = by_member(self.rates, 3)
        if not rates.any() or not own.training:
            return inputs[0]
        x = inputs[0].transpose(1, 0, 2)
        return thinned(x, own.uniform(x.shape) < rates, rates).transpose(1, 0, 2)
