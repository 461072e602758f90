"""What tells the target of sequences, or that they come again, is named in the report."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn

COUNT, STEPS = 60, 5
WHOSE = np.repeat(np.arange(COUNT), STEPS)


def told(table: dict[str, object]) -> str:
    """The report of a network that learns the table, a target for each sequence."""
    network = gn.Network([gn.LSTM(2), gn.Dense(1)], loss="squared", seed=0)
    return str(network.learn({"ride": WHOSE, **table}, target="y", sequence="ride", epochs=1))


def drawn() -> tuple[np.ndarray, np.ndarray]:
    """A number for each step and one for each sequence."""
    random = np.random.default_rng(0)
    return random.normal(size=COUNT * STEPS), random.normal(size=COUNT)


def test_a_copy_of_the_target_in_the_steps_is_named_and_an_honest_column_is_not() -> None:
    x, y = drawn()
    report = told({"x": x, "twice": 2 * y[WHOSE], "y": y[WHOSE]})
    assert "column 'twice' is the target 'y' in other words" in report
    assert "column 'x'" not in report
    assert "repeat another one" not in report


def test_sequences_that_come_again_are_counted() -> None:
    x, y = drawn()
    x[-20 * STEPS :] = x[: 20 * STEPS]
    report = told({"x": x, "z": -x, "y": y[WHOSE]})
    assert "20 sequences of 60 repeat another one in all inputs of every step" in report


@pytest.mark.parametrize("kinds", [2, 3])
def test_sequences_of_few_kinds_of_steps_meet_by_chance(kinds: int) -> None:
    _, y = drawn()
    x = np.random.default_rng(1).integers(0, kinds, COUNT * STEPS)
    assert "repeat another one" not in told({"x": x, "y": y[WHOSE]})
