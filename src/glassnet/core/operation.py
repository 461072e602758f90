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
    from glassnet.core.body import TraceDelta
    from glassnet.core.tape import Tape
    from glassnet.core.tensor import Tensor

Array: TypeAlias = npt.NDArray[Any]
DType: TypeAlias = str
Kind: TypeAlias = Literal["leaf", "elementwise", "reduction", "view", "placement", "other"]

FLOATS = ("float32", "float64")
DTYPES = (*FLOATS, "int32", "int64", "uint32", "bool")
NAMES = {np.dtype(name): name for name in DTYPES}


class Shaped(Protocol):
    """Anything with a shape and a dtype: a call on a tape, or a tensor."""

    @property
    def shape(self) -> Shape:
        """The extents of its axes."""

    @property
    def dtype(self) -> DType:
        """The name of its dtype."""


Infer: TypeAlias = Callable[..., tuple[Shape, DType]]
Evaluate: TypeAlias = Callable[..., Any]  # an array, but for a scan, whose trace holds several
Derivative: TypeAlias = "Callable[..., Sequence[Tensor | TraceDelta | None]]"


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
        """Record a call of this operation on the tape of its operands, the innermost where a scan's step uses others.

        Raises TypeError for an operand that is no tensor.
        """
        for operand in operands:
            if not hasattr(operand, "tape"):
                raise TypeError(f"{self.name}: {operand!r} is no tensor; record it with tape.constant or x.lift first")
        tape = max([operand.tape for operand in operands], key=_depth)
        return tape.record(self, operands, attributes)


def _depth(tape: Tape) -> int:
    return tape.depth


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
    if isinstance(dtype, str) and dtype in DTYPES:
        return dtype
    try:
        name = NAMES.get(np.dtype(dtype).newbyteorder("="))
    except TypeError:
        name = None
    if name is None:
        raise DTypeError(f"dtype {str(dtype)!r}: expected one of {', '.join(DTYPES)}")
    return name


def holds(dtype: DType, array: Array) -> bool:
    """Whether numbers keep their meaning in a dtype: a float may be rounded, but not become infinite."""
    kind = array.dtype.kind
    if dtype == "bool":
        return kind == "b"
    if dtype in FLOATS:
        if kind != "f" or array.dtype == dtype:
            return kind in "biuf"
        with np.errstate(over="ignore"):
            return bool((np.isinf(array.astype(dtype)) == np.isinf(array)).all())
    limits = np.iinfo(dtype)
    return kind in "biu" and (array.size == 0 or bool(array.min() >= limits.min and array.max() <= limits.max))
