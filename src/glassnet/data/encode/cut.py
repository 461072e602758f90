"""A number computed for each row, standardised and cut, with its way through 8 bins beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.bins import Bins
from glassnet.data.encode.encoders import Array
from glassnet.data.encode.mixed import Mixing, alone, diagonal
from glassnet.data.encode.scale import Doubles, Scale, moments

BINS: Final = 8
FURTHEST: Final = 4.0  # deviations: what lies further is cut, as one level of many rows may lie far from all others


@dataclass(frozen=True)
class Cut:
    """A number standardised by the training rows and cut at 4 deviations; it is left out where it was one value."""

    scale: Scale
    bins: Bins

    @classmethod
    def of(cls, values: Doubles, weights: Doubles | None = None, *, binned: bool = True) -> Cut:
        """For the values of the training rows, all finite; `binned` says whether it has bins."""
        return cls(Scale(*moments(values, weights)), Bins.of(values, BINS, weights) if binned else Bins((), ()))

    def features(self, name: str) -> tuple[str, ...]:
        """What its features are called: the name for the number itself, then the bins."""
        return (name, *self.bins.names(name)) if self.scale.deviation else ()

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each feature whether it is no bin."""
        return (True, *(False,) * len(self.bins)) if self.scale.deviation else ()

    def write(self, values: Doubles, into: Array) -> None:
        """Put the number itself, then its bins, into an array (rows, features)."""
        if self.scale.deviation:
            into[:, 0] = self._cut(values)
            self.bins.write(values, into[:, 1:])

    @property
    def corners(self) -> Doubles:
        """Those of the number itself and of the bins."""
        return diagonal([alone(1), self.bins.corners]) if self.scale.deviation else np.zeros((0, 0))

    @property
    def terms(self) -> int:
        """One for the number itself, then those of the bins."""
        return 1 + self.bins.terms if self.scale.deviation else 0

    def mix(self, values: Doubles, into: Mixing) -> None:
        """Put the same as `write` does as shares of the corners."""
        if self.scale.deviation:
            into.put(0, 0, self._cut(values))
            bins = into.part(1, self.bins.terms)
            self.bins.mix(values, bins)
            bins.places[...] += 1

    def _cut(self, values: Doubles) -> Doubles:
        return np.clip(self.scale.standardise(values), -FURTHEST, FURTHEST)

    def to_json(self) -> dict[str, Any]:
        """The scale and the bins as plain JSON values."""
        return {"scale": self.scale.to_json(), "bins": self.bins.to_json()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Cut:
        """What `to_json` wrote."""
        return cls(Scale.from_json(document["scale"]), Bins.from_json(document["bins"]))


def mixed_corners(cuts: Sequence[Cut]) -> Doubles:
    """The corners of several cuts beside each other."""
    return diagonal([cut.corners for cut in cuts])


def mix(cuts: Sequence[Cut], values: Doubles, into: Mixing) -> None:
    """Put a number (rows, cuts) for each of them, and its bins, as shares of their corners."""
    term = corner = 0
    for cut, each in zip(cuts, values.T, strict=True):
        own = into.part(term, cut.terms)
        cut.mix(each, own)
        own.places[...] += corner
        term, corner = term + cut.terms, corner + len(cut.corners)
