"""What an operation is, and the one registry of them.

An operation is a record of its name, its rule for shapes and dtypes, its meaning in NumPy and its derivative, which is
written in operations too. An engine needs nothing else: `reference` calls `evaluate`, the others hold one rule an
operation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.core.extent import Shape
from glassnet.errors import DTypeError

if TYPE_CHECKING:
    from glassnet.core.tensor import Tensor

Array: TypeAlias = npt.NDArray[Any]
DType: TypeAlias = str
Kind: TypeAlias = Literal["leaf", "elementwise", "reduction", "view", "placement", "other"]

FLOATS = ("float32", "float64")
DTYPES = (*FLOATS, "int32", "int64", "uint32", "bool")


class Shaped(Protocol):
    """Anything with a shape and a dtype: a call on a tape, or a tensor."""

    @property
    def shape(self) -> Shape:
        """The extents of its axes."""

    @property
    def dtype(self) -> DType:
        """The name of its dtype."""


Infer: TypeAlias = Callable[..., tuple[Shape, DType]]
Evaluate: TypeAlias = Callable[..., Array]
Derivative: TypeAlias = "Callable[..., Sequence[Tensor | None]]"


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One primitive operation.

    `infer(*operands, **attributes)` gives the shape and dtype of the result; it raises ShapeError or DTypeError for
    operands that do not fit. `evaluate(*arrays, **attributes)` is its
    meaning in NumPy; leaves have none. `derivative(delta, y, *operands, **attributes)` gives for each operand the delta
    of the loss with respect to it (`None` where there is none), from the delta of the result `y`, as tensors on the
    same tape.
    """

    name: str
    kind: Kind
    infer: Infer
    evaluate: Evaluate | None
    derivative: Derivative | None

    def __repr__(self) -> str:
        return self.name

    def __call__(self, *operands: Tensor, **attributes: Any) -> Tensor:
        """Record a call of this operation on the tape of its operands."""
        return operands[0].tape.record(self, operands, attributes)


_OPERATIONS: dict[str, Operation] = {}


def define(
    name: str, kind: Kind, infer: Infer, evaluate: Evaluate | None = None, derivative: Derivative | None = None
) -> Operation:
    """Enter an operation in the registry and return it."""
    if name in _OPERATIONS:
        raise ValueError(f"an operation called {name!r} is defined already")
    operation = _OPERATIONS[name] = Operation(name, kind, infer, evaluate, derivative)
    return operation


def operations() -> Mapping[str, Operation]:
    """Every operation, by name."""
    return dict(_OPERATIONS)


def as_dtype(dtype: Any) -> DType:
    """The name of a dtype that operations know.

    Raises DTypeError for any other.
    """
    try:
        name = str(np.dtype(dtype).name)
    except TypeError:
        name = str(dtype)
    if name not in DTYPES:
        raise DTypeError(f"dtype {name!r}: expected one of {', '.join(DTYPES)}")
    return name
