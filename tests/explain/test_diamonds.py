"""Real data: the example that explains diamonds, and what is known of them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import glassnet as gn

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "diamonds_explained.py"
CLARITIES = ["I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"]  # from the worst to the best


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("diamonds_explained", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.filterwarnings("ignore::glassnet.DataWarning")
def test_the_example_explains_diamonds(example, capsys):
    example.main()
    text = capsys.readouterr().out
    assert "How much worse root_mean_squared_error gets where a column is shuffled" in text
    assert re.search(r"'carat' and '[xyz]' \(", text) or re.search(r"'[xyz]' and 'carat' \(", text)
    assert re.search(r"The first diamond: price -?[\d,]+; an average row has [\d,]+: ", text)
    assert "'Z' is none of the 7 levels learnt" in text
    assert re.search(r"12 is above [\d.]+, the largest learnt, by [\d.]+ times the whole range", text)
    assert "missing, and no value was missing when it was learnt" in text


def test_larger_and_clearer_diamonds_cost_more_and_each_price_is_explained_in_full(example):
    diamonds = example.read(example.TABLE)
    network = gn.Network(seed=0)
    network.learn(diamonds, target="price", verbose=0)
    explanation = network.explain(diamonds)
    sizes = explanation.dependence("carat", values=8)
    assert (np.diff(sizes.means) > 0).all()
    clarity = explanation.dependence("clarity")
    means = dict(zip(clarity.values, clarity.means, strict=True))
    order = [means[repr(level)] for level in CLARITIES]
    assert np.corrcoef(order, np.arange(8))[0, 1] > 0.9
    found = explanation.attributions()
    assert found.error <= 0.01
    np.testing.assert_allclose(found.answers, network.predict(diamonds), rtol=1e-4, atol=1)
    assert set(explanation.importance().columns[:5]) >= {"carat", "clarity", "color"}
