"""The safetensors layout: eight bytes of length, a JSON header, then the arrays' bytes without a gap.

::

    8 bytes   the header's length, an unsigned little-endian integer
    header    {"__metadata__": {text: text}, array name: {"dtype", "shape", "data_offsets": [begin, end]}, ...}
    data      each array, little-endian, in C order; offsets count from the first byte after the header

The header of a file from elsewhere may promise anything. It is checked against the file's length before a byte is
allocated for an array. It is written here, and not by the safetensors package, because that package writes the
metadata in another order in each process, and equal networks should give equal files.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

import numpy as np
import numpy.typing as npt

from glassnet.errors import ModelFileError

LENGTH = struct.Struct("<Q")
LARGEST_HEADER = 100_000_000  # the limit of the safetensors package
LARGEST_SIZE = 2**63 - 1
LARGEST_RANK = 32
METADATA = "__metadata__"
FIELDS = {"dtype", "shape", "data_offsets"}

DTYPES: Mapping[str, np.dtype[Any]] = {
    "BOOL": np.dtype("?"),
    **{f"U{8 * size}": np.dtype(f"<u{size}") for size in (1, 2, 4, 8)},
    **{f"I{8 * size}": np.dtype(f"<i{size}") for size in (1, 2, 4, 8)},
    **{f"F{8 * size}": np.dtype(f"<f{size}") for size in (2, 4, 8)},
}
CODES: Mapping[np.dtype[Any], str] = {dtype: code for code, dtype in DTYPES.items()}


class DamageError(ModelFileError):
    """What is wrong inside a file; whoever opened it adds the file's name and what to do."""


@dataclass(frozen=True)
class Place:
    """Where one array lies: `begin` and `end` count bytes from the end of the header."""

    begin: int
    end: int
    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


def encode(arrays: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """The length and the header of a file that holds `arrays` in their order, one behind the other."""
    header: dict[str, Any] = {METADATA: dict(metadata)}
    begin = 0
    for name, array in arrays.items():
        end = begin + array.nbytes
        header[name] = {"dtype": CODES[array.dtype], "shape": list(array.shape), "data_offsets": [begin, end]}
        begin = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % LENGTH.size)  # so that the data begins at a multiple of 8
    return LENGTH.pack(len(text)) + text


def decode(file: BinaryIO, size: int) -> tuple[dict[str, str], dict[str, Any]]:
    """The metadata and the entries of the arrays, these not yet checked; `file` is left at its first byte of data.

    `file` stands at its beginning and has `size` bytes. Raises DamageError where this is no safetensors header.
    """
    start = file.read(LENGTH.size)
    if len(start) < LENGTH.size:
        raise DamageError("it ends before its header begins")
    (length,) = LENGTH.unpack(start)
    if length > size - LENGTH.size:
        raise DamageError(f"its header should have {length:,} bytes, but only {size - LENGTH.size:,} follow")
    if length > LARGEST_HEADER:
        raise DamageError(f"its header has {length:,} bytes, more than the {LARGEST_HEADER:,} that the format allows")
    entries = parse(file.read(length), "header")
    metadata = entries.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise DamageError("the metadata in its header are not texts by name")
    return metadata, entries


def parse(text: bytes | str, part: str) -> dict[str, Any]:
    """The JSON object in `text`, strictly: UTF-8, no name twice, no NaN; `part` says in errors what part this is."""
    try:
        text = text.decode() if isinstance(text, bytes) else text
        document = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    except RecursionError:
        raise DamageError(f"its {part} is nested too deeply") from None
    except ValueError as error:  # from JSON, from UTF-8, or from a number of thousands of digits
        raise DamageError(f"its {part} is not valid JSON ({error})") from None
    if not isinstance(document, dict):
        raise DamageError(f"its {part} is not a JSON object")
    return document


def places(entries: Mapping[str, Any], length: int) -> list[Place]:
    """Where each array lies, in the order of the data; together they fill its `length` bytes exactly.

    Raises DamageError where they overlap, leave a gap or lie outside, or where shape and bytes disagree.
    """
    found = sorted((_place(name, entry) for name, entry in entries.items()), key=lambda place: (place.begin, place.end))
    end = 0
    for place in found:
        if place.begin != end:
            raise DamageError(
                f"its array {short(place.name)} begins at byte {place.begin:,} of the data, not at {end:,}"
            )
        end = place.end
    if end > length:
        raise DamageError(f"it is cut off: its arrays take {end:,} bytes, but only {length:,} follow the header")
    if end < length:
        raise DamageError(f"{length - end:,} bytes at its end belong to no array")
    return found


def short(name: str) -> str:
    """`name` quoted, cut where it is long: a hostile file must not fill the screen."""
    return repr(name if len(name) <= 80 else name[:77] + "...")


def _place(name: str, entry: object) -> Place:
    """The entry of one array, checked by itself."""
    if not isinstance(entry, dict) or entry.keys() != FIELDS:
        raise DamageError(f"the entry of its array {short(name)} lacks dtype, shape or data_offsets, or has more")
    dtype = DTYPES.get(entry["dtype"]) if isinstance(entry["dtype"], str) else None
    if dtype is None:
        raise DamageError(f"its array {short(name)} has the unknown dtype {short(str(entry['dtype']))}")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not _sizes(shape) or len(shape) > LARGEST_RANK:
        raise DamageError(f"its array {short(name)} has a shape that no array can have")
    if not _sizes(offsets) or len(offsets) != 2:
        raise DamageError(f"its array {short(name)} has data_offsets that are not two places in the file")
    # NumPy multiplies the extents that are not 0, even where one of them is.
    if math.prod(extent for extent in shape if extent) * dtype.itemsize > LARGEST_SIZE:
        raise DamageError(f"its array {short(name)} has a shape too large for any memory")
    if offsets[1] - offsets[0] != math.prod(shape) * dtype.itemsize:
        raise DamageError(f"its array {short(name)} has a shape and a number of bytes that disagree")
    return Place(offsets[0], offsets[1], name, dtype, tuple(shape))


def _sizes(values: object) -> bool:
    """Whether `values` is a list of whole numbers that can count bytes."""
    return isinstance(values, list) and all(type(value) is int and 0 <= value <= LARGEST_SIZE for value in values)


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names occur once each: readers disagree about which of two counts."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the name {short(name)} occurs twice")
        found[name] = value
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON number")
