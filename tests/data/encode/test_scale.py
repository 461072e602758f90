"""Numbers centred, scaled and bent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.encode.scale import Scale, moments, quantiles


def test_mean_and_deviation_far_from_zero():
    t = 1.7e9 + np.arange(1000.0)
    mean, deviation = moments(t)
    assert mean == 1.7e9 + 499.5
    assert deviation**2 == pytest.approx(83333.25, rel=1e-12)  # (1000^2 - 1) / 12
    assert len(np.unique(Scale.of(t).bend(t).astype(np.float32))) == 1000


@pytest.mark.parametrize("size", [1e-300, 1e-12, 1.0, 1e12, 1e300])
def test_the_size_of_values_does_not_matter(size):
    values = np.array([1.0, 2.0, 3.0, 4.0]) * size
    mean, deviation = moments(values)
    assert mean == pytest.approx(2.5 * size, rel=1e-15)
    assert deviation == pytest.approx(np.sqrt(1.25) * size, rel=1e-15)
    np.testing.assert_allclose(Scale.of(values).standardise(values), (np.arange(4) - 1.5) / np.sqrt(1.25), rtol=1e-14)


def test_the_ends_of_float64():
    values = np.array([-1.7e308, 1.7e308])
    assert moments(values) == (0.0, 1.7e308)
    np.testing.assert_allclose(Scale.of(values).standardise(values), [-1, 1])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_standardised_values_have_mean_0_and_deviation_1_or_are_all_0(values):
    array = np.array(values)
    mean, deviation = moments(array)
    z = Scale(mean, deviation).standardise(array)
    if deviation == 0:
        assert not z.any()
    else:
        assert abs(z.mean()) < 1e-4
        assert z.std() == pytest.approx(1, abs=1e-4)


def test_rounding_noise_has_no_deviation():
    noisy = np.array([0.3, 0.1 + 0.2])
    assert moments(noisy) == (0.3, 0.0)
    assert Scale.of(noisy).bend(np.array([0.3, 7.0])).tolist() == [0, 0]


def test_the_bend_is_its_formula_and_ends_at_eight():
    z = np.array([-3.0, 0.5, 46.0, 1e200, np.inf, -np.inf, np.nan])
    expected = [-3 / np.sqrt(1 + 9 / 64), 0.5 / np.sqrt(1 + 0.25 / 64), 46 / np.sqrt(1 + 46**2 / 64), 8, 8, -8, 0]
    np.testing.assert_allclose(Scale(0.0, 1.0).bend(z), expected, rtol=1e-12)


def test_one_extreme_value_does_not_shrink_the_others():
    values = np.append(np.linspace(-1, 1, 1001), 1e9)
    scale = Scale.of(values)
    assert np.ptp(scale.bend(values)[:-1]) > 1
    assert Scale.of(np.linspace(-1, 1, 1001)).deviation == moments(np.linspace(-1, 1, 1001))[1]


def test_gaps_and_infinity_do_not_count():
    assert Scale.of(np.array([1.0, np.nan, 3.0, np.inf])) == Scale(2.0, 1.0)
    assert Scale.of(np.array([np.nan])) == Scale(0.0, 0.0)


@given(
    st.lists(st.integers(-20, 20).map(float), min_size=1, max_size=60),
    st.lists(st.integers(0, 20), min_size=1, max_size=8),
    st.sampled_from([1.0, 0.3, 7.0]),
)
def test_quantiles_of_equal_weights_are_those_of_weights(values, shares, weight):
    parts = np.array(shares) / 20
    expected = np.quantile(values, parts, weights=np.ones(len(values)), method="inverted_cdf")
    found = quantiles(np.array(values), parts, np.full(len(values), weight))
    np.testing.assert_array_equal(found, expected)
