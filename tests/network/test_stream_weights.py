"""What the rows of a stream count: as rows in memory do, a weight of 2 being the row twice and one of 0 its absence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import DataError, SchemaError, SettingError
from glassnet.network.from_batches import Ways, held
from glassnet.network.given import Given
from glassnet.network.room import LIBRARIES, OF_A_JUDGED, OF_A_NUMBER, OF_A_VALUE, Room
from glassnet.network.terms import Asked

ROWS, HELD = 300, 60
RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(ROWS, 2))
Y = X @ [1.0, -2.0] + 0.3 * RANDOM.normal(size=ROWS)
KINDS = np.where(X[:, 0] + 0.5 * RANDOM.normal(size=ROWS) > 0.8, "rare", "often")
counts_of = st.integers(0, 2**31).map(lambda seed: np.random.default_rng(seed).integers(0, 4, ROWS))
few = settings(max_examples=5, derandomize=True, deadline=None)


def arrays(*columns: np.ndarray) -> Callable[[], Iterator[tuple[np.ndarray, ...]]]:
    """These in batches of 70 rows."""
    return lambda: (tuple(each[i : i + 70] for each in columns) for i in range(0, len(columns[0]), 70))


def tables(table: dict[str, np.ndarray]) -> Callable[[], Iterator[dict[str, np.ndarray]]]:
    rows = len(next(iter(table.values())))
    return lambda: ({name: each[i : i + 70] for name, each in table.items()} for i in range(0, rows, 70))


def streamed(network: gn.Network, data: Any, *, target: str | None = None, weight: Any = None, classes: Any = None):
    """Learn from a stream of which few rows are held, the network taking all rows in each step where it has layers."""
    sampled = network._samples
    of_a_value = OF_A_VALUE + OF_A_JUDGED if sampled or target else OF_A_NUMBER
    room = Room(LIBRARIES + HELD * 3 * of_a_value, 1)
    ways = Ways(target is not None, sampled, 0, room, () if target is None else (target,))
    found = held(Given.checked(data, None, target, weight, classes), ways)
    assert found.stream is not None
    assert found.stream.held < 2 * HELD
    asked = Asked(batch_size=None if sampled else 5000, epochs=30 if sampled else 3, stream=found.stream)
    network._learn(found.given.counting(), asked, [], None, 0)
    return network


def laid_out(outputs: int = 1, loss: str = "squared") -> gn.Network:
    return gn.Network(
        [gn.Dense(outputs)], loss=loss, optimizer=gn.GradientDescent(0.1), dtype="float64", seed=0, engine="reference"
    )


def same(one: gn.Network, other: gn.Network) -> None:
    for first, second in zip(one.weights.values(), other.weights.values(), strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-12)


# -- layers laid out, which learn every row ----------------------------------------------------------------------------
@few
@given(counts=counts_of)
def test_a_row_of_a_stream_counts_as_often_as_its_weight_says(counts):
    weighed = streamed(laid_out(), arrays(X, Y, counts))
    same(weighed, streamed(laid_out(), arrays(np.repeat(X, counts, 0), np.repeat(Y, counts))))
    same(weighed, streamed(laid_out(), arrays(X, Y, 1e6 * counts)))
    scores = weighed.test(arrays(X, Y, counts))
    assert scores == pytest.approx(weighed.test(np.repeat(X, counts, 0), np.repeat(Y, counts)), rel=1e-9)


@few
@given(counts=counts_of)
def test_a_row_of_tables_counts_as_often_as_its_column_says(counts):
    """The columns are decided by rows in memory first, as streams that hold other rows scale them otherwise."""
    table = {"u": X[:, 0], "v": X[:, 1], "y": Y, "times": counts}
    networks = []
    for rows in (table, {name: np.repeat(each, counts) for name, each in table.items()}):
        network = laid_out()
        network.learn(table, target="y", sample_weight="times", epochs=0)
        assert [column.name for column in network.schema.columns if column.kind != "ignored"] == ["u", "v"]
        networks.append(streamed(network, tables(rows), target="y", weight="times" if rows is table else None))
    same(*networks)


@few
@given(counts=counts_of)
def test_classes_of_a_stream_are_weighed_as_their_rows_would_be(counts):
    """Balanced classes have the same sum of weights, those of rows included; all rows are counted, not those held."""
    sums = {kind: counts[kind == KINDS].sum() for kind in ("often", "rare")}
    by_hand = np.where(KINDS == "rare", counts / sums["rare"], counts / sums["often"])
    wanted = streamed(laid_out(2, "softmax log loss"), arrays(X, KINDS, by_hand))
    same(wanted, streamed(laid_out(2, "softmax log loss"), arrays(X, KINDS, counts), classes="balanced"))
    shares = {kind: 1 / each for kind, each in sums.items()}
    same(wanted, streamed(laid_out(2, "softmax log loss"), arrays(X, KINDS, counts), classes=shares))
    left_out = streamed(laid_out(2, "softmax log loss"), arrays(X, KINDS), classes={"often": 1, "rare": 0})
    ones = (KINDS == "often").astype(float)
    same(left_out, streamed(laid_out(2, "softmax log loss"), arrays(X, KINDS, np.maximum(ones, 1e-300))))


def test_balanced_classes_of_tables_are_counted_in_all_rows():
    table = {"u": X[:, 0], "v": X[:, 1], "kind": KINDS}
    networks = []
    share = (KINDS == "rare").mean()
    for classes in ("balanced", {"rare": 0.5 / share, "often": 0.5 / (1 - share)}):
        network = laid_out(2, "softmax log loss")
        network.learn(table, target="kind", epochs=0)
        networks.append(streamed(network, tables(table), target="kind", classes=classes))
    same(*networks)


def test_what_goes_by_once_brings_its_weights_too():
    halves = np.repeat([1.0, 3.0], ROWS // 2)
    same(streamed(laid_out(), arrays(X, Y, halves)()), streamed(laid_out(), arrays(X, Y, halves / 7)()))


# -- the sample of an ensemble -----------------------------------------------------------------------------------------
def test_rows_of_weight_0_are_as_if_they_were_not_there():
    table = {"u": X[:, 0], "v": X[:, 1], "y": Y}
    wild = np.arange(ROWS) % 5 == 2
    more = {name: np.where(wild, 1e9, np.repeat(each, 5)[:ROWS]) for name, each in table.items()}
    kept = {name: each[~wild] for name, each in more.items()}
    one = streamed(gn.Network(seed=0), tables({**more, "w": np.where(wild, 0, 2)}), target="y", weight="w")
    two = streamed(gn.Network(seed=0), tables({**kept, "w": np.full(len(kept["y"]), 2)}), target="y", weight="w")
    np.testing.assert_array_equal(one.predict(table), two.predict(table))


def test_weights_count_in_a_sample():
    """Where columns tell nothing the chance of a class is its share in the weights: 6 to 1."""
    table = {"u": RANDOM.normal(size=1200), "v": RANDOM.normal(size=1200), "kind": np.array(["a", "b"] * 600)}
    table["w"] = np.where(table["kind"] == "a", 6.0, 1.0)
    network = streamed(gn.Network(seed=0), tables(table), target="kind", weight="w")
    assert network.predict_probabilities(table)[:, 0].mean() == pytest.approx(6 / 7, abs=0.08)


# -- files and tables in memory ----------------------------------------------------------------------------------------
def written(folder: Path, weights: list[str]) -> Path:
    path = folder / "rows.csv"
    lines = [f"{x:.4f},{y:.4f},{w}\n" for x, y, w in zip(X[:, 0], Y, weights, strict=True)]
    path.write_text("u,y,times\n" + "".join(lines))
    return path


def test_a_file_names_the_column_of_its_weights(tmp_path):
    path = written(tmp_path, [f"{i % 3}" for i in range(ROWS)])
    network = streamed(laid_out(), path, target="y", weight="times")
    table = {"u": X[:, 0].round(4), "y": Y.round(4)}
    counts = np.arange(ROWS) % 3
    expected = network.test({name: np.repeat(each, counts) for name, each in table.items()})
    assert network.test(path, sample_weight="times") == pytest.approx(expected, rel=1e-9)
    frames = tables({**table, "times": counts})
    assert network.test(frames, sample_weight="times") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("wrong", ["-1", "much", ""])
def test_a_weight_of_a_file_that_is_none_is_named_with_its_row(wrong, tmp_path):
    path = written(tmp_path, ["1"] * 200 + [wrong] + ["1"] * (ROWS - 201))
    with pytest.raises(
        DataError, match=r"rows\.csv, column 'times': row 201 has the weight (-1\.0|nan)|row 201: 'much'"
    ):
        streamed(laid_out(), path, target="y", weight="times")


def test_a_column_of_a_table_in_memory_counts_as_the_numbers_in_it_and_is_no_input():
    counts = np.arange(ROWS) % 4
    table = {"u": X[:, 0], "v": X[:, 1], "y": Y}
    named, beside = laid_out(), laid_out()
    named.learn({**table, "times": counts}, target="y", sample_weight="times", epochs=3)
    beside.learn(table, target="y", sample_weight=counts, epochs=3)
    same(named, beside)
    assert [column.name for column in named.schema.columns if column.kind == "ignored"] == ["times"]
    np.testing.assert_array_equal(named.predict(table), named.predict({**table, "times": counts}))
    scores = gn.cross_validate(laid_out(), {**table, "times": counts}, target="y", folds=3, sample_weight="times")
    alike = gn.cross_validate(laid_out(), table, target="y", folds=3, sample_weight=counts)
    assert scores.means == pytest.approx(alike.means, rel=1e-9)


@pytest.mark.parametrize(
    ("weight", "error", "said"),
    [
        ("y", SettingError, "sample_weight='y' is the target"),
        ("time", SchemaError, "no column 'time'; did you mean 'times'"),
        ("day", DataError, "column 'day' holds dates"),
        ("none", DataError, "every weight is zero"),
    ],
)
def test_a_column_that_has_no_weights_is_refused(weight, error, said):
    day = np.datetime64("2026-01-01") + np.arange(ROWS)
    table = {"u": X[:, 0], "y": np.abs(Y), "times": np.ones(ROWS), "day": day, "none": np.zeros(ROWS)}
    with pytest.raises(error, match=said):
        laid_out().learn(table, target="y", sample_weight=weight, epochs=1)


def test_a_stream_of_which_no_row_counts_is_refused():
    with pytest.raises(DataError, match="the function gave no rows that count"):
        laid_out().learn(arrays(X, Y, np.zeros(ROWS)), epochs=1)
    with pytest.raises(SettingError, match="of the function give batches"):
        laid_out().learn(arrays(X, Y, np.ones(ROWS)), epochs=1, sample_weight=np.ones(ROWS))
