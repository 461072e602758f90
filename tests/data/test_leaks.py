from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.coded import Coded, coded, groups_alike
from glassnet.data.frames import as_table
from glassnet.data.leaks import leaks
from glassnet.data.schema import Schema
from glassnet.data.targets import TargetEncoding

RNG = np.random.default_rng(0)
ROWS = 400
PRICE = RNG.lognormal(6, 1, ROWS).round(2)
OTHER = RNG.normal(size=ROWS).round(4)
KIND = RNG.choice(["cat", "dog", "eel"], ROWS, p=[0.6, 0.3, 0.1])
values = st.lists(st.tuples(st.integers(0, 2), st.integers(-2, 2), st.sampled_from("ab")), min_size=2, max_size=20)


def notes_of(columns: Mapping[str, Sequence[Any]], target: str | list[str]) -> list[str]:
    table = as_table({name: list(each) for name, each in columns.items()})
    names = [target] if isinstance(target, str) else target
    schema = Schema.decide(table, names)
    return list(leaks(table, schema, TargetEncoding.fit(table.columns, schema.targets)))


@pytest.mark.parametrize(
    ("copy", "correlation"),
    [(PRICE * 0.92, "1.0000"), ((PRICE * 0.92).round(), "1.0000"), (-np.log(PRICE), "-1.0000"), (PRICE**3, "1.0000")],
)
def test_a_column_in_the_order_of_the_target_is_the_target_in_other_words(copy: np.ndarray, correlation: str) -> None:
    assert notes_of({"price_eur": copy, "other": OTHER, "price": PRICE}, "price") == [
        f"column 'price_eur' is the target 'price' in other words (rank correlation {correlation}): leave it out "
        "unless it will be known where an answer is asked for"
    ]


def test_a_copy_as_text_and_with_gaps_is_still_one() -> None:
    text = [f"{price:,.2f}" if row % 5 else "n/a" for row, price in enumerate(PRICE)]
    [note] = notes_of({"quoted": text, "other": OTHER, "price": PRICE}, "price")
    assert note.startswith("column 'quoted' is the target 'price' in other words")


def test_each_of_several_targets_is_looked_for() -> None:
    columns = {"a": PRICE, "b": -OTHER, "c": RNG.normal(size=ROWS), "price": PRICE * 2, "other": OTHER}
    assert [note[:31] for note in notes_of(columns, ["price", "other"])] == [
        "column 'a' is the target 'price", "column 'b' is the target 'other",
    ]  # fmt: skip


def test_a_close_relative_of_the_target_is_no_copy() -> None:
    noisy = PRICE * np.exp(0.05 * RNG.normal(size=ROWS))
    assert np.corrcoef(np.log(noisy), np.log(PRICE))[0, 1] > 0.99
    assert notes_of({"noisy": noisy, "other": OTHER, "price": PRICE}, "price") == []


def test_a_single_input_is_what_there_is_to_learn_from() -> None:
    assert notes_of({"celsius": OTHER, "fahrenheit": OTHER * 1.8 + 32}, "fahrenheit") == []


@pytest.mark.parametrize("names", [{"cat": "felis", "dog": "canis", "eel": "anguilla"}, {"cat": 3, "dog": 1, "eel": 2}])
def test_a_column_that_parts_the_rows_as_the_classes_do_is_the_target_in_other_words(names: dict[str, object]) -> None:
    assert notes_of({"latin": [names[kind] for kind in KIND], "other": OTHER, "kind": KIND}, "kind") == [
        "column 'latin' is the target 'kind' in other words (its 3 values part the rows as the target does): leave it "
        "out unless it will be known where an answer is asked for"
    ]


def test_a_column_whose_every_value_goes_with_one_class_tells_the_target() -> None:
    breed = [f"{kind} {row % 3}" for row, kind in enumerate(KIND)]
    [note] = notes_of({"breed": breed, "other": OTHER, "kind": KIND}, "kind")
    assert note.startswith("column 'breed' tells the target 'kind' (each of its 9 values goes with one value of the")
    breed[7] = next(each for each in breed if each[:3] != breed[7][:3])  # now one of them goes with two
    assert notes_of({"breed": breed, "other": OTHER, "kind": KIND}, "kind") == []


