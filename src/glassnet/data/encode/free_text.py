"""A column of free text for an ensemble: what the target was where its words, pairs and pieces of words stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.cut import Cut
from glassnet.data.encode.encoders import Array, Values, flag, gap_notes
from glassnet.data.encode.gram_targets import GramTargets, buckets_for
from glassnet.data.encode.mixed import Mixing, alone
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole
from glassnet.data.schema.categories import as_text
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column, counted
from glassnet.data.text.distinct import Distinct
from glassnet.data.text.grams import Parts, parts_of

PARTS: Final = ("words", "pairs", "pieces")


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts of rows: what each distinct one is made of, by the kind of parts, and which one each row holds.

    `codes` (rows,) are -1 where a row holds none.
    """

    parts: tuple[Parts, ...]
    codes: Whole

    @classmethod
    def of(cls, column: Column, count: int) -> Texts:
        """The texts of a column of any kind, as they are written, with parts as numbers below `count`."""
        distinct = Distinct.of(as_text(column))
        return cls(parts_of(distinct.texts, count), distinct.codes)

    @property
    def lengths(self) -> Doubles:
        """The square root of how many words each row's text has, each word once; 0 where there is none."""
        words = np.bincount(self.parts[0].texts, minlength=int(self.codes.max(initial=-1)) + 1)
        lengths: Doubles = np.sqrt(np.append(words, 0)[self.codes])
        return lengths

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, eq=False)
class FreeText:
    """Free text: the scores of its words, of its pairs of words and of its pieces, its length, and a flag of gaps.

    A row that was learnt from has the scores that the other folds give; one without a text has 0 in all. The length is
    the square root of how many words there are; files of before it was looked at have none.
    """

    schema: ColumnSchema
    targets: tuple[GramTargets, ...]
    length: Cut | None
    flagged: bool

    @classmethod
    def fit(
        cls, schema: ColumnSchema, column: Column, targets: Doubles, folds: Whole, weights: Doubles | None = None
    ) -> FreeText:
        """The encoder for the training rows; `targets`, `folds` and `weights` as those of `LevelTargets.fit`."""
        texts = Texts.of(column, buckets_for(targets.shape[1]))
        own = tuple(GramTargets.fit(each, texts.codes, targets, folds, weights) for each in texts.parts)
        there = texts.codes >= 0
        own_weights = None if weights is None else weights[there]
        length = Cut.of(texts.lengths[there], own_weights, binned=False) if there.any() else None
        return cls(schema, own, length, not there.all())

    @property
    def features(self) -> tuple[str, ...]:
        """The scores by words, by pairs and by pieces, then the length and the flag."""
        name = self.schema.name
        named = zip(PARTS, self.targets, strict=True)
        length = () if self.length is None else self.length.features(f"length of {name}")
        return (*(own for part, each in named for own in each.features(f"{part} of {name}")), *length, *self._flag)

    @property
    def _flag(self) -> tuple[str, ...]:
        return flag(self.schema.name, flagged=self.flagged)

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each feature whether it is no bin."""
        length = () if self.length is None else self.length.linear
        return (True,) * self.scored + length + (True,) * len(self._flag)

    @property
    def scored(self) -> int:
        """How many of the features, the first ones, are scores."""
        return sum(len(each.linear) for each in self.targets)

    def read(self, column: Column, source: str) -> Values:
        """The texts, and notes on those in which nothing was seen before, and on gaps."""
        texts = Texts.of(column, self.targets[0].buckets)
        notes = gap_notes(self.schema.name, texts.codes < 0, flagged=self.flagged, stand_in="taken as without words")
        known = np.zeros(int(texts.codes.max(initial=-1)) + 1, np.bool_)
        known[self.targets[0].known(texts.parts[0])] = True
        if strange := int((~known)[texts.codes[texts.codes >= 0]].sum()):
            what = counted(strange, "text holds", "texts hold")
            notes.append(f"{self.schema.name}: {what} no word that was seen when learnt")
        return Values(texts, notes)

    def scores(self, texts: Texts, folds: Whole | None = None) -> Doubles:
        """The scores as they are, (rows, scores)."""
        each = zip(self.targets, texts.parts, strict=True)
        return np.concatenate([own.scores(parts, texts.codes, folds) for own, parts in each], axis=1)

    def write(self, texts: Texts, into: Array, folds: Whole | None = None) -> None:
        """The scores as the fold of each row may see them, the length, then 1 where there is no text, else 0."""
        place = 0
        for own, parts in zip(self.targets, texts.parts, strict=True):
            width = len(own.linear)
            own.write(own.scores(parts, texts.codes, folds), into[:, place : place + width])
            place += width
        if self.length is not None:
            width = len(self.length.linear)
            self.length.write(texts.lengths, into[:, place : place + width])
            place += width
        into[texts.codes < 0, :place] = 0
        if self.flagged:
            into[:, place] = texts.codes < 0

    @property
    def corners(self) -> Doubles:
        """One for each feature."""
        return alone(self.terms)

    @property
    def terms(self) -> int:
        """Of how many corners a row is a sum."""
        return len(self.linear)

    def mix(self, texts: Texts, into: Mixing) -> None:
        """Put the same as `write` does as shares of the corners."""
        self.write(texts, into.shares)
        into.places[...] = np.arange(self.terms)

    def lines(self, texts: Texts) -> list[Doubles]:
        """Nothing: a ridge would meet the target of its own row in what it is given."""
        return []

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        length = None if self.length is None else self.length.to_json()
        return {"targets": [each.to_json() for each in self.targets], "length": length, "flagged": self.flagged}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> FreeText:
        """The encoder that `to_json` wrote."""
        length = document.get("length")  # which earlier files do not have
        targets = tuple(map(GramTargets.from_json, document["targets"]))
        return cls(schema, targets, None if length is None else Cut.from_json(length), document["flagged"])
