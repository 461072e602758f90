"""What a check found: a verdict, the numbers behind it, words and a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, TypeAlias

from glassnet.data.table import counted
from glassnet.settings import finite

Verdict: TypeAlias = Literal["wrong", "suspect", "fine", "not asked"]
BY_WEIGHT: Final[tuple[Verdict, ...]] = ("wrong", "suspect", "fine", "not asked")
SHOWN: Final = 3  # targets in words


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


def together(found: Mapping[str, Finding]) -> Finding:
    """What one check found of several targets, by their names, as one finding: the verdict that weighs most.

    Its words are those of the targets that have it, the first few of many, with their names. The numbers are those of
    all targets, each after its name.

    >>> together({"price": Finding("x", "fine", "sound"), "cut": Finding("x", "wrong", "dead")}).words
    "'cut': dead"
    """
    verdict = min((each.verdict for each in found.values()), key=BY_WEIGHT.index)
    told = {name: each for name, each in found.items() if each.verdict == verdict}
    remedies = dict.fromkeys(each.remedy for each in told.values() if each.remedy)
    numbers = {f"{name} {key}": value for name, each in found.items() for key, value in each.numbers.items()}
    first, alike = next(iter(told.values())), len({each.words for each in told.values()}) == 1 < len(told)
    words = f"each target: {first.words}" if alike and len(told) == len(found) else _listed(told)
    return Finding(first.name, verdict, words, "; ".join(remedies), numbers)


def _listed(told: Mapping[str, Finding]) -> str:
    """The words of the first few targets, with their names, and how many there are more."""
    said = [f"{name!r}: {each.words}" for name, each in told.items()]
    left = [f"and {counted(len(said) - SHOWN, 'target')} more"] if len(said) > SHOWN else []
    return "; ".join([*said[:SHOWN], *left])


def verdict_of(value: float, *, suspect: float, wrong: float) -> Verdict:
    """The verdict on a number that is better low: "wrong" from one bound on, "suspect" from another.

    >>> verdict_of(3.0, suspect=10, wrong=100), verdict_of(10.0, suspect=10, wrong=100)
    ('fine', 'suspect')
    """
    return "wrong" if value >= wrong else "suspect" if value >= suspect else "fine"
