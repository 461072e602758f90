"""The distinct texts of a column."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.table import text_column
from glassnet.data.text.distinct import Distinct, forms


@given(st.lists(st.one_of(st.none(), st.text(alphabet="a1 \n\u202f", max_size=4))))
def test_every_row_finds_its_text_without_blanks_around_it(values):
    distinct = Distinct.of(text_column(values))
    found = [None if code < 0 else distinct.texts[code] for code in distinct.codes]
    assert found == [(value or "").strip() or None for value in values]
    assert len(set(distinct.texts)) == len(distinct.texts)


@given(st.lists(st.text(alphabet="a19.\n\u2212", min_size=1, max_size=5)))
def test_a_form_shows_digits_as_zeros_and_one_sign_for_several(texts):
    assert forms(texts) == [text.replace("1", "0").replace("9", "0").replace("\u2212", "-") for text in texts]


def test_a_long_text_has_a_form_of_its_own():
    assert forms(["1" * 65, "1" * 64]) == ["~", "0" * 64]


def test_rows_and_first_rows_of_marked_texts():
    distinct = Distinct.of(text_column(["a", None, "b", "b", "c"]))
    marked = np.array([False, True, True])
    assert distinct.counts.tolist() == [1, 2, 1]
    assert distinct.rows(marked) == 3
    assert distinct.first_row(marked) == (2, "b")
    np.testing.assert_equal(distinct.spread(np.array([1.0, 2.0, 3.0])), [1, np.nan, 2, 2, 3])
