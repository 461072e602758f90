"""Activation functions of several parts of the last axis, which they bring to the width of one."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.layer import Layer, Own
from glassnet.settings import check_whole

PARTS = 2  # of the functions that are called by their name


def glu(z: Tensor) -> Tensor:
    """a * sigmoid(b), where a is the first half of the last axis and b the second: (n, ..., 2 m) -> (n, ..., m).

    The order is that of PyTorch; Shazeer (2020) writes the gate first. Source: Dauphin, Fan, Auli and Grangier, 2016.
    """
    blocks = _blocks("glu", z, PARTS)
    return blocks[..., 0, :] * f.logistic(blocks[..., 1, :])


def swiglu(z: Tensor) -> Tensor:
    """silu(a) * b, where a is the first half of the last axis and b the second: (n, ..., 2 m) -> (n, ..., m).

    silu(a) is a sigmoid(a). Source: Shazeer, "GLU variants improve transformer", 2020.
    """
    blocks = _blocks("swiglu", z, PARTS)
    a, b = blocks[..., 0, :], blocks[..., 1, :]
    return a * f.logistic(a) * b


def maxout(z: Tensor, pieces: int = PARTS) -> Tensor:
    """The larger of the two halves of the last axis, element by element: (n, ..., 2 m) -> (n, ..., m).

    Halves that tie share the derivative. `Maxout` has another number of pieces. Source: Goodfellow, Warde-Farley,
    Mirza, Courville and Bengio, 2013.
    """
    return _blocks("maxout", z, pieces).max(-2)


def _blocks(function: str, z: Tensor, pieces: int) -> Tensor:
    """The last axis cut into equal blocks: (n, ..., pieces m) -> (n, ..., pieces, m)."""
    width = z.shape[-1] if z.ndim > 1 else 0
    if not isinstance(width, int) or width == 0 or width % pieces:
        expected = f"(n, ..., features) with a multiple of {pieces} features"
        raise z.tape.located(ShapeError(f"{function} takes inputs of shape {expected}, not {written(z.shape)}"))
    return z.reshape(*z.shape[:-1], pieces, width // pieces)


@dataclass(frozen=True, eq=False)
class Maxout(Layer):
    """max(z_1, ..., z_k), element by element, over the k = `pieces` equal parts of the last axis.

    Shapes: (n, ..., k m) -> (n, ..., m). Each part is a block of m neighbouring features. Parts that tie share the
    derivative. Source: Goodfellow, Warde-Farley, Mirza, Courville and Bengio, 2013.
    Raises SettingError unless there are at least two pieces, and ShapeError where the axis cannot be cut so.
    """

    pieces: int = PARTS

    def __post_init__(self) -> None:
        check_whole(self, "pieces", 2)

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The largest of the parts."""
        return maxout(inputs[0], self.pieces)
