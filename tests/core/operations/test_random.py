from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.operations.random import random
from glassnet.core.tape import Tape
from glassnet.errors import DTypeError, ShapeError
from glassnet.random import philox

thorough = settings(deadline=None, max_examples=50, derandomize=True, database=None)
KEPT = [4266973695, 511626624, 390907097, 2694156876]  # the words of release 0.1 under the key (1, 3) at step 2


def words(seed, step, shape=(3, 2), stream=0, time=()):
    tape = Tape()
    leaves = [tape.input(name, (), "int64") for name in ("seed", "step", "time")[: 2 + len(time)]]
    values = dict(zip(leaves, (seed, step, *time), strict=True))
    return evaluate([random(*leaves, shape=shape, stream=stream)], values)[0]


@thorough
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**62), st.integers(0, 2**32 - 1), st.integers(0, 2**40))
def test_the_bits_are_philox_at_the_counter_of_element_time_and_step(seed, step, stream, time):
    found = words(seed, step, stream=stream, time=[time])
    for element in range(6):
        expected = philox((element, time % 2**32, step % 2**32, step // 2**32), (seed, stream))[0]
        assert found.flat[element] == expected
    assert found.dtype == np.uint32
    np.testing.assert_array_equal(words(seed, step, stream=stream), words(seed, step, stream=stream, time=[0]))


def test_a_seed_a_step_and_a_stream_keep_their_bits():
    assert words(1, 2, (4,), 3).tolist() == KEPT  # models that were saved draw them again


def test_seeds_steps_and_streams_each_give_other_bits_and_the_same_give_the_same():
    draws = [words(1, 2, stream=3), words(2, 2, stream=3), words(1, 3, stream=3), words(1, 2, stream=4)]
    draws += [words(1, 2 + 2**32, stream=3), words(2, 1, stream=3), words(1, 2, stream=3, time=[1])]
    for i, first in enumerate(draws):
        assert not any((first == other).any() for other in draws[:i])
    np.testing.assert_array_equal(words(1, 2, stream=3), draws[0])


def test_an_element_has_its_bits_whatever_the_shape():
    assert words(5, 7, (6,)).tolist() == words(5, 7, (2, 3)).reshape(-1).tolist() == words(5, 7, (9,))[:6].tolist()
    assert words(5, 7, (0, 3)).shape == (0, 3)
    assert words(5, 7, ()).tolist() == words(5, 7, (1,))[0]


def test_the_rows_of_a_batch_draw_as_many_as_they_are():
    tape = Tape()
    x = tape.input("x", (n, 2), "float32")
    seed = tape.constant(3)
    bits = random(seed, seed, shape=x.shape, stream=1)
    small, large = (evaluate([bits], {x: np.zeros((rows, 2))})[0] for rows in (2, 5))
    np.testing.assert_array_equal(small, large[:2])


def test_bits_are_even():
    found = words(0, 0, (100_000,))
    ones = [(found >> np.uint32(bit) & np.uint32(1)).mean() for bit in range(32)]
    assert max(abs(share - 0.5) for share in ones) < 0.01


def test_seed_and_step_are_single_whole_numbers():
    tape = Tape()
    scalar, vector, real = tape.input("a", (), "int64"), tape.input("b", (2,), "int64"), tape.input("c", (), "float64")
    with pytest.raises(ShapeError, match=r"random: the step has shape \(2,\); expected a single number"):
        random(scalar, vector, shape=(2,), stream=0)
    with pytest.raises(DTypeError, match="random: the seed has dtype float64; expected int64"):
        random(real, scalar, shape=(2,), stream=0)
    with pytest.raises(DTypeError, match="random: the time step has dtype float64; expected int64"):
        random(scalar, scalar, real, shape=(2,), stream=0)
    with pytest.raises(ShapeError, match="random: 4 operands; expected seed, step and at most one time step"):
        random(scalar, scalar, scalar, scalar, shape=(2,), stream=0)
