"""Rows that lie outside what was learnt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import glassnet as gn
from glassnet.explain import Explanation
from glassnet.explain.outside import Outside

DAYS = ["2024-01-01", "2024-01-03", "2024-01-09", "2024-01-11"]

ROWS = {"size": ["1,5", "3"], "day": DAYS[:2], "sold": ["yes", "no"], "colour": ["red", "blue"], "holes": [2, 3]}


@pytest.fixture(scope="module")
def network() -> gn.Network:
    rows = {
        "size": ["1,5", "2,25", "5,5", "3"] * 10,
        "day": DAYS * 10,
        "sold": ["yes", "no"] * 20,
        "colour": ["red", "blue", "green", "red"] * 10,
        "holes": [1.5, None, 2.5, 3.5] * 10,
        "y": np.arange(40.0),
    }
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    network.learn(rows, target="y", epochs=0, verbose=0)
    return network


def asked(network: gn.Network, **other: list) -> Outside:
    return network.explain({**ROWS, **other}).outside()


def test_nothing_is_outside_where_everything_was_seen(network):
    found = asked(network, holes=[None, 3.5], size=["5,5", "1,5"])
    assert list(found) == []
    assert str(found) == "None of the 2 rows lies outside what was learnt."


def test_numbers_and_dates_beyond_the_range_with_the_distance_in_ranges(network):
    found = asked(network, size=["7,5", "-2,5"], day=["2024-01-16", "2023-12-31"])
    assert [tuple(each) for each in found] == [
        (0, "size", "7,5 is above 5.5, the largest learnt, by 0.5 times the whole range"),
        (0, "day", "2024-01-16 is after 2024-01-11, the last learnt, by 0.5 times the whole range"),
        (1, "size", "-2,5 is below 1.5, the least learnt, by 1 times the whole range"),
        (1, "day", "2023-12-31 is before 2024-01-01, the first learnt, by 0.1 times the whole range"),
    ]
    assert str(found).startswith("2 of 2 rows outside what was learnt")


@pytest.mark.parametrize(
    ("other", "where"),
    [
        ({"colour": ["red", "teal"]}, (1, "colour", "'teal' is none of the 3 levels learnt")),
        ({"sold": ["maybe", "no"]}, (0, "sold", "maybe is no truth value")),
        ({"colour": [None, "red"]}, (0, "colour", "missing, and no value was missing when it was learnt")),
        ({"size": ["1,5", ""]}, (1, "size", "missing, and no value was missing when it was learnt")),
        ({"size": ["1,5", "NA"]}, (1, "size", "missing, and no value was missing when it was learnt")),
    ],
)
def test_levels_never_seen_and_gaps_where_there_were_none(network, other, where):
    with pytest.warns(gn.DataWarning):
        found = asked(network, **other)
    assert [tuple(each) for each in found] == [where]


def test_infinity_is_beyond_every_number(network):
    with pytest.warns(gn.DataWarning, match="infinite"):
        (found,) = asked(network, holes=[np.inf, 2.0])
    assert found.why == "inf is above 3.5, the largest learnt"


def test_a_network_from_a_file_that_does_not_know_says_so(network):
    """Files of earlier releases have no limits."""
    subject = network.explain({**ROWS, "size": ["99", "1,5"]}).subject
    columns = tuple(replace(each, limits=None, gapless=False) for each in subject.columns)
    found = Explanation(replace(subject, columns=columns)).outside()
    assert list(found) == []
    assert found.unknown == ("size", "day", "holes")
    assert str(found).split("\n") == [
        "None of the 2 rows lies outside what was learnt.",
        "How far these reached is not known, since an earlier release learnt: 'size', 'day', 'holes'.",
    ]
