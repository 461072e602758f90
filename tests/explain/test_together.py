"""Rank correlations."""

from __future__ import annotations

import numpy as np

from glassnet.explain.together import centred_ranks


def test_the_correlation_of_ranks_with_ties_is_that_of_a_worked_example():
    """Ranks 1, 2.5, 2.5, 4 and 2, 1, 3, 4: by hand, Pearson's correlation is 3 / sqrt(4.5 * 5)."""
    one, other = (centred_ranks(np.array(x, float)) for x in ([10, 20, 20, 90], [5, 1, 6, 7]))
    assert np.isclose(one @ other, 3 / np.sqrt(4.5 * 5))


def test_a_column_of_one_value_goes_with_none():
    assert (centred_ranks(np.full(4, 2.0)) == 0).all()
    assert (centred_ranks(np.full(4, np.nan)) == 0).all()