def test_many_values_of_few_rows_each_tell_the_class_by_chance() -> None:
    street = [f"street {row // 3}" for row in range(ROWS)]
    kind = [("cat", "dog")[row // 3 % 2] for row in range(ROWS)]
    assert notes_of({"street": street, "other": OTHER, "kind": kind}, "kind") == []


def test_a_class_of_hardly_any_rows_is_told_by_chance() -> None:
    rare = ["yes" if row in (3, 80) else "no" for row in range(ROWS)]
    flag = [1 if row in (3, 80) else 0 for row in range(ROWS)]
    assert notes_of({"flag": flag, "other": OTHER, "kind": rare}, "kind") == []


def test_numbers_of_the_rows_in_any_order_are_named_and_years_are_not() -> None:
    shuffled, years = RNG.permutation(ROWS) + 1, np.arange(ROWS) + 1600
    assert notes_of({"customer": shuffled, "year": years, "other": OTHER, "price": PRICE}, "price") == [
        "column 'customer' holds each number from 1 to 400 once: if it only numbers the rows, leave it out, "
        "columns={'customer': 'ignored'}"
    ]


@pytest.mark.parametrize("last", [np.inf, -np.inf, 398.5, 1e300])
def test_numbers_that_are_all_different_are_no_numbers_of_the_rows_for_that(last: float) -> None:
    assert notes_of({"size": np.append(np.arange(ROWS - 1.0), last), "other": OTHER, "price": PRICE}, "price") == []


def test_a_column_known_where_it_does_not_vary_tells_nothing() -> None:
    gaps = np.where(np.arange(ROWS) < 3, np.arange(ROWS), 7.0)
    price = np.where(np.arange(ROWS) < 3, np.nan, PRICE)
    assert notes_of({"gone": gaps, "other": OTHER, "price": price}, "price") == []


def test_rows_that_come_twice_are_counted_with_how_many_have_the_same_target() -> None:
    rows = np.r_[np.arange(ROWS), np.arange(0, ROWS, 4)]
    price = PRICE[rows]
    price[-20:] += 1
    columns = {"other": OTHER[rows], "more": RNG.normal(size=ROWS)[rows], "kind": KIND[rows], "price": price}
    assert notes_of(columns, "price") == [
        "100 rows of 500 repeat another one in all inputs, 80% of them with its target too: where one of two is learnt "
        "and the other scored, the score is too good"
    ]
    price[-100:] += RNG.normal(size=100)
    assert notes_of(columns, "price") == []  # measured twice, and not written twice


def test_rows_of_few_combinations_meet_by_chance() -> None:
    columns = {"a": RNG.integers(0, 3, ROWS), "b": RNG.integers(0, 3, ROWS), "kind": KIND}
    assert notes_of(columns, "kind") == []


@given(rows=values)
def test_rows_of_a_group_are_those_that_are_equal(rows: list[tuple[int, int, str]]) -> None:
    columns = [Coded.of(np.array(each), np.array(each) != 0, ordered=False) for each in zip(*rows, strict=True)]
    groups = groups_alike(columns).tolist()
    assert all((groups[i] == groups[j]) == (rows[i] == rows[j]) for i in range(len(rows)) for j in range(len(rows)))


@given(rows=st.lists(st.integers(-3, 3), min_size=1, max_size=20))
def test_ranks_of_ties_are_their_mean(rows: list[int]) -> None:
    column = Coded.of(np.array(rows, float), np.ones(len(rows), bool), ordered=True)
    below = [sum(other < each for other in rows) for each in rows]
    assert column.ranks.tolist() == [low + (rows.count(each) + 1) / 2 for low, each in zip(below, rows, strict=True)]


def test_columns_are_read_as_the_schema_says() -> None:
    table = as_table(
        {"n": ["1,5", "0,5", "n/a"], "b": ["yes", "no", "no"], "c": ["x", None, "w"], "y": [1.0, 2.0, 3.0]}
    )
    found = coded(table, Schema.decide(table, ["y"]))
    assert {name: each.codes.tolist() for name, each in found.items()} == {
        "n": [1, 0, -1], "b": [1, 0, 0], "c": [1, -1, 0],
    }  # fmt: skip
    assert [each.ordered for each in found.values()] == [True, False, False]
