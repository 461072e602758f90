"""What the target of a table is taken for where a loss is given: the loss says it, not the column."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import TargetError

COUNTED = [0, 1, 2, 0, 1, 2, 1, 0, 2, 1] * 4
SIGNS = [-1, 1] * 20
SHARES = [0.25, 0.75, 0.5, 1.0] * 10


@pytest.mark.parametrize(
    ("loss", "outputs", "values", "labels"),
    [
        ("squared", 1, SIGNS, None),
        ("absolute", 1, COUNTED, None),
        ("poisson", 1, COUNTED, None),
        ("hinge", 1, SIGNS, (-1, 1)),
        ("softmax log loss", 3, [3.0, 4.0, 5.0, 5.0] * 10, (3, 4, 5)),
        ("binary log loss", 1, SHARES, None),
    ],
)
@pytest.mark.parametrize("layers", [True, False], ids=["layers", "planned"])
def test_a_column_is_labels_or_numbers_as_the_loss_wants_it(loss, outputs, values, labels, layers):
    given = [gn.Dense(outputs)] if layers else None
    network = gn.Network(given, loss=loss, seed=0)
    table = {"x": np.arange(40) % 7, "y": values}
    network.learn(table, target="y", epochs=1, verbose=0)
    assert network.labels == labels
    assert np.isfinite(network.predict(table).astype(float)).all()


@pytest.mark.parametrize(("values", "kind"), [(["a", "b"] * 20, "category"), ([True, False] * 20, "boolean")])
def test_labels_meet_a_loss_of_numbers_in_words(values, kind):
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    with pytest.raises(TargetError, match=rf"the target 'y' is a {kind} .*, and the loss is one of numbers; a loss"):
        network.learn({"x": np.arange(40), "y": values}, target="y")


def test_labels_that_are_numbers_in_text_stay_text_where_somebody_made_it_and_become_numbers_in_a_file(tmp_path):
    table = {"x": list(range(40)), "y": ["-1.0", "1.0"] * 20}
    file = tmp_path / "table.csv"
    file.write_text("\n".join(["x,y", *map(",".join, zip(map(str, table["x"]), table["y"], strict=True))]))
    for given, labels in ((table, ("-1.0", "1.0")), (file, (-1, 1))):
        network = gn.Network(seed=0)
        network.learn(given, target="y", epochs=1)
        assert network.labels == labels
        assert set(network.predict({"x": table["x"]}).tolist()) <= set(labels)
        assert (
            network.test({"x": [1, 2], "y": [-1, 1]})["loss"] == network.test({"x": [1, 2], "y": ["-1", "1.0"]})["loss"]
        )
