"""What a check found: a verdict, the numbers behind it, words and a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, TypeAlias

from glassnet.settings import finite

Verdict: TypeAlias = Literal["wrong", "suspect", "fine", "not asked"]
BY_WEIGHT: Final[tuple[Verdict, ...]] = ("wrong", "suspect", "fine", "not asked")


@dataclass(frozen=True)
class Finding:
    """What one check found.

    `verdict` is "wrong" for what keeps a network from learning by itself, "suspect" for what may, "fine" for neither,
    "not asked" where the check has no meaning, the words then saying why. `numbers` are what the verdict goes by;
    `remedy` is what to do, "" where nothing is.
    """

    name: str
    verdict: Verdict
    words: str
    remedy: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The finding as plain JSON values; numbers that are not finite become None."""
        document: dict[str, Any] = finite({**asdict(self), "numbers": dict(self.numbers)})
        return document


def not_asked(name: str, why: str) -> Finding:
    """The finding of a check that has no meaning here."""
    return Finding(name, "not asked", why)


def verdict_of(value: float, *, suspect: float, wrong: float) -> Verdict:
    """The verdict on a number that is better low: "wrong" from one bound on, "suspect" from another.

    >>> verdict_of(3.0, suspect=10, wrong=100), verdict_of(10.0, suspect=10, wrong=100)
    ('fine', 'suspect')
    """
    return "wrong" if value >= wrong else "suspect" if value >= suspect else "fine"
