"""The shuffle buffer: each row once an epoch, far from where it came."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.training.feed import ShuffleBuffer
from glassnet.training.programs import ROW_WEIGHT, TARGET
from glassnet.training.rows import Rows

DTYPES = {"x": "float32", TARGET: "float32", ROW_WEIGHT: "float64"}
OF_A_ROW = 16  # bytes


def pieces(*sizes: int) -> Iterator[Rows]:
    ends = np.cumsum([0, *sizes])
    for first, end in itertools.pairwise(ends):
        x = np.arange(first, end, dtype=np.float64)
        yield Rows({"x": x}, -x, np.ones(end - first))


def buffer(*sizes: int, rows: int = 40, batch_size: int = 4, seed: int = 0) -> ShuffleBuffer:
    return ShuffleBuffer(lambda: pieces(*sizes), DTYPES, rows * OF_A_ROW, batch_size, seed)


def epoch(feed: ShuffleBuffer, number: int = 0) -> list[np.ndarray]:
    found, last = [], False
    while not last:
        data, order, last = feed.portion(number, len(found))
        assert np.array_equal(data["x"][order], -data[TARGET][order])
        found.append(data["x"][order].copy())
    return found


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(sum), st.integers(1, 60), st.integers(1, 9))
def test_each_row_is_given_once_an_epoch(sizes, rows, batch_size):
    feed = buffer(*sizes, rows=rows, batch_size=batch_size)
    for number in range(2):
        portions = epoch(feed, number)
        assert sorted(np.concatenate(portions).tolist()) == list(range(sum(sizes)))
        assert all(len(portion) % batch_size == 0 for portion in portions[:-1])


def test_the_arrays_take_no_more_than_they_may_and_hold_four_batches_at_least():
    for rows, held in ((40, 40), (3, 16)):
        feed = buffer(1000, rows=rows)
        assert sum(array.nbytes for array in feed.portion(0, 0).data.values()) == held * OF_A_ROW


def test_epochs_differ_and_a_seed_gives_the_same_ones():
    one, other, again = (buffer(100), buffer(100, seed=1), buffer(100))
    first = np.concatenate(epoch(one))
    assert not np.array_equal(first, np.concatenate(epoch(one, 1)))
    assert not np.array_equal(first, np.concatenate(epoch(other)))
    assert np.array_equal(first, np.concatenate(epoch(again)))


def test_rows_are_drawn_from_all_of_the_buffer():
    first = buffer(1000, rows=400).portion(0, 0)
    assert (len(first.order), first.last) == (200, False)
    # 200 of the first 400 rows: the mean of their places has the standard deviation 5.8.
    assert float(first.data["x"][first.order].mean()) == pytest.approx(199.5, abs=30)
