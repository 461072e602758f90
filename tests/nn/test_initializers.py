"""Each initializer: its moments or its exact values, its range, its fans, and that seed and name alone decide."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import SettingError, ShapeError
from glassnet.nn.embedding import FirstRowZero
from glassnet.nn.initializers import (
    INITIALIZERS,
    Constant,
    Identity,
    Normal,
    Orthogonal,
    TruncatedNormal,
    Uniform,
    VarianceScaling,
    Zeros,
    as_initializer,
)

SHAPE = 3, 300, 200  # a window of three: fan_in 900, fan_out 600
NUMBERS = math.prod(SHAPE)
CUT_DEVIATION = 0.87962566103423978  # of the standard normal cut at two: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1))
VARIANCES = {
    "he-normal": 2 / 900,
    "he-uniform": 2 / 900,
    "glorot-normal": 2 / 1500,
    "glorot-uniform": 2 / 1500,
    "lecun-normal": 1 / 900,
    "lecun-uniform": 1 / 900,
    "sigmoid-uniform": 16 * 2 / 1500,
    "normal": 1.0,
    "truncated-normal": CUT_DEVIATION**2,
    "uniform": 0.1**2 / 12,
}
FLAT = "he-uniform", "glorot-uniform", "lecun-uniform", "sigmoid-uniform", "uniform"


def drawn(initializer, shape=SHAPE, seed=0, name="dense_1.weights"):
    return as_initializer(initializer).values(shape, seed, name)


@pytest.mark.parametrize("name", sorted(VARIANCES))
def test_the_numbers_have_mean_zero_and_the_variance_stated(name):
    values, deviation = drawn(name), math.sqrt(VARIANCES[name])
    assert values.dtype == np.float64
    assert values.shape == SHAPE
    assert values.mean() == pytest.approx(0, abs=4 * deviation / math.sqrt(NUMBERS))
    assert values.var() == pytest.approx(VARIANCES[name], rel=4 * math.sqrt(2 / NUMBERS))


@pytest.mark.parametrize("name", FLAT)
def test_uniform_ones_fill_their_range_and_no_more(name):
    edge = math.sqrt(3 * VARIANCES[name])
    assert 0.999 * edge < np.abs(drawn(name)).max() <= edge


@pytest.mark.parametrize(("fan", "size"), [("in", 900), ("out", 600), ("average", 750)])
@pytest.mark.parametrize("distribution", ["normal", "uniform", "truncated normal"])
def test_variance_scaling_divides_by_the_fan_whatever_the_distribution(fan, size, distribution):
    values = drawn(VarianceScaling(3.0, fan, distribution))
    assert values.var() == pytest.approx(3 / size, rel=4 * math.sqrt(2 / NUMBERS))


def test_the_named_rules_are_variance_scaling_with_fixed_settings():
    for name, settings in (
        ("he-normal", (2, "in", "normal")),
        ("glorot-uniform", (1, "average", "uniform")),
        ("lecun-normal", (1, "in", "normal")),
        ("sigmoid-uniform", (16, "average", "uniform")),
    ):
        assert np.array_equal(drawn(name, (7, 5)), drawn(VarianceScaling(*settings), (7, 5)))


def test_the_truncated_normal_ends_at_two_standard_deviations():
    values = drawn(TruncatedNormal(0.3))
    assert 0.599 < np.abs(values).max() <= 0.6
    uncut = drawn(Normal(0.3))
    assert np.array_equal(values[np.abs(uncut) <= 0.6], uncut[np.abs(uncut) <= 0.6])


@given(rows=st.integers(1, 12), columns=st.integers(1, 12), window=st.sampled_from([(), (2,), (3, 2)]))
def test_orthogonal_matrices_have_orthonormal_rows_or_columns(rows, columns, window):
    values = drawn(Orthogonal(2.0), (*window, rows, columns)).reshape(-1, columns) / 2
    product = values.T @ values if len(values) >= columns else values @ values.T
    np.testing.assert_allclose(product, np.eye(len(product)), atol=1e-12)


def test_orthogonal_matrices_are_drawn_evenly():
    """The determinant and every element of 2 x 2 ones are as often positive as negative (Mezzadri, 2007)."""
    values = np.array([drawn(Orthogonal(), (2, 2), seed) for seed in range(2000)])
    for sample in (np.linalg.det(values), values[:, 0, 0], values[:, 0, 1], values[:, 1, 0], values[:, 1, 1]):
        assert (sample > 0).mean() == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(2000))


def test_what_draws_nothing_gives_its_exact_values():
    assert drawn(Identity(), (2, 3)).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert drawn(Identity(0.5), (2, 2)).tolist() == [[0.5, 0], [0, 0.5]]
    assert drawn("zeros", (2,)).tolist() == [0, 0]
    assert drawn("ones", (2,)).tolist() == [1, 1]
    assert drawn(Constant(0.25), (1, 2)).tolist() == [[0.25, 0.25]]
    assert drawn(Constant([[3, 4]]), (1, 2)).tolist() == [[3, 4]]


@pytest.mark.parametrize("name", sorted(set(INITIALIZERS) - {"constant"}))
def test_seed_and_name_alone_decide(name):
    assert np.array_equal(drawn(name, (6, 6)), drawn(name, (6, 6)))
    others = [drawn(name, (6, 6), seed=1), drawn(name, (6, 6), name="dense_2.weights")]
    chance = name not in ("zeros", "ones", "identity")
    assert [np.array_equal(drawn(name, (6, 6)), other) for other in others] == [not chance] * 2


def test_the_row_of_what_was_never_seen_stays_zero_under_another_rule():
    rule = FirstRowZero(Normal(0.1)).replaced(Constant(2.0))
    assert drawn(rule, (3, 2)).tolist() == [[0, 0], [2, 2], [2, 2]]
    assert isinstance(Normal().replaced(Zeros()), Zeros)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lambda: Normal(-1), r"Normal: standard_deviation=-1, expected"),
        (lambda: TruncatedNormal(math.nan), "TruncatedNormal: standard_deviation=nan"),
        (lambda: Uniform(1, 1), "Uniform: low=1, high=1, expected low below high"),
        (lambda: Uniform(-math.inf, 0), "Uniform: low=-inf"),
        (lambda: VarianceScaling(-1), "VarianceScaling: scale=-1"),
        (lambda: VarianceScaling(1, "both"), "VarianceScaling: fan='both', expected one of 'in', 'out', 'average'"),
        (lambda: VarianceScaling(1, "in", "flat"), "distribution='flat', expected one of 'normal', 'uniform'"),
        (lambda: Orthogonal("1"), "Orthogonal: gain='1'"),
        (lambda: Identity(math.inf), "Identity: gain=inf"),
        (lambda: Constant("a"), "Constant: value='a'"),
        (lambda: as_initializer("xavier-normal"), "here it is called 'glorot-normal'"),
        (lambda: as_initializer("gaussian"), "here it is called 'normal'"),
        (lambda: as_initializer("orthagonal"), "did you mean 'orthogonal'"),
        (lambda: as_initializer("uniform", limit=1), r"Uniform has no setting 'limit'\. It has low, high"),
    ],
)
def test_settings_out_of_range_say_what_was_given_and_expected(wrong, named):
    with pytest.raises(SettingError, match=named):
        wrong()


@pytest.mark.parametrize(
    ("initializer", "shape", "named"),
    [
        (Identity(), (3,), r"dense_1\.weights: the identity has two axes, the parameter has shape \(3,\)"),
        (Orthogonal(), (3,), r"dense_1\.weights: an orthogonal matrix has two axes, the parameter has shape \(3,\)"),
        (Constant([1, 2]), (3,), r"dense_1\.weights: .* have shape \(2,\), the parameter has \(3,\)"),
    ],
)
def test_shapes_that_do_not_fit_name_the_parameter(initializer, shape, named):
    with pytest.raises(ShapeError, match=named):
        drawn(initializer, shape)
