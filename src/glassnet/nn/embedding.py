"""The embedding layer: a row of learnt numbers for each level of a category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from glassnet.core import functions as f
from glassnet.core.operation import FLOATS, Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import DTypeError
from glassnet.nn.initializers import Floats, Initializer, Normal, as_initializer
from glassnet.nn.layer import Layer, Own, Parameter
from glassnet.settings import check_flag, check_whole


@dataclass(frozen=True, eq=False)
class FirstRowZero(Initializer):
    """The values of another initializer, with zeros in the first row."""

    others: Initializer

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        values = self.others.values(shape, seed, name)
        values[0] = 0
        return values

    def replaced(self, other: Initializer) -> Initializer:
        """The other rule, with zeros in the first row too."""
        return replace(self, others=other)


@dataclass(frozen=True, eq=False)
class Embedding(Layer):
    """The row of a table for each whole number from 0 to `levels` - 1: (n, ...) -> (n, ..., outputs).

    The table, `weights` (levels, outputs), starts normal with standard deviation 0.1 unless `initializer` says
    otherwise. With `unseen`, row 0 stands for what was never seen and starts at 0: it then adds nothing to what is
    known, unless training rows move it. First in a list of layers, it has the network take whole numbers, sequences of
    them too: lists of unequal length. Raises SettingError for a setting out of its range.
    """

    levels: int
    outputs: int
    initializer: Initializer | str | None = None
    unseen: bool = False

    def __post_init__(self) -> None:
        check_whole(self, "levels", 1)
        check_whole(self, "outputs", 1)
        check_flag(self, "unseen")
        given = self.initializer
        object.__setattr__(self, "initializer", None if given is None else as_initializer(given))

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`weights` (levels, outputs)."""
        start = self.initializer or Normal(0.1)
        assert isinstance(start, Initializer)
        start = FirstRowZero(start) if self.unseen else start
        return {"weights": Parameter((self.levels, self.outputs), start, decay=False)}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The rows of the table; raises DTypeError for numbers that are not whole by their dtype."""
        if inputs[0].dtype in FLOATS:
            raise own.weights.tape.located(
                DTypeError(
                    f"Embedding takes whole numbers, not {inputs[0].dtype}; put it first in a list of layers, or feed "
                    f"it from an input of whole numbers, such as gn.Input(3, dtype='int64')"
                )
            )
        return f.gather(own.weights, inputs[0], axis=0)
