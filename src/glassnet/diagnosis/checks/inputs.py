"""Whether the inputs are of a size that a network can learn from."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.core.operation import Array
from glassnet.diagnosis.finding import Finding, not_asked, verdict_of
from glassnet.diagnosis.subject import Subject
from glassnet.nn import BatchNorm, GroupNorm, LayerNorm, RMSNorm
from glassnet.nn.graph import LENGTHS

NAME: Final = "inputs"
LARGE, TOO_LARGE = 10.0, 1_000.0  # root mean square of a feature; LeCun and others, 1998, ask for about 1
SMALL, TOO_SMALL = 0.01, 0.001
NORMS: Final = (BatchNorm, GroupNorm, LayerNorm, RMSNorm)
REMEDY: Final = (
    "standardise each feature, (x - mean) / standard deviation with those of the training rows, or put gn.BatchNorm() "
    "first; a table is scaled without being asked"
)


def inputs(subject: Subject) -> Finding:
    """The root mean squares of the features, largest and least; a feature that never changes is no matter of size.

    Features of a size of about 1 move the weights of the first layer evenly; a feature a thousand times as large has a
    thousand times the derivative, and a unit of it saturates. Source: LeCun, Bottou, Orr and Müller, "Efficient
    backprop", 1998, section 4.3; the bounds are this project's own, wide enough for grey values of 0 to 255.
    """
    features = _features(subject)
    if features is None:
        return not_asked(NAME, "the network takes whole numbers, which are looked up and have no scale")
    if not features.size:
        return not_asked(NAME, "the inputs have no rows")
    sizes = np.sqrt((features**2).mean(axis=0))
    constant = features.std(axis=0) <= 1e-12 * np.maximum(np.abs(features).max(axis=0), 1)
    numbers = {"largest": float(sizes.max()), "least": float(sizes.min()), "constant features": float(constant.sum())}
    words = f"the features have root mean squares from {sizes.min():.3g} to {sizes.max():.3g}"
    if constant.all():
        return Finding(NAME, "wrong", "every feature is the same in all rows: nothing tells one from another",
                       "look at how the inputs are made", numbers)  # fmt: skip
    if constant.any():
        words += f"; {int(constant.sum())} of {len(constant)} are the same in all rows and tell nothing"
    if _scaled(subject):
        return Finding(NAME, "fine", f"{words}, which the first layer scales", "", numbers)
    changing = sizes[~constant].max()
    verdict = max(
        (verdict_of(float(sizes.max()), suspect=LARGE, wrong=TOO_LARGE),
         verdict_of(float(1 / changing), suspect=1 / SMALL, wrong=1 / TOO_SMALL)),
        key=("fine", "suspect", "wrong").index,
    )  # fmt: skip
    if verdict == "fine":
        return Finding(NAME, "fine", words, "", numbers)
    kind = "large" if sizes.max() >= LARGE else "small"
    return Finding(NAME, verdict, f"{words}: too {kind} for weights that start near 0 and 1", REMEDY, numbers)


def _features(subject: Subject) -> Array | None:
    """The features of the rows, (rows, features), of all inputs that are numbers; None where none are."""
    lengths = subject.sample.inputs.get(LENGTHS)
    found = []
    for node in subject.programs.model.graph.inputs:
        array = subject.sample.inputs[node.name]
        if array.dtype.kind != "f" and node.dtype is not None:
            continue
        values = array.astype(np.float64)
        if lengths is not None and "t" in [str(size) for size in node.row]:
            values = values[np.arange(values.shape[1]) < lengths[:, None]]
        elif lengths is not None:
            continue
        found.append(values.reshape(len(values), -1))
    return np.concatenate(found, axis=1) if found else None


def _scaled(subject: Subject) -> bool:
    """Whether the first layers bring their inputs to one size by themselves."""
    first = [node.layer for node in subject.programs.model.graph.nodes if node.layer and not node.inputs[0].layer]
    return all(isinstance(layer, NORMS) for layer in first)
