"""The text of a column, each distinct value once: whatever is parsed is parsed on the distinct values alone.

The *form* of a text is the text with every digit written 0 and with one sign for each of the several minus signs,
spaces and apostrophes. A column of a million numbers has a handful of forms, so rules on how values are written look
at forms, and only digits are read value by value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from glassnet.data.table import Column

Numbers: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
T = TypeVar("T", bound=Hashable)

LONGEST: Final = 64  # characters up to which a text can be a number or a date
LONG: Final = "~"  # the form of every longer text
SPACES: Final = "\u00a0\u2007\u2009\u202f"  # no-break, figure, thin and narrow no-break space
SAME: Final = {"\u2212": "-", "\u2019": "'", **dict.fromkeys(SPACES, " ")}
DIGITS: Final = str.maketrans("123456789", "0" * 9)


@dataclass(frozen=True, eq=False)
class Distinct:
    """The distinct texts of a column.

    `texts` are without blanks around them, in the order in which they first appear; `codes` (rows,) says which one
    each row holds, -1 where it holds none. `places` are those of the column.
    """

    texts: list[str]
    codes: Numbers
    places: Numbers | None = None

    @classmethod
    def of(cls, column: Column) -> Distinct:
        """The distinct texts of a column of text; blanks alone are no value.

        >>> from glassnet.data.table import text_column
        >>> found = Distinct.of(text_column(["b", " a", None, "b "]))
        >>> found.texts, found.codes.tolist()
        (['b', 'a'], [0, 1, -1, 0])
        """
        texts, codes = numbered(column.values.tolist())
        stripped = list(map(str.strip, texts))
        if stripped != texts or "" in stripped:
            texts, places = numbered(stripped)
            codes = places[codes]
            if "" in texts:
                texts, codes = _without(texts.index(""), texts, codes)
        return cls(texts, np.where(column.missing, -1, codes), column.places)

    @cached_property
    def counts(self) -> Numbers:
        """How many rows hold each text."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts))

    @cached_property
    def forms(self) -> list[str]:
        """The distinct forms of the texts."""
        return self._forms[0]

    @property
    def form_codes(self) -> Numbers:
        """Which form each text has, (texts,)."""
        return self._forms[1]

    @cached_property
    def _forms(self) -> tuple[list[str], Numbers]:
        return numbered(forms(self.texts))

    def forms_of(self, texts: Mask) -> list[str]:
        """The distinct forms of the texts that the mask marks."""
        return [self.forms[i] for i in np.unique(self.form_codes[texts]).tolist()]

    def having(self, rule: Callable[[str], object]) -> Mask:
        """For each text whether its form obeys a rule."""
        obeys = np.fromiter((bool(rule(form)) for form in self.forms), np.bool_, len(self.forms))
        return obeys[self.form_codes]

    def rows(self, texts: Mask) -> int:
        """How many rows hold one of the texts that the mask marks."""
        return int(self.counts[texts].sum())

    def first_row(self, texts: Mask) -> tuple[int, str]:
        """The first row, as `at` counts them, that holds one of the marked texts, and that text."""
        marked = np.append(texts, False)  # the last one stands for code -1
        return self.at(int(np.argmax(marked[self.codes])))

    def at(self, row: int) -> tuple[int, str]:
        """A row, counted from 0, and the text that it holds.

        Where the rows are a part of a longer table, it is the place there.
        """
        return row if self.places is None else int(self.places[row]), self.texts[self.codes[row]]

    def spread(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """One value a text as one value a row, NaN where a row holds none."""
        return np.append(values, np.nan)[self.codes]


def numbered(values: Iterable[T]) -> tuple[list[T], Numbers]:
    """The distinct values in the order in which they first appear, and the place of each value among them.

    >>> places = numbered(["x", "y", "x"])
    >>> places[0], places[1].tolist()
    (['x', 'y'], [0, 1, 0])
    """
    places: defaultdict[T, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(places.__getitem__, values), np.int64)
    return list(places), codes


def forms(texts: list[str]) -> list[str]:
    """The form of each text.

    >>> forms(["12.50", "−3", "A7"])
    ['00.00', '-0', 'A0']
    """
    long = max(map(len, texts), default=0) > LONGEST
    short = [text if len(text) <= LONGEST else LONG for text in texts] if long else texts
    found = _form("\n".join(short)).split("\n")
    if len(found) != len(texts):  # a text of several lines, or no text at all
        found = list(map(_form, short))
    return found


def _form(text: str) -> str:
    if not text.isascii():
        for sign, same in SAME.items():
            text = text.replace(sign, same)
    return text.translate(DIGITS)


def _without(place: int, texts: list[str], codes: Numbers) -> tuple[list[str], Numbers]:
    """The texts without the one at `place`, which becomes -1."""
    after = np.arange(len(texts)) - (np.arange(len(texts)) > place)
    after[place] = -1
    return texts[:place] + texts[place + 1 :], after[codes]
