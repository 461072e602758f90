from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from glassnet.optimizers import CLIPS, OPTIMIZERS, SCHEDULES, Adam, Exponential

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("tables", ROOT / "scripts" / "tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_has_every_block_as_its_docstring_says(tables):
    text = tables.PAGE.read_text(encoding="utf-8")
    assert text == tables.page(text), "docs/optimizers.md is behind the docstrings; run python scripts/tables.py"
    assert all(f"| `{name}` |" in text for name in (*OPTIMIZERS, *SCHEDULES, *CLIPS))


@pytest.mark.parametrize("block", [*OPTIMIZERS.values(), *SCHEDULES.values(), *CLIPS.values()])
def test_every_block_has_a_formula_and_every_rule_a_source(tables, block):
    assert tables.formulas(block.__doc__)
    assert tables.source(tables.inspect.getdoc(block)) or block.__name__ == "Constant"


def test_formulas_and_sources_are_read_as_they_stand(tables):
    assert tables.formulas(Adam.__doc__)[0] == "m = beta1 m + (1 - beta1) d,  m^ = m / (1 - beta1^t)"
    assert tables.formulas(Exponential.__doc__) == ["rate(t) = rate factor^((t - 1) / every)"]
    assert "2015, Algorithm 1." in tables.source(tables.inspect.getdoc(Adam))
