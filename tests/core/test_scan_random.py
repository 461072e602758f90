from __future__ import annotations

import numpy as np
import pytest

from glassnet.core import functions
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate
from glassnet.core.interpret import evaluate
from glassnet.core.program import Program
from glassnet.core.scan import scan
from glassnet.core.tape import Tape
from glassnet.engines.native.engine import Native
from glassnet.random import philox

STEPS, WIDTH = 5, 40
X = np.random.default_rng(0).normal(size=(STEPS, WIDTH))


def numbers(time, seed=3, step=9, stream=2):
    """The numbers of a time step, from the words of Philox."""
    words = philox((np.arange(WIDTH), time, step, 0), (seed, stream))[0]
    return ((words >> np.uint32(8)) * 2.0**-24).astype(np.float32)


def dropped(x, h, seed, step, times):
    """A recurrent state of which half is left out, anew at each time step; and the masks."""

    def one(carries, elements):
        kept = functions.uniform(seed, step, (WIDTH,), 2, time=elements[1]) >= 0.5
        after = functions.where(kept, (carries[0] + elements[0]).tanh() * 2, 0)
        return [after], [after, kept.cast("float64")]

    return scan(one, [h], [x, times])


def leaves(tape, dtype="float64"):
    shapes = {"x": (STEPS, WIDTH), "h": (WIDTH,)}
    given = [tape.input(name, shape, dtype) for name, shape in shapes.items()]
    return [*given, tape.input("seed", (), "int64"), tape.input("step", (), "int64")]


def test_a_mask_within_a_scan_is_another_at_every_time_step():
    tape = Tape()
    given = leaves(tape)
    masks = dropped(*given, tape.iota((STEPS,), 0))[1][1]
    (found,) = evaluate([masks], dict(zip(given, (X, X[0], 3, 9), strict=True)))
    np.testing.assert_array_equal(found, [numbers(time) >= 0.5 for time in range(STEPS)])
    assert len({tuple(mask) for mask in found}) == STEPS


def test_the_number_of_a_time_step_may_be_carried_and_begins_where_one_likes():
    tape = Tape()
    seed, step = leaves(tape)[2:]
    one = lambda c, _: ([c[0] + 1], [functions.uniform(seed, step, (WIDTH,), 2, time=c[0])])  # noqa: E731
    _, (drawn,) = scan(one, [tape.constant(7)], steps=3)
    (found,) = evaluate([drawn], {seed: 3, step: 9})
    np.testing.assert_array_equal(found, [numbers(time) for time in (7, 8, 9)])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_masks_in_a_scan_and_their_deltas_equal_the_unrolled_tape_and_are_the_same_as_machine_code(dtype):
    tape = Tape()
    x, h, seed, step = given = leaves(tape, dtype)
    states, masks = dropped(*given, tape.iota((STEPS,), 0))[1]
    outputs = {"masks": masks, "states": states}
    outputs |= dict(zip(("dx", "dh"), backpropagate((states * states).sum(), [x, h]), strict=True))
    now, rows = h, []
    for time in range(STEPS):
        kept = functions.uniform(seed, step, (WIDTH,), 2, time=tape.constant(time)) >= 0.5
        now = functions.where(kept, (now + x[time]).tanh() * 2, 0)
        rows.append(now.reshape(1, WIDTH))
    whole = functions.concatenate(rows, 0)
    expected = dict(zip(("dx", "dh"), backpropagate((whole * whole).sum(), [x, h]), strict=True))
    values = {x: X, h: X[0], seed: 3, step: 9}
    reference = dict(zip(outputs, evaluate(list(outputs.values()), values), strict=True))
    for name, value in zip(expected, evaluate(list(expected.values()), values), strict=True):
        np.testing.assert_array_equal(reference[name], value)
    batch = {"x": X.astype(dtype), "h": X[0].astype(dtype), "seed": np.int64(3), "step": np.int64(9)}
    native = Native().compile(Program(tape, outputs)).step({}, batch, {})
    np.testing.assert_array_equal(native["masks"], reference["masks"])
    for name, value in reference.items():
        np.testing.assert_allclose(native[name], value, rtol=16 * np.finfo(dtype).eps, atol=16 * np.finfo(dtype).eps)


def test_derivatives_through_masks_agree_with_central_differences():
    def function(x, h):
        tape = x.tape
        seed, step = tape.constant(3), tape.constant(9)
        (last,), (states, _) = dropped(x, h, seed, step, tape.iota((x.shape[0],), 0))
        return (states * states).sum() + last.sum()

    check_derivatives(function, X[:2], X[0])
