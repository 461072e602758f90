"""The known answers are those that its authors publish for Philox 4x32-10."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import SettingError
from glassnet.random import LARGEST_SEED, PIECE, as_seed, bits, normal, permutation, philox, stream, uniform

ROWS = 200_000


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_known_answers(counter: tuple[int, ...], key: tuple[int, int], words: str) -> None:
    found = philox(counter, key)
    assert all(word.dtype == np.uint32 for word in found)
    assert " ".join(f"{int(word):08x}" for word in found) == words


@given(
    counters=st.lists(st.tuples(*[st.integers(0, LARGEST_SEED)] * 4), min_size=1, max_size=4),
    key=st.tuples(*[st.integers(0, LARGEST_SEED)] * 2),
)
def test_an_array_of_counters_gives_the_words_of_each(counters: list[tuple[int, ...]], key: tuple[int, int]) -> None:
    together = philox(np.array(counters, np.uint64).T, key)
    for row, counter in enumerate(counters):
        assert [int(words[row]) for words in together] == [int(word) for word in philox(counter, key)]


def test_counters_broadcast_and_are_taken_modulo_2_to_the_32() -> None:
    assert [word.shape for word in philox((np.arange(3), 0, np.zeros((2, 1)), 0), (1, 2))] == [(2, 3)] * 4
    assert philox((2**32 + 5, 0, 0, 0), (1, 2)) == philox((5, 0, 0, 0), (1, 2))


def test_bits_are_the_words_of_the_counters_one_behind_the_other() -> None:
    expected = [int(word) for block in range(3) for word in philox((block, 0, 7, 9), (5, stream("order")))]
    assert bits(5, "order", 10, counter=(7, 9)).tolist() == expected[:10]
    assert bits(5, "order", 0).tolist() == []


@given(count=st.integers(0, 40), longer=st.integers(0, 40))
def test_more_numbers_begin_with_the_fewer(count: int, longer: int) -> None:
    assert bits(3, "a", count + longer)[:count].tolist() == bits(3, "a", count).tolist()


def test_seed_name_and_counter_each_matter() -> None:
    draws = [
        bits(1, "a", 8),
        bits(2, "a", 8),
        bits(1, "b", 8),
        bits(1, "a", 8, counter=(1, 0)),
        bits(1, "a", 8, counter=(0, 1)),
    ]
    assert len({draw.tobytes() for draw in draws}) == len(draws)
    assert len({int(word) for draw in draws for word in draw}) == 40


def test_every_process_draws_the_same() -> None:
    code = "from glassnet.random import normal; print(normal(7, 'dense_1.weights', (5,)).tobytes().hex())"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    assert outputs == {normal(7, "dense_1.weights", (5,)).tobytes().hex()}


def test_uniform_numbers_have_the_moments_of_the_uniform_distribution() -> None:
    u = uniform(0, "u", (ROWS,))
    assert 0 < u.min() < 1e-4
    assert 1 - 1e-4 < u.max() < 1
    # Five standard errors: the mean has sqrt(1/12/n), the mean square sqrt(4/45/n).
    assert u.mean() == pytest.approx(1 / 2, abs=5 * (1 / 12 / ROWS) ** 0.5)
    assert (u**2).mean() == pytest.approx(1 / 3, abs=5 * (4 / 45 / ROWS) ** 0.5)
    counts = np.histogram(u, 100, (0, 1))[0]
    chi_squared = ((counts - ROWS / 100) ** 2 / (ROWS / 100)).sum()
    assert abs(chi_squared - 99) < 5 * (2 * 99) ** 0.5
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 5 / ROWS**0.5


def test_uniform_numbers_never_touch_their_bounds() -> None:
    # The extreme words 0 and 2^32 - 1 give (0 + 1/2) / 2^32 and (2^32 - 1/2) / 2^32, both exact in float64.
    words = bits(4, "u", 6)
    assert uniform(4, "u", (2, 3)).tolist() == ((words + 0.5) / 2**32).reshape(2, 3).tolist()


def test_normal_numbers_have_the_moments_of_the_normal_distribution() -> None:
    z = normal(0, "z", (ROWS,))
    # The variances of z, z^2, z^3 and z^4 are 1, 2, 15 and 96.
    for power, (moment, variance) in enumerate([(0, 1), (1, 2), (0, 15), (3, 96)], start=1):
        assert (z**power).mean() == pytest.approx(moment, abs=5 * (variance / ROWS) ** 0.5)
    assert (np.abs(z) < 1.959964).mean() == pytest.approx(0.95, abs=5 * (0.95 * 0.05 / ROWS) ** 0.5)
    assert abs(np.corrcoef(z[: ROWS // 2], z[ROWS // 2 :])[0, 1]) < 5 / (ROWS / 2) ** 0.5


@pytest.mark.parametrize("draw", [uniform, normal])
@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (5,), (2, 3), (1, 2, 3)])
def test_any_shape_can_be_drawn(draw: object, shape: tuple[int, ...]) -> None:
    values = draw(1, "x", shape)
    assert values.shape == shape
    assert values.dtype == np.float64
    assert np.isfinite(values).all()


@given(seed=st.integers(0, LARGEST_SEED), count=st.integers(0, 200), epoch=st.integers(0, 2**40))
def test_a_permutation_holds_each_number_once(seed: int, count: int, epoch: int) -> None:
    order = permutation(seed, "order", count, epoch=epoch)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(count))
    assert order.tolist() == permutation(seed, "order", count, epoch=epoch).tolist()


def test_each_epoch_has_its_own_order() -> None:
    orders = {permutation(0, "order", 50, epoch=epoch).tobytes() for epoch in (0, 1, 2, 2**32, 2**32 + 1)}
    assert len(orders) == 5


def test_a_permutation_sorts_the_words_and_keeps_equal_ones_in_order() -> None:
    words = bits(9, "order", 1000, counter=(3, 0))
    expected = sorted(range(1000), key=lambda row: (int(words[row]), row))
    assert permutation(9, "order", 1000, epoch=3).tolist() == expected


def test_every_order_is_as_likely_as_any_other() -> None:
    orders = [tuple(permutation(seed, "order", 3)) for seed in range(6000)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert all(abs(count - 1000) < 5 * (6000 * 1 / 6 * 5 / 6) ** 0.5 for count in counts)


@pytest.mark.parametrize("seed", [0, 1, LARGEST_SEED, np.int64(5), np.uint32(7)])
def test_a_whole_number_is_a_seed(seed: int) -> None:
    assert as_seed(seed) == seed
    assert type(as_seed(seed)) is int


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, "1", True, np.bool_(False), [1]])
def test_anything_else_is_no_seed(seed: object) -> None:
    with pytest.raises(SettingError, match=r"seed=.*: expected a whole number from 0 to 4294967295, or None"):
        as_seed(seed)


def test_without_a_seed_one_is_drawn() -> None:
    seeds = {as_seed(None) for _ in range(4)}
    assert len(seeds) > 1
    assert all(0 <= seed <= LARGEST_SEED for seed in seeds)


def test_a_stream_is_the_crc_32_of_its_name() -> None:
    assert stream("123456789") == 0xCBF43926  # the check value of CRC-32
    assert stream("größe") != stream("grosse")


@pytest.mark.parametrize("count", [0, 1, 1000, 200_000])
def test_a_permutation_is_a_stable_sort_of_the_words_of_its_stream(count):
    words = bits(5, "order", count, counter=(7, 0))
    assert permutation(5, "order", count, epoch=7).tolist() == sorted(range(count), key=words.tolist().__getitem__)


def test_many_numbers_are_those_that_their_counters_and_the_formula_give_one_by_one() -> None:
    count = 4 * (2 * PIECE + 3) + 1
    words = bits(2, "a", count)
    for block in (0, PIECE - 1, PIECE, 2 * PIECE + 2):
        expected = [int(word) for word in philox((block, 0, 0, 0), (2, stream("a")))]
        assert words[4 * block : 4 * block + 4].tolist() == expected
    half = (count + 1) // 2
    first, second = ((bits(2, "a", 2 * half) + 0.5) * 2.0**-32).reshape(2, half)
    drawn = normal(2, "a", (count,))
    for place in (0, PIECE - 1, PIECE, 3 * PIECE + 5, half - 1):
        radius, angle = math.sqrt(-2 * math.log(first[place])), 2 * math.pi * second[place]
        assert drawn[place] == pytest.approx(radius * math.cos(angle), rel=1e-12, abs=1e-15)
        if half + place < count:
            assert drawn[half + place] == pytest.approx(radius * math.sin(angle), rel=1e-12, abs=1e-15)
