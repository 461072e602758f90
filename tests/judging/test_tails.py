from __future__ import annotations

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.judging.tails import Tails


def test_the_new_row_counts_as_one_of_so_many_and_one() -> None:
    tails = Tails.of(np.arange(1.0, 20.0), np.ones(19))  # with the new row, each error is one in twenty
    assert tails.at(0.05) == pytest.approx((1, 19))
    assert tails.at(0.1) == pytest.approx((2, 18), abs=1)  # to within a row, between two of the shares kept
    assert tails.at(0.25) == pytest.approx((5, 15), abs=1)


def test_a_share_that_so_few_rows_cannot_tell_goes_on_as_a_laplace_distribution_does() -> None:
    tails = Tails.of(np.array([-3.0, -1.0, 1.0, 2.0]), np.ones(4))
    low, high = tails.at(0.02)
    assert (low, high) == pytest.approx((-3 - math.log(10), 2 + math.log(10)))  # a tenth of the last share, 0.2


@given(
    errors=st.lists(st.integers(-9, 9), min_size=2, max_size=30),
    shares=st.lists(st.floats(1e-6, 0.499), min_size=2, max_size=5),
)
def test_the_fewer_lie_beyond_the_further_out_it_is(errors: list[int], shares: list[float]) -> None:
    tails = Tails.of(np.array(errors, float), np.ones(len(errors)))
    ends = [tails.at(share) for share in sorted(shares)]
    assert all(one[0] <= other[0] and one[1] >= other[1] for one, other in pairwise(ends))


@given(errors=st.lists(st.integers(-9, 9), min_size=1, max_size=30))
def test_errors_turned_round_turn_the_tails_round(errors: list[int]) -> None:
    tails = Tails.of(np.array(errors, float), np.ones(len(errors)))
    turned = Tails.of(-np.array(errors, float), np.ones(len(errors)))
    assert turned.lower == tuple(-each for each in tails.upper)
    assert turned.upper == tuple(-each for each in tails.lower)


def test_a_row_of_weight_2_lies_where_two_rows_do() -> None:
    errors = np.arange(200.0)
    weighed = Tails.of(errors, np.where(errors > 100, 2.0, 1.0))
    twice = Tails.of(np.concatenate([errors, errors[errors > 100]]), np.ones(299))
    assert weighed.at(0.1) == pytest.approx(twice.at(0.1), abs=2)


def test_tails_are_small_and_come_back_from_json() -> None:
    tails = Tails.of(np.random.default_rng(0).normal(size=50_000), np.ones(50_000))
    text = json.dumps(tails.to_json())
    assert Tails.from_json(json.loads(text)) == tails
    assert len(tails.lower) + len(tails.upper) == 200
