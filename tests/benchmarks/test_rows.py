"""The parts of the speed table that only compute: what is reached, the limit of a step, and how rows are shown."""

from __future__ import annotations

import pytest

from glassnet.optimizers.lookup import OPTIMIZERS, as_optimizer
from rows import limit
from rows.bound import Bound
from rows.row import Row
from rows.shown import lines_of, number, table
from tasks.training import LSTM, RAGGED, SMALL, UPDATES

FIGURES = {"Glassnet": 200.0, "JAX scan": 260.0, "JAX call": 340.0, "PyTorch": 700.0}


@pytest.mark.parametrize(
    ("bound", "reached", "met", "words"),
    [
        (Bound(200), 200.0, True, "<= 200 us"),
        (Bound(199.9), 200.0, False, "<= 199.9 us"),
        (Bound(1.3, ("JAX",)), 1.3, True, ">= 1.3x JAX"),
        (Bound(1.5, ("JAX call",)), 1.7, True, ">= 1.5x JAX call"),
        (Bound(3.6, ("PyTorch",)), 3.5, False, ">= 3.6x PyTorch"),
        (Bound(1.31, ("",)), 1.3, False, ">= 1.31x the best peer"),
        (Bound(2, ("PyTorch", "JAX call")), 1.7, False, ">= 2x the best of PyTorch and JAX call"),
        (Bound(1, ("onnxruntime",)), None, None, ">= 1x onnxruntime"),
    ],
)
def test_a_bound_is_on_our_figure_or_on_its_ratio_to_the_best_of_the_named_peers(
    bound: Bound, reached: float | None, met: bool | None, words: str
) -> None:
    assert bound.reached(FIGURES) == reached
    assert bound.met(FIGURES) is met
    assert bound.of("us") == words


def test_a_must_whose_peer_is_not_installed_is_open_and_not_missed() -> None:
    musts = Bound(1.25, ("JAX",)), Bound(4, ("PyTorch",)), Bound(1, ("onnxruntime",))
    row = Row("small", "us", FIGURES, musts)
    assert row.missed == [musts[1]]
    assert row.open == [musts[2]]


# 784-128-10, batch 64: 2 m n k of 64x128x784 and 784x128x64, and three times of the 64x10x128 of the second layer; a
# weight moves 8 times (101,770 of them), a value of a layer 4 times (64 x 138), a row and its target once (64 x 785).
# LSTM: 1600x256x8 twice, 64x256x1600, 32x256x64 and back 50 times each, and 32x1x64 three times.
# Ragged: of 3703 true steps, both ways, 3703x384x8 twice and 3703x384x128 three times, and 32x1x256 three times.
@pytest.mark.parametrize(
    ("work", "operations", "moved"),
    [
        (SMALL, 2 * 12_845_056 + 3 * 163_840, 4 * (8 * 101_770 + 4 * 64 * 138 + 64 * 785)),
        (LSTM, 2 * 6_553_600 + 3 * 52_428_800 + 3 * 4_096, 4 * (8 * 18_753 + 4 * 32 * 19_201 + 32 * 401)),
        (
            RAGGED,
            4 * (2 * 11_375_616 + 3 * 182_009_856) + 6 * 8_192,
            4 * (8 * 105_729 + 4 * (3703 * 1024 + 32) + 3703 * 8 + 32),
        ),
    ],
    ids=["dense", "lstm", "ragged"],
)
def test_the_limit_counts_all_products_of_a_step_and_its_bytes(
    work: limit.Workload, operations: int, moved: int
) -> None:
    assert limit.operations(work) == operations
    assert limit.moved(work) == moved
    assert limit.seconds(work, 1e11, 1e10) == pytest.approx(operations / 1e11 + moved / 1e10)


def test_every_optimizer_is_timed_and_moves_a_weight_its_slots_and_its_delta_to_and_fro() -> None:
    again = {"LAMB": 3, "LBFGS": 100}  # what is read once more
    expected = {name: 4 + 2 * len(as_optimizer(name).slots()) + again.get(name, 0) for name in OPTIMIZERS}
    assert {work.optimizer: work.moves for work in UPDATES} == expected


def test_the_limit_of_muon_counts_five_iterations_of_three_products() -> None:
    adam, muon = (work for work in UPDATES if work.optimizer in ("Adam", "Muon"))
    assert limit.operations(muon) - limit.operations(adam) == 5 * 3 * 2 * 1024**3


@pytest.mark.parametrize(
    ("figure", "text"),
    [(0.00123456, "0.00123"), (0.5, "0.5"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (13_250.4, "13,250")],
)
def test_a_figure_has_three_digits_and_all_before_the_point(figure: float, text: str) -> None:
    assert number(figure) == text


def test_each_peer_must_and_aim_has_a_line_of_its_own() -> None:
    row = Row("small", "us", FIGURES, (Bound(1.25, ("JAX",)), Bound(4, ("PyTorch",))), (Bound(150),), share=0.704)
    assert lines_of(row) == [
        ("small", "200 us", "70%", "JAX scan", "260 us", "1.30x", ">= 1.25x JAX", "yes", "<= 150 us", "NO"),
        ("", "", "", "JAX call", "340 us", "1.70x", ">= 4x PyTorch", "NO", "", ""),
        ("", "", "", "PyTorch", "700 us", "3.50x", "", "", "", ""),
    ]
    lines = table([row]).splitlines()
    assert len(lines) == 5
    assert len(set(map(len, lines))) == 1
    assert len({tuple(place for place, sign in enumerate(line) if sign == "|") for line in lines}) == 1
