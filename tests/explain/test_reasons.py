"""The reasons for one answer, in words."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import SettingError

PRICES = [2.0, 4.5, 7.0, 2.5]  # their mean is 4
ROWS = {"size": [1, 2, 3, 4], "colour": ["red", "red", "blue", "blue"]}


def priced(size: float, blue: float, red: float) -> gn.Network:
    """A network that adds to 4 `blue` or `red`, and `size` for each standard score of size, which is bent a little."""
    network = gn.Network([gn.Dense(1)], loss="squared", dtype="float64", seed=0)
    network.learn({**{k: v * 10 for k, v in ROWS.items()}, "price": PRICES * 10}, target="price", epochs=0, verbose=0)
    network.weights["dense_1.weights"] = np.array([[size], [blue], [red]]) / np.std(PRICES)
    network.weights["dense_1.bias"] = np.zeros(1)
    return network


@pytest.mark.parametrize(
    ("weights", "row", "words"),
    [
        (
            (1000, 5000, 0),
            0,
            "price -1,319; an average row has 2,504: colour 'red' takes 2,500 off and size 1 takes 1,323 off.",
        ),
        ((1000, 5000, 0), -1, "price 6,327; an average row has 2,504: colour 'blue' adds 2,500 and size 4 adds 1,323."),
        (
            (0, 100, 300),
            2,
            "price 104; an average row has 204: colour 'blue' takes 100 off and size 3 changes nothing.",
        ),
        ((0.5, 20, 30), 1, "price 33.78; an average row has 29.00: colour 'red' adds 5.00 and size 2 takes 0.22 off."),
        ((0, 0, 0), 1, "price 4.00; an average row has 4.00: no column changes that."),
    ],
)
def test_the_answer_the_average_and_what_each_column_adds(weights, row, words):
    assert priced(*weights).explain(ROWS).reasons(row) == words


def test_of_many_columns_the_largest_are_named_and_the_others_are_added_up():
    """Each column is 1 or -1, its standard score, in one row of two; its part is its weight times that, bent."""
    weights = [64.0, -32.0, 16.0, 8.0, -4.0, 2.0, 1.0]
    rows = {f"x{i}": [1.0, -1.0] * 10 for i in range(7)}
    network = gn.Network([gn.Dense(1)], loss="squared", dtype="float64", seed=0)
    network.learn({**rows, "y": [1.0, -1.0] * 10}, target="y", epochs=0, verbose=0)
    network.weights["dense_1.weights"] = np.array(weights)[:, None]
    network.weights["dense_1.bias"] = np.zeros(1)
    bend = 1 / np.sqrt(1 + 1 / 64)
    assert network.explain(rows).reasons(0) == (
        f"y {55 * bend:.1f}; an average row has 0.0: x0 1.0 adds {64 * bend:.1f}, x1 1.0 takes {32 * bend:.1f} off, "
        f"x2 1.0 adds {16 * bend:.1f}, x3 1.0 adds {8 * bend:.1f} and the other 3 columns take {1 * bend:.1f} off "
        f"together."
    )


def test_classes_have_log_odds_and_the_probability():
    rows = {"size": [1.0, -1.0] * 10, "kind": ["yes", "no"] * 10}
    network = gn.Network([gn.Dense(1)], loss="binary log loss", dtype="float64", seed=0)
    network.learn(rows, target="kind", epochs=0, verbose=0)
    network.weights["dense_1.weights"] = np.array([[2 * np.sqrt(1 + 1 / 64)]])
    network.weights["dense_1.bias"] = np.zeros(1)
    explanation = network.explain(rows)
    assert explanation.reasons(1) == (
        "class 'no' with log-odds of 2.00 (88.1 %); an average row has 0.00 (50 %): size -1.0 adds 2.00."
    )
    assert explanation.reasons(1, of="yes") == (
        "class 'yes' with log-odds of -2.00 (11.9 %); an average row has 0.00 (50 %): size -1.0 takes 2.00 off."
    )


def test_gaps_and_dates_are_written_as_such():
    rows = {
        "day": np.datetime64("2024-02-29") + np.arange(20),
        "size": [None, 2.5] * 10,
        "y": np.arange(20.0),
    }
    network = gn.Network([gn.Dense(1)], loss="squared", dtype="float64", seed=0)
    network.learn(rows, target="y", epochs=0, verbose=0)
    words = network.explain(rows).reasons(0)
    assert "day 2024-02-29 " in words
    assert "size missing " in words


def test_long_numbers_are_shown_with_six_digits():
    rows = {"size": [1.23456789, -98765.4321] * 10, "y": [1.0, 2.0] * 10}
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    network.learn(rows, target="y", epochs=0, verbose=0)
    explanation = network.explain(rows)
    assert "size 1.23457 " in explanation.reasons(0)
    assert "size -98,765 " in explanation.reasons(1)


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ("{} EUR", "price 4.00 EUR; an average row has 3.00 EUR: size 2 kg adds 1.00 EUR."),
        ("${}", "price $4.00; an average row has $3.00: size 2 kg adds $1.00."),
        ("{} %", "price 4.00 %; an average row has 3.00 %: size 2 kg adds 1.00 %."),
    ],
)
@pytest.mark.filterwarnings("ignore:size. 20 values without:glassnet.errors.DataWarning")
def test_numbers_with_a_unit_have_it_in_the_reasons_whether_or_not_it_is_given(price, words):
    """Sizes 2 and 0 are 1 and -1 standard scores, bent a little; prices 4 and 2 have the mean 3 and the deviation 1."""
    rows = {"size": ["2 kg", "0 kg"] * 10, "price": [price.format(number) for number in (4, 2)] * 10}
    told = {"size": "number", "price": "number"}
    network = gn.Network([gn.Dense(1)], loss="squared", dtype="float64", seed=0, columns=told)
    network.learn(rows, target="price", epochs=0, verbose=0)
    network.weights["dense_1.weights"] = np.array([[np.sqrt(1 + 1 / 64)]])
    network.weights["dense_1.bias"] = np.zeros(1)
    unit = price.format("").strip()
    for sizes in (["2 kg", "0 kg"], [2, 0], ["2", "0"]):
        explanation = network.explain({"size": sizes * 10})
        assert explanation.reasons(0) == words
        assert f"What each column adds to 'price' in {unit}, its mean" in str(explanation.attributions())
        assert f"price in {unit} where all rows" in str(explanation.dependence("size"))
    (far,) = network.explain({"size": ["1 kg", "5 kg"]}).outside()
    assert far.why == "5 kg is above 2 kg, the largest learnt, by 1.5 times the whole range"


def test_a_target_of_dates_has_dates_and_days():
    """Days 2024-01-01 and 2024-01-21 have the mean 2024-01-11 and the deviation 10 days."""
    rows = {"late": [True, False] * 10, "day": [np.datetime64("2024-01-21"), np.datetime64("2024-01-01")] * 10}
    network = gn.Network([gn.Dense(1)], loss="squared", dtype="float64", seed=0)
    network.learn(rows, target="day", epochs=0, verbose=0)
    network.weights["dense_1.weights"] = np.array([[0.5]])
    network.weights["dense_1.bias"] = np.zeros(1)
    assert network.explain(rows).reasons(1) == (
        "day 2024-01-06; an average row has 2024-01-11: late false takes 5.00 days off."
    )


@pytest.mark.parametrize("row", [4, -5, 1.0, True, "first"])
def test_a_row_that_there_is_not_is_refused(row):
    with pytest.raises(SettingError, match=f"row={row!r}: expected a whole number from 0 to 3, or -1 for the last row"):
        priced(1, 2, 3).explain(ROWS).reasons(row)
