"""A column of free text as a fixed number of columns: its words by their hash, with a sign that the hash has too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.encoders import Array, Values, flag, gap_notes
from glassnet.data.encode.free_text import Texts
from glassnet.data.encode.scale import Doubles
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column

WIDTH: Final = 256  # columns of a text


@dataclass(frozen=True)
class HashedText:
    """Free text: x_j = sum over its words w with h(w) = j of s(w) / sqrt(k), for its k distinct words.

    The hash of a word modulo 512 is 2 h for the sign s = 1 and 2 h + 1 for -1. Words that share a column so do not add
    up on average (Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature hashing for large scale multitask
    learning", 2009).
    Nothing is learnt but whether there were gaps, which then have a flag.
    """

    schema: ColumnSchema
    flagged: bool

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column, source: str, weights: Doubles | None = None) -> HashedText:
        """The encoder for the training rows."""
        return cls(schema, bool((Texts.of(column, 2 * WIDTH).codes < 0).any()))

    @property
    def features(self) -> tuple[str, ...]:
        """The columns by number, and the flag."""
        name = self.schema.name
        return (*(f"{name} words {place}" for place in range(WIDTH)), *flag(name, flagged=self.flagged))

    def read(self, column: Column, source: str) -> Values:
        """The texts, and a note on gaps."""
        texts = Texts.of(column, 2 * WIDTH)
        stand_in = "taken as without words"
        return Values(texts, gap_notes(self.schema.name, texts.codes < 0, flagged=self.flagged, stand_in=stand_in))

    def write(self, texts: Texts, into: Array) -> None:
        """The hashed words, 0 where there is no text; then 1 where there is none, else 0."""
        rows, places = texts.parts[0].of_rows(texts.codes)
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
