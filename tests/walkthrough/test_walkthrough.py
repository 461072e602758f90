"""Every number of the story, computed by the library and compared with what is known."""

from __future__ import annotations

import io

import numpy as np
import pytest

from glassnet.walkthrough import tell
from glassnet.walkthrough.derivative import chains, loss_at, rate
from glassnet.walkthrough.forward import beginnings, forward
from glassnet.walkthrough.search import searches
from glassnet.walkthrough.sigmoid import network
from glassnet.walkthrough.update import delta_rule, modes, optimizers


def test_every_start_ends_at_two():
    numbers = beginnings().numbers
    assert list(numbers["ends"]) == [3.0, 5.0, 0.5]
    np.testing.assert_allclose(list(numbers["ends"].values()), 2, atol=1e-9)
    assert len(numbers["random"]) == 100
    np.testing.assert_allclose(numbers["random"], 2, atol=1e-9)


def test_forward_at_three():
    numbers = forward().numbers
    assert numbers["output"] == [0, 3, 6, 9, 12]
    assert (numbers["plain"], numbers["absolute"], numbers["squared"]) == (10, 10, 30)
    assert numbers["plain elsewhere"] == [-10, -10_020]


def test_searches_find_two_and_count_their_losses():
    numbers = searches().numbers
    assert numbers["brute force"] == (2.0, 2_000_001)
    assert numbers["greedy"][0] == 2.0
    assert numbers["genetic"][0] == pytest.approx(2, abs=1e-3)
    assert numbers["gradient descent"][0] == pytest.approx(2, abs=1e-6)
    assert numbers["gradient descent"][1] < numbers["greedy"][1] < numbers["genetic"][1]


def test_the_rate_at_three_is_sixty():
    numbers = rate().numbers
    assert f"{numbers['above']:.3f} {numbers['below']:.3f}" == "30.006 29.994"
    assert numbers["estimate"] == pytest.approx(60, abs=1e-6)
    assert numbers["exact"] == 60
    assert loss_at(2.0) == 0
    assert sum("o" in line for line in rate().lines[2:11]) == 1


def test_the_chain_rule():
    numbers = chains().numbers
    assert (numbers["composed"], numbers["slope"], numbers["shared"]) == (36, 18, 5)
    assert numbers["forward"] == pytest.approx([0.003, 0.006])
    assert numbers["back"] == pytest.approx([0.003, 0.001])


def test_the_delta_rule_by_hand_and_by_the_program():
    numbers = delta_rule().numbers
    assert numbers["by hand"] == pytest.approx(2.4)
    assert numbers["step"] == pytest.approx(2.4)
    assert numbers["retries"] > 0
    assert numbers["wild"] == pytest.approx(2, abs=1e-4)


def test_modes_and_optimizers_all_arrive():
    np.testing.assert_allclose(list(modes().numbers.values()), 2, atol=1e-4)
    for weight, steps in optimizers().numbers.values():
        assert weight == pytest.approx(2, abs=1e-4)
        assert 0 < steps < 5000


def test_the_sigmoid_network_after_one_step():
    numbers = network().numbers
    assert numbers["loss"] == pytest.approx(0.2983711087600027, abs=1e-15)
    for name, expected in {
        "dense_1.weights": [0.1497807161327628, 0.19956143226552567, 0.24975114363236958, 0.29950228726473915],
        "dense_2.weights": [0.35891647971788465, 0.4086661860762334, 0.5113012702387375, 0.5613701211079891],
        "dense_1.bias": [0.3456143226552565, 0.3450228726473914],
        "dense_2.bias": [0.5307507191857215, 0.6190491182582781],
    }.items():
        np.testing.assert_allclose(numbers[name].T.ravel(), expected, rtol=0, atol=1e-15)


def test_the_story_is_told_in_plain_text():
    stream = io.StringIO()
    tell(stream)
    story = stream.getvalue()
    assert story.isascii()
    assert max(map(len, story.splitlines())) <= 120
    assert "the derivative, by back-propagation, is 60\n" in story
