from __future__ import annotations

import itertools

import pytest

from glassnet.engines.native.team import LATE, SOON, TRIALS, Team


def sizes(team: Team, paces: dict[int, float], slices: int) -> list[int]:
    """The numbers of threads that a team asks for, where each of them always has the same pace."""
    found = []
    for _ in range(slices):
        found.append(team.size)
        team.took(found[-1], paces[found[-1]])
    return found


@pytest.mark.parametrize(("paces", "best"), [({1: 1.0, 4: 0.3}, 4), ({1: 1.0, 4: 3.0}, 1), ({1: 1.0, 4: 1.0}, 1)])
def test_the_faster_number_works_once_each_was_tried(paces: dict[int, float], best: int) -> None:
    found = sizes(Team(4), paces, 2 * TRIALS + SOON)
    assert sorted(found[: 2 * TRIALS]) == [1] * TRIALS + [4] * TRIALS
    assert found[2 * TRIALS :] == [best] * SOON


@pytest.mark.parametrize("paces", [{1: 1.0, 2: 3.0}, {1: 3.0, 2: 1.0}, {1: 1.0, 2: 1.0}])
def test_the_other_number_is_tried_again_soon_and_then_ever_later(paces: dict[int, float]) -> None:
    found = sizes(Team(2), paces, 300)[2 * TRIALS :]
    again = [place for place, size in enumerate(found) if size != found[0]]
    between = [later - sooner - 1 for sooner, later in itertools.pairwise([-1, *again])]
    assert (between[:4], set(between[4:])) == ([2, 4, 8, 16], {32})


def test_a_core_that_becomes_free_is_found_and_one_that_becomes_busy_is_left() -> None:
    team = Team(2)
    assert sizes(team, {1: 1.0, 2: 3.0}, 50)[-1] == 1
    assert sizes(team, {1: 1.0, 2: 0.5}, LATE + 2)[-1] == 2
    assert sizes(team, {1: 1.0, 2: 9.0}, 2 * TRIALS - 1)[-1] == 1
    assert 2 in sizes(team, {1: 1.0, 2: 9.0}, SOON + 1)  # and looked at again soon, as what has changed may change back


def test_a_core_that_is_busy_for_a_moment_is_used_again_soon() -> None:
    team = Team(2)
    assert sizes(team, {1: 1.0, 2: 0.5}, 300)[-1] == 2  # calm for long, so that the other number is tried rarely
    assert sizes(team, {1: 1.0, 2: 9.0}, TRIALS)[-1] == 2
    assert sizes(team, {1: 1.0, 2: 0.5}, 10) == [1] * SOON + [2] * 3 + [1] + [2] * 4


def test_one_slow_slice_does_not_change_the_number() -> None:
    team = Team(2)
    sizes(team, {1: 1.0, 2: 0.5}, 10)
    team.took(2, 100.0)
    assert team.size == 2


def test_short_slices_are_those_that_only_find_out() -> None:
    team, trials = Team(2), []
    for _ in range(2 * TRIALS + SOON + 2):
        trials.append(team.trying)
        team.took(team.size, {1: 1.0, 2: 0.5}[team.size])
    assert trials == [True] * (2 * TRIALS) + [False] * SOON + [True, False]


def test_what_another_number_took_is_no_pace_of_this_one() -> None:
    team = Team(3)
    for _ in range(20):
        team.took(1, 1.0)  # it worked alone each time, since others had the crew
    assert team.size == 3


@pytest.mark.parametrize("team", [Team(1), Team(1, measured=False), Team(5, measured=False)])
def test_where_nothing_is_measured_the_number_stays(team: Team) -> None:
    (number,) = {team.size}
    assert set(sizes(team, {1: 1.0, 5: 9.0}, 100)) == {number}
    assert not team.trying
    team.took(1, 0.001)
    assert team.size == number
