"""A recurrent layer run in both directions of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError
from glassnet.nn.layer import Layer, Own, Parameter, Statistic
from glassnet.nn.recurrent.recurrent import Recurrent

DIRECTIONS = ("forward", "backward")


@dataclass(frozen=True, eq=False)
class Bidirectional(Layer):
    """A recurrent layer run from the first step to the last, and another like it from the last to the first.

    Their states stand side by side, the forward one first: (n, 2 units), each where its direction ends, the backward
    one therefore at the first step; with `sequences` of the layer (n, time, 2 units), both at the same step. Each has
    weights of its own, such as `forward_weights` and `backward_weights`. A backward run starts at each row's true end.
    PyTorch, Keras and cuDNN put them side by side in this order too.

    Source: Schuster and Paliwal, "Bidirectional recurrent neural networks", 1997.
    """

    layer: Recurrent

    def __post_init__(self) -> None:
        if not isinstance(self.layer, Recurrent):
            raise SettingError(f"Bidirectional: layer={self.layer!r}, expected a recurrent layer, such as gn.LSTM(32)")
        if self.layer.stateful:
            raise SettingError(
                f"Bidirectional: layer={self.layer!r}: a run from the end of a sequence has no state to go on from; "
                f"leave stateful out"
            )

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter | Statistic]:
        """Those of the layer, once for each direction."""
        declared = self.layer.parameters(*inputs)
        return {f"{way}_{name}": parameter for way in DIRECTIONS for name, parameter in declared.items()}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The states of both directions."""
        x, mask = inputs[0], own.mask(inputs[0])
        states = []
        for way in DIRECTIONS:
            weights = {name: getattr(own, f"{way}_{name}") for name in self.layer.parameters(x)}
            states.append(self.layer.over(x, weights, mask, reverse=way == "backward"))
        return f.concatenate(states)
