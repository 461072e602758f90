"""Reservoirs: an even sample, whatever goes by."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.chunks import joined
from glassnet.data.reservoir import Reservoir
from glassnet.data.table import Column, Table


def numbers(first: int, end: int) -> Table:
    return Table({"i": Column(np.arange(first, end), np.zeros(end - first, np.bool_))}, "t")


def drawn(cuts: list[int], size: int, seed: int = 0) -> list[int]:
    reservoir = Reservoir(size, seed, joined)
    for first, end in itertools.pairwise(cuts):
        reservoir.add(numbers(first, end))
    assert reservoir.rows == cuts[-1]
    return reservoir.sample.columns["i"].values.tolist()


@given(st.lists(st.integers(0, 500), min_size=1), st.integers(1, 60))
def test_how_rows_are_cut_into_chunks_changes_nothing(inner, size):
    assert drawn(sorted([0, *inner, 500]), size) == drawn([0, 500], size)


def test_a_sample_is_in_the_order_in_which_rows_came_and_holds_none_twice():
    sample = drawn([0, 300, 1000], 100)
    assert len(sample) == 100
    assert sample == sorted(set(sample))


def test_fewer_rows_than_there_is_room_for_are_all_kept():
    assert drawn([0, 4, 9], 20) == list(range(9))


def test_every_row_is_as_likely_as_any_other():
    times = np.zeros(40)
    for seed in range(2000):
        times[drawn([0, 7, 40], 10, seed)] += 1
    # Each count is binomial with 2,000 draws at 1/4: its standard deviation is 19.4.
    assert times == pytest.approx(500, abs=5 * 19.4)
