"""Pairs of inputs and targets, as the batches of a stream bring them."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.examples import Examples, examples_of
from glassnet.errors import DataError

X, Y = np.zeros((3, 2)), np.zeros(3)


def refusal(*batches: object) -> str:
    with pytest.raises(DataError) as caught:
        list(examples_of(batches, "the generator"))
    return str(caught.value)


@pytest.mark.parametrize(
    ("batches", "words"),
    [
        ([X], "batch 1 is a ndarray; expected pairs (inputs, targets)"),
        ([(X, Y), (X, Y, Y, Y)], "batch 2 is 4 things"),
        ([(X, Y), (X, Y, Y)], "batch 2 has weights, unlike the batches before"),
        ([(X, Y, Y), (X, Y)], "batch 2 has no weights, unlike the batches before"),
        ([(X, Y, [1, 2])], "batch 1: sample_weight has 2 weights for 3 rows"),
        ([(X, Y, [1, -2, 0])], "batch 1: sample_weight: row 2 has the weight -2.0"),
        ([(X, Y, ["a", "b", "c"])], "batch 1: sample_weight holds values of dtype <U1"),
        ([(X, Y), (X, Y[:2])], "batch 2: 3 rows of inputs and 2 targets"),
        (
            [(X, Y), (np.zeros((3, 4)), Y)],
            "batch 2: inputs of shape (3, 4) where the batches before had rows of shape (2,)",
        ),
        ([(X, Y), (X, np.zeros((3, 1)))], "batch 2: targets of shape (3, 1)"),
        (
            [(X, Y), (X, np.array(["a", "b", "c"]))],
            "batch 2: targets of dtype <U1 where the batches before had float64",
        ),
        ([([[1], [2, 3]], Y)], "batch 1: row 2 holds 2 values where row 1 holds 1 value"),
    ],
)
def test_what_is_no_batch_like_the_others_is_told(batches, words):
    assert words in refusal(*batches)


def test_batches_without_rows_are_passed_over_and_numbers_of_any_dtype_may_follow():
    batches = [(X, Y), (X[:0], Y[:0]), (X.astype(np.float32), Y.astype(int))]
    whole = Examples.joined(list(examples_of(batches, "the generator")))
    assert (whole.inputs.shape, whole.targets.shape) == ((6, 2), (6,))
    assert len(whole.take(np.array([0, 5]))) == 2
