"""Whether the network gives every row the same answer."""

from __future__ import annotations

from typing import Final

from glassnet.diagnosis.finding import Finding, not_asked
from glassnet.diagnosis.subject import Subject

NAME: Final = "constant output"
HARDLY, NOT = 1e-2, 1e-4  # of the size of the output, and of the spread of the targets
REMEDY: Final = (
    "see which layer it is: below it a network has lost its inputs, by dead or saturated units, weights near 0, or too "
    "many layers that each flatten"
)


def constant(subject: Subject) -> Finding:
    """The spread of the output over the rows, beside its size and, for numbers, beside the spread of the targets.

    It has to be small beside both: an output of 1,000,000 that differs by 1 is right where the targets do so. Of hidden
    layers the first is named whose values differ by less than a ten-thousandth of their size.
    """
    views = subject.layers
    last = next((each for each in views if each.last), None)
    if last is None or len(subject.sample) < 2:
        return not_asked(NAME, "there is no layer, or one row only")
    shares = {each.name: each.spread / each.size if each.size > 0 else 0.0 for each in views}
    share = shares[last.name]
    values, _ = subject.single(subject.sample)
    if values.dtype.kind == "f":
        spread = float(values.reshape(len(values), -1).std(axis=0).max())
        share = max(share, last.spread / spread if spread > 0 else 0.0)
    numbers = {**shares, "share": share}
    words = f"the output differs from row to row by {share:.2g} of its size"
    if share > HARDLY:
        return Finding(NAME, "fine", words, "", numbers)
    first = next((name for name, each in shares.items() if each <= NOT), last.name)
    where = f"; {first} is the first layer that gives all rows the same" if shares[first] <= NOT else ""
    return Finding(NAME, "wrong" if share <= NOT else "suspect", f"{words}{where}", REMEDY, numbers)
