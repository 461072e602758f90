"""What is drawn with matplotlib: the numbers on the axes, in any style, and what is said where it is missing."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import MissingExtraError, SettingError

X = np.linspace(-1, 1, 60)[:, None]
Y = np.sin(3 * X[:, 0])


@pytest.fixture(scope="module")
def network() -> gn.Network:
    made = gn.Network([gn.Dense(4, "tanh"), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.05), seed=0)
    made.learn(X, Y, epochs=12, batch_size=10, validation=0.25)
    return made


@pytest.fixture(scope="module")
def classes() -> gn.Network:
    made = gn.Network([gn.Dense(2)], loss="softmax log loss", seed=0)
    made.learn(X, np.where(Y > 0, "up", "down"), epochs=5)
    return made


@pytest.fixture(scope="module")
def drawable(network, classes) -> dict[str, Any]:
    return {
        "report": network.report, "numbers": network.compare(X, Y), "landscape": network.landscape(X, Y, points=5),
        "opened": network.open(X[:5], Y[:5]), "classes": classes.compare(X, np.where(Y > 0, "up", "down")),
    }  # fmt: skip


@pytest.fixture(params=["default", "dark_background"])
def pyplot(request: pytest.FixtureRequest) -> Any:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    with pyplot.style.context(request.param):
        yield pyplot
    pyplot.close("all")


def words(ax: Any) -> list[str]:
    legend = ax.get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


NAMES = ("report", "numbers", "landscape", "opened", "classes")


@pytest.mark.parametrize("name", NAMES)
def test_each_draws_on_the_axes_that_it_is_given_or_on_new_ones_and_returns_them(name, drawable, pyplot):
    axes = pyplot.subplots()[1]
    assert drawable[name].plot(axes) is axes
    assert drawable[name].plot(ax=axes) is axes
    new = drawable[name].plot()
    assert new is not axes
    assert new.get_xlabel()
    assert new.get_ylabel() or name == "opened"  # whose lines have names
    new.figure.canvas.draw()


@pytest.mark.parametrize("name", NAMES)
def test_without_matplotlib_the_error_says_how_to_install_it(name, drawable, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'glassnet\[plot\]'"):
        drawable[name].plot()


def test_the_curves_are_those_of_the_report_and_the_best_is_marked(network, pyplot):
    report = network.report
    axes = report.plot()
    training, validation, best = axes.get_lines()
    assert training.get_xydata().tolist() == [[i, loss] for i, loss in enumerate(report.training_losses)]
    assert validation.get_ydata().tolist() == list(report.validation_losses)
    assert best.get_xydata().tolist() == [[report.best_epoch, min(report.validation_losses)]]
    assert axes.get_xlabel() == "epoch"
    assert words(axes)[:2] == ["training loss", "validation loss"]


def test_losses_far_apart_are_on_a_logarithmic_scale_and_a_report_without_losses_is_refused(pyplot):
    report = gn.Report(True, "done", "", 6, 3, 1.0, (1.0, 0.1, 0.01, 0.001))
    axes = report.plot()
    assert axes.get_yscale() == "log"
    assert len(axes.get_lines()) == 1
    assert gn.Report(True, "done", "", 6, 1, 1.0, (1.0, 0.9, 0.8, 0.7)).plot().get_xlabel() == "step"
    assert gn.Report(True, "done", "", 2, 1, 1.0, (1.0, float("nan"))).plot().get_yscale() == "linear"
    with pytest.raises(SettingError, match="the report has no losses"):
        gn.Report(True, "done", "", 0, 0, 0.0).plot()


def test_answers_are_drawn_against_desired_numbers_with_the_diagonal(drawable, pyplot):
    found = drawable["numbers"]
    axes = found.plot()
    points, diagonal = axes.get_lines()
    np.testing.assert_array_equal(points.get_xydata(), np.hstack([found.desired, found.answers]))
    assert (diagonal.get_xdata() == diagonal.get_ydata()).all()
    assert axes.get_aspect() == 1


def test_the_matrix_shows_the_count_of_each_pair_of_classes(drawable, pyplot):
    found = drawable["classes"]
    axes = found.plot()
    assert [text.get_text() for text in axes.texts] == [str(count) for count in found.counts.ravel()]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["down", "up"]
    shares = axes.get_images()[0].get_array()
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_the_landscape_has_the_first_direction_across_and_the_weights_in_the_middle(drawable, pyplot):
    found = drawable["landscape"]
    axes = found.plot()
    assert axes.get_xlabel() == "along the first direction"
    assert axes.get_lines()[0].get_xydata().tolist() == [[0, 0]]
    assert words(axes) == [f"the weights: {found.here:.4g}"]


def test_a_landscape_that_is_flat_or_not_finite_is_drawn_too(pyplot):
    from glassnet.network.landscape import Landscape

    along = np.array([-1.0, 0, 1])
    for losses in (np.ones((3, 3)), np.zeros((3, 3)), np.diag([np.inf, 1, 2.0]), np.full((3, 3), np.nan)):
        found = Landscape(along, losses, 3)
        found.plot().figure.canvas.draw()
        assert "the weights" in str(found)


def test_the_sizes_of_each_parameter_are_drawn_as_their_quantiles(drawable, pyplot):
    opened = drawable["opened"]
    axes = opened.plot()
    assert words(axes) == ["weights", "deltas", "changes"]
    names = ["dense_1.weights", "dense_1.bias", "dense_2.weights", "dense_2.bias"]
    assert [label.get_text() for label in axes.get_yticklabels()] == names
    views = {view.name: view for view in opened.glass.weights}
    points = axes.containers[1][0].get_xdata()
    np.testing.assert_allclose(points, [np.median(np.abs(views[name].derivative)) for name in names], rtol=1e-6)
    ends = axes.containers[1][2][0].get_segments()
    low, high = np.quantile(np.abs(views["dense_1.weights"].derivative), (0.05, 0.95))
    np.testing.assert_allclose([x for x, _ in ends[0]], [low, high], rtol=1e-5)


def test_parameters_whose_numbers_are_all_0_have_no_line(pyplot):
    frozen = gn.Network(
        [gn.Dense(2), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.1, rates={"dense_1": 0}), seed=0
    )
    frozen.learn(X, Y, epochs=0)
    opened = frozen.open(X[:5], Y[:5])
    assert opened.sizes["changes"][:2] == [None, None]
    assert opened.sizes["weights"][1] is None, "a bias starts at 0"
    opened.plot().figure.canvas.draw()


def test_layers_are_drawn_as_boxes_below_what_feeds_them(network, pyplot):
    axes = network.layers.plot()
    boxes = {text.get_text(): text.get_position() for text in axes.texts if text.get_text()}
    assert boxes == {
        "inputs\ninput (n, 1)\n": (0, 0),
        "dense_1\nDense (n, 4)\n8 weights": (0, 1),
        "dense_2\nDense (n, 1)\n5 weights": (0, 2),
    }
    assert network.layers.plot(axes) is axes
    axes.figure.canvas.draw()


def test_what_passes_by_other_layers_is_drawn_around_them(pyplot):
    residual = gn.Network([gn.Residual([gn.Dense(3, "tanh"), gn.Dense(1)]), gn.Dense(1)], loss="squared", seed=0)
    residual.learn(X, Y, epochs=0)
    axes = residual.layers.plot()
    around = [line.get_xydata().tolist() for line in axes.get_lines() if len(line.get_xydata()) == 3]
    assert around == [[[0, 0], [0.7, 1], [0.7, 2]]], "and from there to the sum, which is on the fourth line"
    axes.figure.canvas.draw()
