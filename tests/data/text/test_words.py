"""Words for no value, true and false."""

from __future__ import annotations

import pytest

from glassnet.data.text.words import are_truths, is_gap, is_no_label, truth


@pytest.mark.parametrize("word", ["NA", "N/A", "n/a", "null", "None", "NaN", "nan", "-", "--", "?", "#N/A", "missing"])
def test_usual_spellings_of_a_gap(word):
    assert is_gap(word)


@pytest.mark.parametrize("word", ["Norway", "0", "no", "n", "nope", "a-b"])
def test_other_words_are_no_gaps(word):
    assert not is_gap(word)


def test_a_class_may_be_called_none_or_minus_but_not_na():
    assert [word for word in ("None", "-", "Na", "unknown", "NA", "?", "nan") if is_no_label(word)] == [
        "NA",
        "?",
        "nan",
    ]


def test_truth_values_come_in_pairs_whatever_their_capitals():
    assert [truth(word) for word in ("TRUE", "no", "Y", "f", "1", "maybe")] == [True, False, True, False, None, None]
    assert are_truths(["Yes", "no", "NO"])
    assert not are_truths(["yes", "false"])
    assert not are_truths(["t", "n"])
