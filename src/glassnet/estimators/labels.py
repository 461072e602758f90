"""The classes of one column of targets, in the user's words and in those of the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from glassnet.data.labels import listed
from glassnet.errors import TargetError, nearest
from glassnet.estimators.rows import Array


@dataclass(frozen=True, eq=False)
class Labels:
    """The classes in order (classes,)."""

    values: Array

    @classmethod
    def of(cls, y: Array, coming: Any, where: str = "") -> Self:
        """Those that targets (rows,) hold, or the `coming` where somebody has said; TargetError for one alone."""
        values = np.unique(y) if coming is None else np.unique(coming)
        if len(values) < 2:
            raise TargetError(
                f"y{where} holds one class only, {values.tolist()[0]!r}; expected two at least: give rows of another "
                f"class"
            )
        return cls(values)

    @property
    def spoken(self) -> Array:
        """What the network calls each: its label where that is a whole number or a plain word, else its number."""
        if self.values.dtype.kind in "iu":
            return self.values
        labels = self.values.tolist()
        plain = all(isinstance(label, str) and label and label == label.strip() for label in labels)
        return np.array(labels, object) if plain else np.arange(len(labels))

    def places(self, y: Array, where: str = "") -> Array:
        """The place of each class of targets (rows,); raises TargetError for one that was not learnt."""
        known = np.isin(y, self.values)
        if not known.all():
            value = y[~known][0]
            raise TargetError(
                f"y{where} holds the class {value.item() if isinstance(value, np.generic) else value!r}, which was not "
                f"learnt{nearest(value, map(str, self.values))}; the classes are {listed(self.values.tolist())}"
            )
        return np.searchsorted(self.values, y)

    def lacking(self, places: Array) -> Array:
        """The places of the classes that are not among these."""
        return np.setdiff1d(np.arange(len(self.values)), places)

    def weights(self, given: Any) -> Any:
        """Weights of classes by what the network calls them; what is no mapping stays as it is."""
        if not isinstance(given, Mapping):
            return given
        told = dict(zip(self.values.tolist(), self.spoken.tolist(), strict=True))
        return {told.get(label, label): weight for label, weight in given.items()}
