"""Columns of text whose values nearly all differ: free text, where words come again, or names of rows."""

from __future__ import annotations

from collections import Counter
from typing import Final

from glassnet.data.schema.kinds import Kind
from glassnet.data.schema.question import Finding, Question
from glassnet.data.text.distinct import Distinct

LOOKED_AT: Final = 2_000  # texts, spread over the column
FEWEST_WORDS: Final = 3.0  # of a text on average
LETTERS: Final = 2  # of a word
AGAIN: Final = 0.25  # of all words, those that come in another text too


def free_text(asked: Question, distinct: Distinct) -> Finding | None:
    """Free text, or None where texts are too short, or have hardly a word in common, as names of rows do.

    `distinct` are texts that nearly all differ.
    """
    step = max(1, len(distinct.texts) // LOOKED_AT)
    texts = [_words(text) for text in distinct.texts[::step]]
    words = sum(map(len, texts))
    if words < FEWEST_WORDS * len(texts):
        return None
    held = Counter(word for text in texts for word in set(text))
    again = sum(held[word] > 1 for text in texts for word in text)
    if again < AGAIN * words:
        return None
    return Finding(asked.schema(Kind.TEXT, f"free text of {words / len(texts):.1f} words on average"))


def _words(text: str) -> list[str]:
    """The words between blanks, without capitals; numbers and single letters are none, which names of rows hold."""
    return [word for word in text.casefold().split() if sum(map(str.isalpha, word)) >= LETTERS]
