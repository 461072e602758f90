"""What is rare among all rows of a table that goes by once, beyond what a sample of them shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from glassnet.data.parse import unread
from glassnet.data.schema import ColumnSchema, Kind, Schema
from glassnet.data.schema.notes import SHOWN
from glassnet.data.table import Table, counted, text_column
from glassnet.data.text.distinct import Distinct
from glassnet.data.text.seen import FormsSeen

READ: Final = (Kind.NUMBER, Kind.DATE)  # kinds that a word may be none of


@dataclass
class Survey:
    """How the values of each column of text are written in all `rows` that went by."""

    rows: int = 0
    seen: dict[str, FormsSeen] = field(default_factory=dict)

    def add(self, rows: object) -> None:
        """Let the next rows go by; those of no table have nothing to be read."""
        if isinstance(rows, Table):
            self.rows += len(rows)
            for name, column in rows.columns.items():
                self.seen.setdefault(name, FormsSeen()).add(column)

    def mended(self, schema: Schema) -> Schema:
        """The schema of a sample, with the words that no row of it held among numbers and dates taken as missing."""
        columns, targets = (tuple(map(self._mended, side)) for side in (schema.columns, schema.targets))
        notes = [self._note(each) for each in (*schema.columns, *schema.targets)]
        return replace(schema, columns=columns, targets=targets, notes=(*schema.notes, *filter(None, notes)))

    def _mended(self, schema: ColumnSchema) -> ColumnSchema:
        return replace(schema, gaps=(*schema.gaps, *self._strays(schema)))

    def _strays(self, schema: ColumnSchema) -> dict[str, int]:
        """The words that are neither values of this column nor gaps of it, each with its first row, from 0."""
        if schema.kind not in READ or schema.given != "text" or schema.name not in self.seen:
            return {}
        texts = self.seen[schema.name].texts
        distinct = Distinct.of(text_column(texts))
        rows = {text.strip(): row for text, row in reversed(texts.items())}
        return {distinct.texts[i]: rows[distinct.texts[i]] for i in np.flatnonzero(unread(schema, distinct)).tolist()}

    def _note(self, schema: ColumnSchema) -> str:
        """What is said of such words, or ""."""
        strays = self._strays(schema)
        if not strays:
            return ""
        shown = ", ".join(f"{text!r} in row {row + 1:,}" for text, row in list(strays.items())[:SHOWN])
        words = counted(len(strays), f"word that is no {schema.kind}", f"words that are no {schema.kind}s")
        return f"column {schema.name!r}: among all {self.rows:,} rows {words}, taken as missing, such as {shown}"
