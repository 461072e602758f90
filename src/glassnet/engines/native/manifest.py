"""What there is to know about a compiled program beside its code: what lies in memory, where, and for how long.

It is all that the host needs to run the code, and is kept with it: the loop nests need not be made again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from glassnet.core.arrays import aligned
from glassnet.core.extent import Extent, Size, bind
from glassnet.core.operation import DTYPES, Array, DType

if TYPE_CHECKING:  # who runs code needs nothing of what made it
    from glassnet.engines.native.nests import Role

MARK: Final = b"glassnet manifest 1\n"
LENGTH: Final = 8  # bytes in which the length of the text stands


class Held(NamedTuple):
    """A buffer: its elements, what it holds, and from which phase to which it lives, where its memory is shared.

    `pieces` are the steps of a scan and how many of them make a piece: then it has `size` elements for each piece.
    """

    size: Size
    dtype: DType
    role: Role
    name: str
    span: tuple[int, int] | None
    pieces: tuple[Size, int] | None = None

    def bytes_for(self, sizes: Mapping[str, int]) -> int:
        """The bytes of all its elements, for sizes of the symbols."""
        elements: int = bind(self.size, sizes)
        if self.pieces is not None:
            steps, keep = bind(self.pieces, sizes)
            elements *= -(-steps // keep)
        return elements * np.dtype(self.dtype).itemsize


class Fault(NamedTuple):
    """The slot where code notes an index outside its table; which layer and operation, and the size of the table."""

    slot: int
    where: str
    size: Size


@dataclass(frozen=True, eq=False)
class Manifest:
    """The buffers of a program, each at its slot in the table of addresses, and what else its code asks for.

    `outputs` has the slots of the outputs by name, `constants` the arrays that lie beside the code by slot. `entries`
    are the functions that the code has, `products` the dtypes whose library of products it calls.
    """

    held: tuple[Held, ...]
    outputs: Mapping[str, int]
    faults: tuple[Fault, ...]
    constants: Mapping[int, Array]
    entries: tuple[str, ...]
    products: tuple[DType, ...]

    def slots(self, role: Role) -> dict[str, int]:
        """The slots of the buffers of a role, by their names."""
        return {held.name: slot for slot, held in enumerate(self.held) if held.role == role}

    @property
    def spans(self) -> dict[int, tuple[int, int]]:
        """From which phase to which the buffers live that share memory, by their slots."""
        return {slot: held.span for slot, held in enumerate(self.held) if held.span is not None}

    # -- as bytes --------------------------------------------------------------------------------------------------
    def to_bytes(self) -> bytes:
        """All of it, as `from_bytes` reads it: a mark, the length of a JSON text, the text, the constants."""
        told = {
            "held": [[_size(held.size), *held[1:5], held.pieces and _pieces(*held.pieces)] for held in self.held],
            "outputs": dict(self.outputs),
            "faults": [[fault.slot, fault.where, _size(fault.size)] for fault in self.faults],
            "constants": list(self.constants),
            "entries": self.entries,
            "products": self.products,
        }
        text = json.dumps(told).encode()
        constants = [array.tobytes() for array in self.constants.values()]
        return b"".join([MARK, len(text).to_bytes(LENGTH, "little"), text, *constants])

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """What `to_bytes` wrote; raises ValueError for anything else."""
        begin = len(MARK) + LENGTH
        if not content.startswith(MARK):
            raise ValueError("no manifest, or one of another version of its layout")
        end = begin + int.from_bytes(content[len(MARK) : begin], "little")
        try:
            return _manifest(json.loads(content[begin:end]), memoryview(content)[end:])
        except (LookupError, TypeError, AttributeError, ArithmeticError) as error:
            raise ValueError(f"a damaged manifest: {error!r}") from error


def _manifest(told: Any, raw: memoryview) -> Manifest:
    """The manifest of a JSON text and the bytes of the constants; ValueError where it contradicts itself."""
    held = tuple(_held(*each) for each in told["held"])
    faults = tuple(Fault(slot, str(where), _as_size(size)) for slot, where, size in told["faults"])
    outputs = {str(name): slot for name, slot in told["outputs"].items()}
    constants: dict[int, Array] = {}
    for slot in told["constants"]:
        constants[slot] = aligned(bind(held[slot].size, {}), held[slot].dtype)
        size = constants[slot].nbytes
        constants[slot].view(np.uint8)[...] = np.ndarray(size, np.uint8, raw)
        raw = raw[size:]
    named = [*outputs.values(), *(fault.slot for fault in faults)]
    if raw or any(type(slot) is not int or held[slot].span is None or slot < 0 for slot in named):
        raise ValueError("a damaged manifest")
    return Manifest(held, outputs, faults, constants, tuple(told["entries"]), tuple(told["products"]))


def _held(size: Any, dtype: DType, role: Role, name: str, span: list[int] | None, pieces: list[Any] | None) -> Held:
    if dtype not in DTYPES:
        raise ValueError(f"a damaged manifest: a buffer {name!r} of dtype {dtype!r}")
    life = None if span is None else (int(span[0]), int(span[1]))
    return Held(_as_size(size), dtype, role, name, life, None if pieces is None else _as_pieces(*pieces))


# -- sizes -------------------------------------------------------------------------------------------------------------
def _size(size: Size) -> Any:
    """A size in JSON: a number, or a factor and its symbols."""
    return [size.factor, *size.symbols] if isinstance(size, Extent) else size


def _as_size(told: Any) -> Size:
    """A size from JSON."""
    if isinstance(told, list):
        factor, *symbols = told
        return Extent(int(factor), tuple(map(str, symbols)))
    return int(told)


def _pieces(steps: Size, keep: int) -> Any:
    """The steps of a scan and of its pieces in JSON."""
    return [_size(steps), keep]


def _as_pieces(steps: Any, keep: Any) -> tuple[Size, int]:
    """The steps of a scan and of its pieces from JSON."""
    return _as_size(steps), int(keep)
