"""A column of free text as a fixed number of columns: its words by their hash, with a sign that the hash has too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.encoders import Array, Values, flag, gap_notes
from glassnet.data.encode.free_text import Texts
from glassnet.data.encode.gram_targets import rows_of
from glassnet.data.encode.scale import Doubles
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column
from glassnet.data.text.grams import Grams

WIDTH: Final = 256  # columns of a text
SIGN: Final = np.uint64(1 << 63)  # the bit of a hash that says the sign


@dataclass(frozen=True)
class HashedText:
    """Free text: x_j = sum over its words w with h(w) = j of s(w) / sqrt(k), for its k distinct words.

    h is the hash of a word modulo 256 and s a sign, so that words which share a column do not add up on average
    (Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature hashing for large scale multitask learning", 2009).
    Nothing is learnt but whether there were gaps, which then have a flag.
    """

    schema: ColumnSchema
    flagged: bool

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column, source: str, weights: Doubles | None = None) -> HashedText:
        """The encoder for the training rows."""
        return cls(schema, bool((Texts.of(column).codes < 0).any()))

    @property
    def features(self) -> tuple[str, ...]:
        """The columns by number, and the flag."""
        name = self.schema.name
        return (*(f"{name} words {place}" for place in range(WIDTH)), *flag(name, flagged=self.flagged))

    def read(self, column: Column, source: str) -> Values:
        """The texts, and a note on gaps."""
        texts = Texts.of(column)
        stand_in = "taken as without words"
        return Values(texts, gap_notes(self.schema.name, texts.codes < 0, flagged=self.flagged, stand_in=stand_in))

    def write(self, texts: Texts, into: Array) -> None:
        """The hashed words, 0 where there is no text; then 1 where there is none, else 0."""
        words = texts.parts[0]
        rows, places = rows_of(_signed(words), texts.codes)
        held = np.sqrt(np.maximum(np.bincount(rows, minlength=len(texts)), 1))
        into[:, :WIDTH] = 0
        np.add.at(into, (rows, places >> 1), (1 - 2 * (places & 1)) / held[rows])
        if self.flagged:
            into[:, WIDTH] = texts.codes < 0

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {"flagged": self.flagged}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> HashedText:
        """The encoder that `to_json` wrote."""
        return cls(schema, document["flagged"])


def _signed(words: Grams) -> Grams:
    """The distinct words of each text, as 2 j for column j and the sign +, 2 j + 1 for the sign -."""
    order = np.lexsort((words.hashes, words.texts))
    texts, hashes = words.texts[order], words.hashes[order]
    first = np.ones(len(texts), np.bool_)
    first[1:] = (texts[1:] != texts[:-1]) | (hashes[1:] != hashes[:-1])
    places = 2 * (hashes % np.uint64(WIDTH)) + (hashes & SIGN > 0)
    return Grams(texts[first], places[first])
