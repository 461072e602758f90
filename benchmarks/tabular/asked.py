"""What a command of these benchmarks may be asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable


def some_of(known: Iterable[str]) -> Callable[[str], list[str]]:
    """What reads names with commas between them; it raises ArgumentTypeError for one that is not known.

    >>> some_of(["sonar", "ames", "letter"])("sonar,ames")
    ['sonar', 'ames']
    """
    names = list(known)

    def read(text: str) -> list[str]:
        for name in text.split(","):
            if name not in names:
                raise argparse.ArgumentTypeError(f"{name!r}: expected some of {','.join(names)}")
        return text.split(",")

    return read
