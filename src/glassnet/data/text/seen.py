"""How the values of a whole column of text are written, kept in bounded memory while its rows go by.

Numbers and dates have few forms, see `distinct`: each form is counted, and of those that few rows have the texts are
kept. So a word among millions of numbers is found wherever it stands.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from glassnet.data.table import Column
from glassnet.data.text.distinct import forms
from glassnet.data.text.numerals import MOST_FORMS

RARE: Final = 1_000  # rows of a form up to which its texts are kept
MOST_TEXTS: Final = 10_000  # of all rare forms together


@dataclass
class FormsSeen:
    """The forms of a column and how many rows have each; the texts of rare forms, each with its first row, from 0.

    A column of more forms than numbers or dates ever have is not followed to its end: then it is neither.
    """

    counts: Counter[str] = field(default_factory=Counter)
    texts: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    ended: bool = False

    def add(self, column: Column) -> None:
        """Let the next rows go by; a value of other kinds than text has no form."""
        first, self.rows = self.rows, self.rows + len(column)
        if self.ended or column.kind != "text":
            return
        values: list[str] = column.values.tolist()
        found = forms(values)
        counts = Counter(found)
        self.counts.update(counts)
        rare = {form for form in counts if self.counts[form] <= RARE and form}
        if rare:
            for row in [row for row, form in enumerate(found) if form in rare]:
                self.texts.setdefault(values[row], first + row)
        self.ended = len(self.counts) > MOST_FORMS
        if len(self.texts) > MOST_TEXTS:
            self._let_go()

    def _let_go(self) -> None:
        """Keep the texts of forms that are rare still, and no more than the most."""
        found = zip(self.texts.items(), forms(list(self.texts)), strict=True)
        kept = [pair for pair, form in found if self.counts[form] <= RARE]
        self.texts = dict(kept[:MOST_TEXTS])
