"""Words that stand for no value, for true or for false, as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

GAPS: Final = frozenset(
    [
        *("na", "n/a", "n.a.", "#n/a", "#na", "<na>", "nan", "-nan", "null", "none", "nil", "void"),
        *("-", "--", "---", "?", "??", ".", "..", "...", "*", "_"),
        *("missing", "unknown", "undefined", "not available", "not applicable", "blank", "empty"),
        *("(blank)", "(empty)", "(missing)", "(null)", "(none)", "<null>", "<none>", "[null]", r"\n"),
        *("#null!", "#div/0!", "#value!", "#ref!", "#num!", "#name?", "nat"),
    ]
)
NO_LABELS: Final = frozenset(
    ["NA", "na", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "NULL", "null", "Null", "NaT", "?", r"\N"]
)
TRUTHS: Final = (("false", "true"), ("no", "yes"), ("n", "y"), ("f", "t"), ("off", "on"))
TRUE: Final = frozenset(true for _, true in TRUTHS)
FALSE: Final = frozenset(false for false, _ in TRUTHS)
MOST_SPELLINGS: Final = 16  # of two words with their capitals: "true", "True", "TRUE", ...


def is_gap(text: str) -> bool:
    """Whether a text is a usual spelling of a missing value, where numbers, dates or truth values are expected.

    >>> [is_gap(text) for text in ("n/a", "None", "--", "Norway")]
    [True, True, True, False]
    """
    return text.casefold() in GAPS


def is_no_label(text: str) -> bool:
    """Whether a text means a missing value even where classes are expected, in which "None" or "-" is one of its own.

    >>> [is_no_label(text) for text in ("NA", "NaN", "None", "-", "Na")]
    [True, True, False, False, False]
    """
    return text in NO_LABELS


def truth(text: str) -> bool | None:
    """The truth value that a text is, or None.

    >>> truth("Yes"), truth("f"), truth("maybe")
    (True, False, None)
    """
    folded = text.casefold()
    return True if folded in TRUE else False if folded in FALSE else None


def are_truths(texts: Sequence[str]) -> bool:
    """Whether texts are the two words of one pair, however capitals are set: "yes" and "No", never "T" and "N".

    >>> are_truths(["yes", "No", "YES"]), are_truths(["t", "n"]), are_truths(["yes"])
    (True, False, False)
    """
    return len(texts) <= MOST_SPELLINGS and {text.casefold() for text in texts} in map(set, TRUTHS)
