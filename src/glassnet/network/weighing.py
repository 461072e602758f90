"""Targets of rows with what each row, class and target counts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array
from glassnet.data.labels import listed
from glassnet.data.several_targets import SeveralTargets
from glassnet.errors import SettingError, nearest
from glassnet.network.row_weights import RowWeights

Doubles = npt.NDArray[np.float64]


def weighed(
    weighing: RowWeights, encoded: Array, present: npt.NDArray[np.bool_], target: SeveralTargets
) -> tuple[Array, Doubles]:
    """Several targets with what each counts, its class weighed, and the weights of the rows, 0 for one without any.

    Weights of classes are "balanced", for each target that has classes, or {target: what `class_weight` takes for it}.
    Raises SettingError for a target that is not there or a number, and as `RowWeights.of` does.
    """
    weights = RowWeights(weighing.rows).of(encoded, present, None)
    if weighing.classes is None:
        return encoded, weights
    encoded, count = encoded.copy(), len(target.parts)
    for name, own in _by_target(weighing.classes, target).items():
        place = target.names.index(name)
        there = encoded[:, count + place] > 0
        each = RowWeights(weighing.rows, own.classes)
        ids = encoded[:, place].astype(np.int64)
        found = each.of(ids, there, target.parts[place].labels)
        encoded[:, count + place] = found if weighing.rows is None else found / weighing.rows
    return encoded, weights


def _by_target(classes: str | Mapping[object, object], target: SeveralTargets) -> dict[str, RowWeights]:
    of_classes = {part.names[0] for part in target.parts if part.task != "regression"}
    if not isinstance(classes, Mapping):
        if not of_classes:
            raise SettingError("class_weight: the targets are numbers, no classes; use sample_weight")
        return {name: RowWeights(None, classes) for name in target.names if name in of_classes}
    for name in classes:
        if name not in target.names:
            raise SettingError(
                f"class_weight: no target is {name!r}{nearest(str(name), target.names)}; with several targets expected "
                f"are the weights of each by its name, such as {{{target.names[0]!r}: 'balanced'}}, of "
                f"{listed(target.names)}"
            )
        if name not in of_classes:
            raise SettingError(f"class_weight: the target {name!r} is a number, not a class; use sample_weight")
    return {str(name): RowWeights.checked(None, own) for name, own in classes.items()}  # type: ignore[arg-type]
