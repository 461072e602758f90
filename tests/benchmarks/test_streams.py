"""The benchmark of streams: in what order rows are asked about and learnt, and how systems are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from streaming.others import MODELS
from streaming.ours import Default, Small, Table
from streaming.passing import Learner, passed
from streaming.shown import of_streams
from streaming.streams import Row, Stream, labelled, measured
from tabular.fits import OURS, Fit


class Last:
    """A learner that answers with the target of the row before."""

    name, version = "last", "1"

    def begin(self, rows: Sequence[Row], targets: Sequence[Any], labels: tuple[str, ...]) -> None:
        self.begun = len(rows)
        self.target = targets[-1]

    def answer(self, row: Row) -> Any:
        return self.target

    def learn(self, row: Row, target: Any) -> None:
        self.target = target


def line(rows: int = 200) -> pd.DataFrame:
    x = np.random.default_rng(0).uniform(-1, 1, (rows, 2))
    return pd.DataFrame({"a": 100 + x[:, 0], "b": x[:, 1], "y": 50 + 10 * x[:, 0], "up": x[:, 0] > 0})


def test_a_stream_has_its_rows_in_order_with_what_is_asked_about_apart():
    stream = labelled(pd.DataFrame({"a": [1, 2], "k": [7, 5], "b": [True, False]}), "k")
    assert stream == Stream([{"a": 1.0, "b": 1.0}, {"a": 2.0, "b": 0.0}], ["7", "5"], ("5", "7"))
    assert measured(pd.DataFrame({"a": [1, 2], "y": [3, 4]}), "y").targets == [3.0, 4.0]


def test_each_row_is_asked_about_before_it_is_learnt():
    numbers = measured(pd.DataFrame({"a": np.zeros(20), "y": np.arange(20) ** 2}), "y")
    learner = Last()
    fit = passed(learner, "squares", numbers)
    assert learner.begun == 2
    assert fit.value == (19**2 - 1) / 18  # the mean of the steps from 1 to 19^2
    assert (fit.n_train, fit.n_test, fit.metric) == (2, 18, "mean_absolute")
    assert passed(Last(), "squares", numbers, most=2).value == (3 + 5) / 2


def test_the_error_of_classes_is_the_share_of_wrong_labels():
    classes = labelled(pd.DataFrame({"a": np.zeros(20), "k": ["x"] * 11 + ["z"] * 9}), "k")
    assert passed(Last(), "turn", classes).value == 1 / 18


@pytest.mark.parametrize("make", [Default, Small, Table])
def test_ours_learns_a_line_and_a_side_of_it(make: Callable[[], Learner]):
    frame = line()
    numbers = passed(make(), "line", measured(frame.drop(columns="up"), "y"))
    assert numbers.value < 2.5  # half of what the mean of all gives, 5
    sides = passed(make(), "side", labelled(frame.drop(columns="y"), "up"))
    assert sides.value < 0.2


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_another_library_answers_with_labels_and_numbers(name: str):
    pytest.importorskip("deep_river" if name == "deep_river" else "river")
    frame = line()
    assert passed(MODELS[name](), "side", labelled(frame.drop(columns="y"), "up")).value < 0.4
    assert passed(MODELS[name](), "line", measured(frame.drop(columns="up"), "y")).value < 10


def test_systems_are_shown_beside_the_best_model_of_river_and_the_time_of_deep_river():
    fit = Fit(OURS, "1", "s", 0, "classes", "share_wrong", 0.1, 1, 0.002, 10, 100)
    fits = [
        fit,
        replace(fit, system="river_tree", value=0.2, predict_s=0.01),
        replace(fit, system="river_linear", value=0.4),
        replace(fit, system="deep_river", value=0.05, predict_s=0.1),
    ]
    assert of_streams(fits).splitlines()[2:] == [
        "| s      |   deep_river 1 | 0.0500 |           0.250 |     1000 |                    |",
        "| s      |     glassnet 1 | 0.1000 |           0.500 |       20 |               50.0 |",
        "| s      |   river_tree 1 | 0.2000 |           1.000 |      100 |                    |",
        "| s      | river_linear 1 | 0.4000 |           2.000 |       20 |                    |",
    ]
    assert of_streams([fit]).splitlines()[2].split("|")[4:] == [
        "                 ",
        "       20 ",
        "                    ",
        "",
    ]
