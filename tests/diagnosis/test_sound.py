"""Sound set-ups of many kinds: no check says that anything is wrong, before learning or after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn

DIAMONDS = Path(__file__).resolve().parents[2] / "examples" / "diamonds.csv"
RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(300, 5))
Y = X[:, 0] * X[:, 1] + X[:, 2]
PETALS = RANDOM.normal(size=(150, 4)) * 0.4 + np.repeat(
    [[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]], 50, 0
)
KINDS = np.repeat(["setosa", "versicolor", "virginica"], 50)
GREY = np.clip(
    RANDOM.normal(size=(200, 8, 8)) * 3 + 8 * (np.arange(8) < np.repeat([2, 4, 6, 8], 50)[:, None, None]), 0, 16
)
WAVES = [RANDOM.normal(size=(RANDOM.integers(4, 16), 2)) for _ in range(120)]
TOKENS = [RANDOM.integers(0, 20, size=RANDOM.integers(4, 12)) for _ in range(150)]
SET_UPS = {
    "measured flowers": ([gn.Dense(16, "relu"), gn.Dense(3)], "softmax log loss", "adam", PETALS, KINDS),
    "logistic": ([gn.Dense(3, "softmax")], "softmax log loss", gn.GradientDescent(0.1), PETALS, KINDS),
    "grey values": (
        [gn.Flatten(), gn.Dense(64, "relu"), gn.Dense(32, "relu"), gn.Dense(4)],
        "softmax log loss", "adam", GREY, np.repeat(np.arange(4), 50),
    ),
    "normalised, with dropout": (
        [gn.Dense(32), gn.BatchNorm(), "relu", gn.Dropout(0.3), gn.Dense(1)], "squared", gn.Adam(0.01), X, Y,
    ),
    "a line": ([gn.Dense(1)], "squared", gn.GradientDescent(0.1), X, X @ [1.0, 2, 0, 0, -1]),
    "robust": ([gn.Dense(24, "gelu"), gn.Dense(24, "gelu"), gn.Dense(1)], "huber", gn.Muon(0.02), X, Y),
    "two classes": (
        [gn.Dense(16, "tanh"), gn.Dense(1, "sigmoid")], "binary log loss", gn.Momentum(0.05), X, (Y > 0) * 1,
    ),
    "counts": ([gn.Dense(16, "tanh"), gn.Dense(1)], "poisson", gn.Adam(0.01), X, RANDOM.poisson(np.exp(X[:, 0])) * 1.0),
    "deep": ([*[gn.Dense(32, "relu") for _ in range(8)], gn.Dense(1)], "squared", "adam", X, Y),
    "all rows at once": ([gn.Dense(8, "tanh"), gn.Dense(1)], "squared", "lbfgs", X, Y),
    "sequences": (
        [gn.LSTM(16), gn.Dense(1)], "squared", gn.Adam(0.01), WAVES, [each[:, 0].sum() / 3 for each in WAVES],
    ),
    "words": (
        [gn.Embedding(20, 8), gn.GRU(8), gn.Dense(2)], "softmax log loss", gn.Adam(0.01),
        TOKENS, [int((each < 5).sum() > 1) for each in TOKENS],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SET_UPS)
def test_nothing_is_wrong_with_a_sound_network(name):
    layers, loss, optimizer, x, y = SET_UPS[name]
    mine = gn.Network(layers, loss=loss, optimizer=optimizer, seed=0)
    found = mine.diagnose(x, y)
    assert [each for each in found.findings if each.verdict == "wrong"] == [], str(found)
    mine.learn(x, y, epochs=10, verbose=0)
    assert [each for each in mine.diagnose(x, y).findings if each.verdict == "wrong"] == []


def test_nothing_is_wrong_with_an_ensemble_for_a_table(tmp_path):
    lines = DIAMONDS.read_text(encoding="utf-8").splitlines(keepends=True)
    table = tmp_path / "some.csv"
    table.write_text("".join(lines[:600]), encoding="utf-8")
    mine = gn.Network(seed=0)
    found = mine.diagnose(table, target="price")
    assert found.causes == (), str(found)
    assert "plans its layers and rates by itself" in found["rate"].words
    assert mine.report is None
