"""The parts that an ablation takes away are where it looks for them, and come back."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.plan import tables
from glassnet.plan.size import Size
from tabular.parts import PARTS

X = np.random.default_rng(0).normal(size=(60, 2))
TABLE = {
    "a": X[:, 0],
    "b": X[:, 1],
    "c": np.where(X[:, 0] > 0, "x", "y"),
    "t": np.where(X.sum(axis=1) > 0, "yes", "no"),
}


@pytest.mark.parametrize("target", ["t", "b"])
@pytest.mark.parametrize("part", PARTS)
def test_without_a_part_a_table_is_learnt(part: str, target: str):
    with PARTS[part]():  # what is not there any more is an AttributeError, what is called otherwise a TypeError
        assert gn.Network(seed=0).learn(TABLE, target=target, epochs=1).steps > 0


def test_groups_are_taken_away_for_the_time_of_a_fit_alone():
    with PARTS["groups: the lightest alone"]():
        assert [group.name for group in Size.of(1000, 0).groups] == ["light"]
    with PARTS["members without hidden layers: none"]():
        assert [group.name for group in Size.of(1000, 0).groups] == ["light", "middle", "strong"]
    assert [group.name for group in Size.of(1000, 0).groups] == ["light", "middle", "strong", "linear"]


def test_an_optimizer_takes_the_place_of_muon():
    with PARTS["Muon: AdamW for all"]():
        assert "Muon" not in repr(tables._optimizer(Size.of(1000, 0), straight=True))
    assert "Muon" in repr(tables._optimizer(Size.of(1000, 0), straight=True))
