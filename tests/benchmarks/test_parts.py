"""The parts that an ablation takes away are where it looks for them, and come back."""

from __future__ import annotations

import pytest

from glassnet.plan import tables
from glassnet.plan.size import Size
from tabular.parts import PARTS


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_found_where_it_is_taken_away(part: str):
    with PARTS[part]():
        pass  # what is not there any more is an AttributeError


def test_groups_are_taken_away_for_the_time_of_a_fit_alone():
    with PARTS["groups: the lightest alone"]():
        assert [group.name for group in Size.of(1000, 0).groups] == ["light"]
    assert [group.name for group in Size.of(1000, 0).groups] == ["light", "middle", "strong"]


def test_an_optimizer_takes_the_place_of_muon():
    with PARTS["Muon: AdamW for all"]():
        assert "Muon" not in repr(tables._optimizer(Size.of(1000, 0), straight=True))
    assert "Muon" in repr(tables._optimizer(Size.of(1000, 0), straight=True))
