"""The tables in docs say what the docstrings say, and leave no block out."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from glassnet.metrics import METRICS
from glassnet.nn import LAYERS, LOSSES
from glassnet.nn.activations import ACTIVATIONS
from glassnet.nn.initializers import INITIALIZERS
from glassnet.optimizers import CLIPS, OPTIMIZERS, SCHEDULES, Adam, Cosine, Exponential, Momentum

ROOT = Path(__file__).resolve().parent.parent
FAMILIES = (LAYERS, ACTIVATIONS, INITIALIZERS, LOSSES, METRICS, OPTIMIZERS, CLIPS, SCHEDULES)
NOBODYS = {"Constant", "arg-max"}  # of the rules and losses, what has no inventor


@pytest.fixture(scope="module")
def tables(script) -> ModuleType:
    return script("tables")


def test_every_page_is_up_to_date(tables):
    for path, text in tables.pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is behind; run python scripts/tables.py"


def test_every_block_has_a_row_of_as_many_cells_as_its_table(tables):
    named = {name for section in tables.SECTIONS for name in section.blocks}
    assert named == {name for family in FAMILIES for name in family}
    for section in tables.SECTIONS:
        head, _, *rows = tables.table(section)
        assert all(row.replace(r"\|", "").count("|") == head.count("|") for row in rows)
        assert all(any(f"`{name}`" in row for row in rows) for name in section.blocks)


def test_every_rule_has_a_formula_and_rules_and_losses_a_source(tables):
    for family in (OPTIMIZERS, CLIPS, SCHEDULES):
        assert all(" = " in tables.form(tables.inspect.getdoc(block)) for block in family.values())
    for family in (OPTIMIZERS, CLIPS, SCHEDULES, LOSSES):
        nobodys = {name for name, block in family.items() if not tables.source(tables.inspect.getdoc(block))}
        assert nobodys <= NOBODYS


def test_the_index_has_every_page(tables):
    index = (tables.DOCS / "README.md").read_text(encoding="utf-8")
    pages = [path.name for path in tables.DOCS.glob("*.md") if path.name != "README.md"]
    assert all(f"({name})" in index for name in pages)


# -- what is taken from a docstring ------------------------------------------------------------------------------------
DOC = """z |z|, over
two lines. Some systems take half.

w = w - z        with `z` as above

More of it, 1.5 of it. (PyTorch has
less.) Nothing here. Source: Maas, Hannun and Ng, "On a thing", 2nd edition, 2013. Raises nothing.

Arguments: as in Keras.
"""


def test_form_others_and_source_are_taken_from_a_docstring(tables):
    assert tables.form(DOC) == r"z \|z\|, over two lines.<br>`w = w - z,  with z as above`"
    assert tables.others(DOC) == "Some systems take half. (PyTorch has less.)"
    assert tables.source(DOC) == 'Maas, Hannun and Ng, "On a thing", 2nd edition, 2013'
    assert tables.form("1 / z. Source: Nobody, 2000.") == "1 / z."
    assert tables.source("1 / z. Source: Nobody, 2000.") == "Nobody, 2000"
    assert tables.source("z itself.") == tables.others("z itself.") == ""


def test_formulas_are_read_as_they_stand(tables):
    adam, cosine = (tables.form(tables.inspect.getdoc(rule)).split("<br>") for rule in (Adam, Cosine))
    assert adam[1] == "`m = beta1 m + (1 - beta1) d,  m^ = m / (1 - beta1^t)`"
    assert cosine[1:] == [
        "`rate(t) = rate t / (w + 1),  for t <= w + 1`",
        "`rate(t) = final + (rate - final) (1 + cos(pi p)) / 2,  after it, with p = (t - 1 - w) / (S - w), at most 1`",
    ]
    assert tables.form(tables.inspect.getdoc(Exponential)).endswith(": rate(t) = rate factor^((t - 1) / every).")
    assert "Keras keeps the rate inside" in tables.others(tables.inspect.getdoc(Momentum))


def test_signs_are_escaped_but_in_code(tables):
    assert tables.escaped("|z| a_b * c `x_y |z|`") == r"\|z\| a\_b \* c `x_y \|z\|`"
