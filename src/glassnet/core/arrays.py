"""Arrays for vector code: NumPy begins its own at any multiple of 16 bytes."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array

LINE: Final = 64  # bytes that a cache moves together, and the longest vector that a processor loads at once


def aligned(shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """An array of zeros that begins where a cache line does.

    A vector that crosses from line to line counts as two: measured, a step of training whose weights lay so took a
    fifth longer.

    >>> aligned((3, 5), "float32").ctypes.data % LINE
    0
    """
    kind = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
    raw = np.zeros(size + LINE, np.uint8)
    begin = -raw.ctypes.data % LINE
    return raw[begin : begin + size].view(kind).reshape(shape)
