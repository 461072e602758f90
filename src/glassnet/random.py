"""Random numbers that depend on nothing but a seed, a name and a counter.

Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011) maps a counter of
four words and a key of two to four random words. There is no state to save and no order of calls to keep: the same
seed, stream and counter give the same bits on every machine. NumPy's generators are not used, since their streams may
change between releases.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError

Words = npt.NDArray[np.uint32]

LARGEST_SEED = 2**32 - 1
ROUNDS = 10
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = 0x9E3779B9, 0xBB67AE85
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
PIECE = 8192  # numbers worked on at once: what they pass through on the way then stays in a core's own cache


def philox(counter: Sequence[Any], key: tuple[int, int]) -> tuple[Words, Words, Words, Words]:
    """Philox 4x32-10: four random words for each counter.

    `counter` is four integers or integer arrays that broadcast together, each taken modulo 2^32, the least significant
    word first; `key` is two integers below 2^32.

    >>> [f"{int(word):08x}" for word in philox((0, 0, 0, 0), (0, 0))]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    c0, c1, c2, c3 = (word & LOW for word in np.broadcast_arrays(*[np.asarray(c, np.uint64) for c in counter]))
    k0, k1 = key
    for _ in range(ROUNDS):
        product0, product1 = c0 * MULTIPLIERS[0], c2 * MULTIPLIERS[1]
        c0, c1 = (product1 >> HALF) ^ c1 ^ np.uint64(k0), product1 & LOW
        c2, c3 = (product0 >> HALF) ^ c3 ^ np.uint64(k1), product0 & LOW
        k0, k1 = (k0 + WEYL[0]) & LARGEST_SEED, (k1 + WEYL[1]) & LARGEST_SEED
    return c0.astype(np.uint32), c1.astype(np.uint32), c2.astype(np.uint32), c3.astype(np.uint32)


def stream(name: str) -> int:
    """The number of a named stream: the second word of its key.

    >>> stream("dropout_1")
    128537145
    """
    return zlib.crc32(name.encode())


def as_seed(seed: int | None) -> int:
    """`seed` checked, or one drawn by the operating system where it is None.

    Raises SettingError unless it is a whole number from 0 to 2^32 - 1.
    """
    if seed is None:
        return int.from_bytes(os.urandom(4), "little")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed <= LARGEST_SEED:
        raise SettingError(f"seed={seed!r}: expected a whole number from 0 to {LARGEST_SEED}, or None for a random one")
    return int(seed)


def bits(seed: int, name: str, count: int, *, counter: tuple[int, int] = (0, 0)) -> Words:
    """`count` random words of the stream `name`; `counter` is a 64-bit place in it, low word first."""
    blocks, key = -(-count // 4), (seed, stream(name))
    words = np.empty((blocks, 4), np.uint32)
    for begin in range(0, blocks, PIECE):
        piece = words[begin : begin + PIECE]
        for place, drawn in enumerate(philox((np.arange(begin, begin + len(piece)), 0, *counter), key)):
            piece[:, place] = drawn
    return words.reshape(-1)[:count]


def uniform(seed: int, name: str, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Numbers drawn evenly from the open interval (0, 1), each with 32 random bits."""
    numbers = bits(seed, name, int(np.prod(shape, dtype=np.int64))).astype(np.float64)
    numbers += 0.5
    numbers *= 2.0**-32
    return numbers.reshape(shape)


def normal(seed: int, name: str, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Numbers drawn from the standard normal distribution (Box and Muller, 1958)."""
    count = int(np.prod(shape, dtype=np.int64))
    numbers = uniform(seed, name, (2, -(-count // 2)))
    for begin in range(0, numbers.shape[1], PIECE):
        first, second = pair = numbers[:, begin : begin + PIECE]
        radius, angle = np.sqrt(-2 * np.log(first)), 2 * np.pi * second
        pair[0], pair[1] = radius * np.cos(angle), radius * np.sin(angle)
    return numbers.reshape(-1)[:count].reshape(shape)


def permutation(seed: int, name: str, count: int, *, epoch: int = 0) -> npt.NDArray[np.int64]:
    """The numbers 0 to `count` - 1 in an order fixed by seed, name and epoch: a stable sort of random words."""
    words = bits(seed, name, count, counter=(epoch & LARGEST_SEED, epoch >> 32))
    # By the low half and then by the high one: NumPy counts words of 16 bits, which takes a quarter of the time.
    low = np.argsort(words.astype(np.uint16), kind="stable")
    high = (words >> np.uint32(16)).astype(np.uint16)
    return low[np.argsort(high[low], kind="stable")].astype(np.int64, copy=False)
