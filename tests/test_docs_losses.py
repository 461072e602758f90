"""The page on losses and metrics has a line for each that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from glassnet.metrics import METRICS
from glassnet.nn import LOSSES

PAGE = (Path(__file__).parents[1] / "docs" / "losses-and-metrics.md").read_text(encoding="utf-8")
NAMED = {
    name: line for line in PAGE.splitlines() if line.startswith("|") for name in line.split("|")[1].strip().split(", ")
}


@pytest.mark.parametrize("name", LOSSES)
def test_each_loss_has_a_line_with_its_class(name: str) -> None:
    assert f"`{LOSSES[name].__name__}" in NAMED[name]


@pytest.mark.parametrize("name", METRICS)
def test_each_metric_has_a_line(name: str) -> None:
    assert name in NAMED
