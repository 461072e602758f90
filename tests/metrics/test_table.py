from __future__ import annotations

import pytest

from glassnet.errors import SettingError
from glassnet.metrics import METRICS, find

BETTER_AND_WORSE = {
    "numbers": ([0.0, 1.0, 3.0], [0.0, 1.0, 2.5], [2.0, 0.0, 2.5]),
    "labels": ([0, 1, 1], [0, 1, 1], [1, 0, 1]),
    "probabilities": (
        [0, 5],
        [[0.8, 0.04, 0.04, 0.04, 0.04, 0.04], [0.04, 0.04, 0.04, 0.04, 0.04, 0.8]],
        [[0.0, 0.1, 0.7, 0.1, 0.05, 0.05], [0.1, 0.1, 0.1, 0.6, 0.1, 0.0]],
    ),
}


@pytest.mark.parametrize("name", METRICS)
def test_the_direction_of_each_score_is_right(name: str) -> None:
    metric = find(name)
    targets, good, bad = BETTER_AND_WORSE[metric.of]
    better, worse = metric.score(targets, good, None), metric.score(targets, bad, None)
    assert metric.name == name
    assert (better > worse) is metric.higher_is_better


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(
        SettingError, match=r"metric='acuracy' is not known; did you mean 'accuracy'\?; the scores are: r2"
    ):
        find("acuracy")


@pytest.mark.parametrize(("name", "ours"), [("mse", "mean_squared_error"), ("RMSE", "root_mean_squared_error")])
def test_a_familiar_name_is_answered_with_ours(name: str, ours: str) -> None:
    with pytest.raises(SettingError, match=f"metric='{name}' is called '{ours}' here"):
        find(name)


def test_what_is_no_name_is_refused() -> None:
    with pytest.raises(SettingError, match=r"metric=\['r2'\] is not known"):
        find(["r2"])


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        METRICS["mine"] = METRICS["r2"]
