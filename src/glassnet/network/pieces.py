"""Sequences learnt in pieces: back-propagation through time cut after so many steps, the states handed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.data.contract import Array
from glassnet.data.sequences import there
from glassnet.errors import SettingError
from glassnet.nn.graph import FRESH, LENGTHS
from glassnet.training.rows import Rows


def begun(rows: Rows) -> Rows:
    """Rows that begin with states of 0."""
    return Rows({**rows.inputs, FRESH: np.ones(len(rows), np.int64)}, rows.targets, rows.weights)


def in_pieces(rows: Rows, streams: int, truncate: int | None, *, answers_steps: bool) -> Rows:
    """Rows of at most `truncate` steps, of which each batch of `streams` goes on where the one before it ended.

    So many sequences are learnt side by side, piece by piece, then the next ones; all steps at once where `truncate` is
    None. With a target for each step a piece has the share of its sequence's weight that it has of its steps, else only
    the last piece counts. Rows that fill up a batch have one step and the weight 0.
    """
    lengths = rows.inputs[LENGTHS]
    size = int(lengths.max()) if truncate is None else truncate
    source, piece, real = _places(lengths, streams, size)
    first = piece * size
    left = lengths[source] - first
    counts = np.clip(left, 1, size)
    share = counts / lengths[source] if answers_steps else left <= size
    weights = rows.weights[source] * share * (real & (left > 0))
    room = next(array for name, array in rows.inputs.items() if name not in (LENGTHS, FRESH)).shape[1]
    steps = source[:, None], np.minimum(first[:, None] + np.arange(size), room - 1)
    known = there(counts, size)
    inputs: Mapping[str, Array] = {
        name: np.where(known.reshape(*known.shape, *[1] * (array.ndim - 2)), array[steps], 0)
        for name, array in rows.inputs.items()
        if name not in (LENGTHS, FRESH)
    }
    targets = rows.targets[steps] if answers_steps else rows.targets[source]
    return Rows({**inputs, LENGTHS: counts, FRESH: (piece == 0).astype(np.int64)}, targets, weights)


def _places(lengths: Array, streams: int, size: int) -> tuple[Array, Array, Array]:
    """For each row its sequence, the number of its piece, and whether it is more than a filling of the last batches."""
    sequences, pieces, real = [], [], []
    for begin in range(0, len(lengths), streams):
        together = np.arange(begin, begin + streams)
        taken = np.minimum(together, len(lengths) - 1)
        for piece in range(-(-int(lengths[taken].max()) // size)):
            sequences.append(taken)
            pieces.append(np.full(streams, piece))
            real.append(together < len(lengths))
    return np.concatenate(sequences), np.concatenate(pieces), np.concatenate(real)


def check_call(streams: int | None, truncate: Any, mode: str | None, batch_size: int | None) -> None:
    """Raise SettingError for what does not go with layers that keep states of so many streams, or with none that do."""
    if streams is None:
        if truncate is not None:
            raise SettingError(
                f"truncate={truncate!r}: states have to be kept between pieces; give a recurrent layer stateful=True"
            )
        return
    whole = isinstance(truncate, int) and not isinstance(truncate, bool) and truncate > 0
    if truncate is not None and not whole:
        raise SettingError(f"truncate={truncate!r}: expected a whole number of steps, at least 1")
    if mode is not None or batch_size not in (None, streams):
        raise SettingError(
            f"mode={mode!r}, batch_size={batch_size!r}: the layers keep the states of {streams} sequences, which are a "
            f"batch; leave both out, or give the layers other streams="
        )
