"""A target for each step of a sequence: read, laid out beside the sequences, and cut to their true lengths again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from glassnet.data.sequences import Lengths, Sequences
from glassnet.errors import DataError, TargetError

Array = npt.NDArray[Any]
T = TypeVar("T")

EXPECTED = "expected a list with the targets of each sequence, one for each step"


def as_steps(targets: Any, lengths: Lengths) -> list[Array]:
    """The targets of each sequence as an array with a row for each of its steps.

    They come as a list of arrays (steps,) or (steps, outputs), as `Sequences`, or as one array (sequences, steps, ...)
    with room for the longest. Raises TargetError, naming the sequence, where they are not as many as its steps.
    """
    given: Any = targets.cut() if isinstance(targets, Sequences) else targets
    array = isinstance(given, np.ndarray) and given.ndim > 1
    if not array and not (isinstance(given, list | tuple) and all(np.ndim(each) for each in given)):
        raise TargetError(
            f"the network answers after each step, and the targets are not so; {EXPECTED}, or layers that give one "
            f"answer for each sequence, such as a recurrent layer without sequences=True"
        )
    if len(given) != len(lengths):
        raise DataError(f"{len(lengths):,} rows of inputs and {len(given):,} targets; {EXPECTED}")
    steps = [np.asarray(each) for each in given]
    if array and steps[0].shape[0] >= lengths.max():
        steps = [each[:length] for each, length in zip(steps, lengths.tolist(), strict=True)]
    for number, (each, length) in enumerate(zip(steps, lengths.tolist(), strict=True), 1):
        if len(each) != length:
            raise TargetError(f"sequence {number:,} has {length:,} steps and {len(each):,} targets; {EXPECTED}")
        if each.shape[1:] != steps[0].shape[1:]:
            raise TargetError(
                f"sequence {number:,} has targets of shape {each.shape[1:]} where sequence 1 has {steps[0].shape[1:]}; "
                f"expected one shape for all steps"
            )
    return steps


def are_ragged(targets: Any) -> bool:
    """Whether targets are lists or arrays of unequal length, as those of steps are."""
    if isinstance(targets, Sequences):
        return True
    if not isinstance(targets, list | tuple):
        return False
    return len({len(each) for each in targets if isinstance(each, list | tuple | np.ndarray)}) > 1


def of_all(steps: Sequence[Array], act: Callable[[Array], T]) -> T:
    """What `act` gives for the steps of all sequences, one after the other; an error of it names the sequence."""
    try:
        return act(np.concatenate(steps))
    except (DataError, TargetError):
        for number, each in enumerate(steps, 1):
            try:
                act(each)
            except (DataError, TargetError) as error:
                raise type(error)(f"sequence {number:,}: {error}") from None
        raise


def laid_out(values: Array, lengths: Lengths, room: int) -> Array:
    """Values of all steps (steps, ...) as (sequences, room, ...); beyond its end a sequence repeats its last value.

    So what is never counted lies within the domain of a loss, whatever that is.
    """
    begins = np.cumsum(lengths) - lengths
    return np.asarray(values[begins[:, None] + np.minimum(np.arange(room), lengths[:, None] - 1)])
