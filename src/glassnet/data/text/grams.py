"""The words, the pairs of words and the pieces of words that texts are made of, as numbers of 64 bits.

Texts are compared without capitals and without the signs between words. A word, or a piece of 3 or 4 letters with the
ends of words as letters of their own, becomes a number by FNV-1a over its letters (Fowler, Noll and Vo; here a letter
at a time), whose bits the end of MurmurHash3 (Appleby) mixes: the same in every process, on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Short = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

WORD: Final = re.compile(r"\w+")
LONGEST: Final = 1_000  # signs of a text that are looked at
IN_PIECES: Final = 200  # letters of a text whose pieces are looked at
AT_ONCE: Final = 4_096  # texts that are looked at together, to bound the memory
LONGEST_WORD: Final = 40  # letters of a word that are looked at
PIECES: Final = (3, 4)  # letters
OFFSET: Final = np.uint64(0xCBF29CE484222325)
PRIME: Final = np.uint64(0x100000001B3)
MIX: Final = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
SHIFT: Final = np.uint64(33)
BLANK: Final = ord(" ")


@dataclass(frozen=True, eq=False)
class Grams:
    """What texts are made of: `texts` (n,) says which text each part is of, in order, `hashes` (n,) what it is."""

    texts: Whole
    hashes: Hashes

    def buckets(self, count: int) -> Parts:
        """The parts as numbers below `count`, each once a text."""
        places = np.sort(self.texts * count + (self.hashes % np.uint64(count)).astype(np.int64))
        once = places[np.diff(places, prepend=-1) > 0]
        return Parts((once // count).astype(np.int32), (once % count).astype(np.int32))


@dataclass(frozen=True, eq=False)
class Parts:
    """What texts are made of, each part once a text: `texts` (n,) in order, `places` (n,) numbers below a count."""

    texts: Short
    places: Short

    def of_rows(self, codes: Whole) -> tuple[Whole, Whole]:
        """The row and the number of each part that a row's text holds, in the order of rows.

        `codes` (rows,) say which text a row has, -1 for none.
        """
        texts = int(codes.max(initial=-1)) + 1
        first = np.searchsorted(self.texts, np.arange(texts + 1, dtype=np.int32))
        present = np.flatnonzero(codes >= 0)
        own = codes[present]
        lengths = first[own + 1] - first[own]
        rows = np.repeat(present, lengths)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return rows, self.places[np.repeat(first[own], lengths) + within].astype(np.int64)


def parts_of(texts: Sequence[str], count: int) -> tuple[Parts, Parts, Parts]:
    """The words, pairs and pieces of texts as numbers below `count`."""
    found: list[list[Parts]] = [[], [], []]
    for first in range(0, len(texts), AT_ONCE):
        for kind, own in zip(found, grams(texts[first : first + AT_ONCE]), strict=True):
            parts = own.buckets(count)
            kind.append(Parts(parts.texts + np.int32(first), parts.places))
    words, pairs, pieces = map(_joined, found)
    return words, pairs, pieces


def _joined(parts: Sequence[Parts]) -> Parts:
    none = np.zeros(0, np.int32)
    return Parts(np.concatenate([none, *(p.texts for p in parts)]), np.concatenate([none, *(p.places for p in parts)]))


def words_in(text: str) -> list[str]:
    """The words of a text, without capitals.

    >>> words_in("Red wine, 2019 - dry.")
    ['red', 'wine', '2019', 'dry']
    """
    return WORD.findall(text[:LONGEST].casefold())


def grams(texts: Sequence[str]) -> tuple[Grams, Grams, Grams]:
    """The words of texts, the pairs of words that follow each other, and the pieces of words."""
    plain = [f" {' '.join(words_in(text))} " for text in texts]
    letters = np.frombuffer("".join(plain).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    owners = np.repeat(np.arange(len(plain)), [len(each) for each in plain])
    blank = letters == BLANK
    words = _words(letters, owners, blank)
    first = np.arange(len(owners)) - np.searchsorted(owners, owners) < IN_PIECES
    pieces = _pieces(letters[first], owners[first], blank[first])
    return Grams(words.texts, _mixed(words.hashes)), _pairs(words), pieces


def _words(letters: Hashes, owners: Whole, blank: Mask) -> Grams:
    """The words, whose bits are not mixed yet."""
    starts = np.flatnonzero(~blank & np.roll(blank, 1))
    ends = np.flatnonzero(~blank & np.roll(blank, -1)) + 1
    hashes = np.full(len(starts), OFFSET)
    for place in range(min(LONGEST_WORD, int((ends - starts).max(initial=0)))):
        going = np.flatnonzero(starts + place < ends)
        hashes[going] = (hashes[going] ^ letters[starts[going] + place]) * PRIME
    return Grams(owners[starts], hashes)


def _pairs(words: Grams) -> Grams:
    together = words.texts[1:] == words.texts[:-1]
    hashes = (words.hashes[:-1] * PRIME ^ words.hashes[1:]) * PRIME
    return Grams(words.texts[1:][together], _mixed(hashes[together]))


def _pieces(letters: Hashes, owners: Whole, blank: Mask) -> Grams:
    """The pieces, which begin and end within a word of one text or at one of its ends."""
    found = []
    for length in PIECES:
        count = max(0, len(letters) - length + 1)
        hashes, whole = np.full(count, OFFSET), owners[:count] == owners[len(owners) - count :]
        for place in range(length):
            hashes = (hashes ^ letters[place : place + count]) * PRIME
            if 0 < place < length - 1:
                whole &= ~blank[place : place + count]
        found.append((owners[:count][whole], hashes[whole]))
    texts, hashes = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.argsort(texts, kind="stable")
    return Grams(texts[order], _mixed(hashes[order]))


def _mixed(hashes: Hashes) -> Hashes:
    """The end of MurmurHash3 for 64 bits: every bit of the number depends on every other."""
    for factor in MIX:
        hashes = (hashes ^ (hashes >> SHIFT)) * factor
    return hashes ^ (hashes >> SHIFT)
