"""Several targets encoded each by itself: their array, what stands in gaps, and what encoders learn from them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.data.frames import as_table
from glassnet.data.schema import Schema
from glassnet.data.several_targets import SeveralTargets, encoding_from_json, encoding_of
from glassnet.errors import TargetError

COLUMNS = {
    "a": [1.0, 3.0, None, None],
    "b": ["no", "yes", "yes", None],
    "c": ["x", None, "z", None],
}


def fitted(**columns):
    """The encoding of these targets, and their columns."""
    table = as_table({"input": [0.5, 1.5, 2.5, 3.5], **columns})
    schema = Schema.decide(table, list(columns))
    aims = {name: table.columns[name] for name in columns}
    return encoding_of(aims, schema.targets, None, scaled=True, classes=None, needs=None), aims


def test_values_come_first_and_then_what_is_there():
    encoding, aims = fitted(**COLUMNS)
    assert isinstance(encoding, SeveralTargets)
    encoded, present = encoding.read(aims)
    assert encoded[0].tolist() == [-1, 0, 0, 1, 1, 1]  # the mean of 1 and 3 is 2, their deviation 1
    assert encoded[1, [0, 1, 3, 4, 5]].tolist() == [1, 1, 1, 1, 0]
    assert encoded[:, 3:].tolist() == [[1, 1, 1], [1, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert present.tolist() == [True, True, True, False]
    assert encoding.widths == (1, 1, 1)
    assert encoding.gaps(encoded) == (
        "1 row without the target 'a' learns the others",
        "1 row without the target 'c' learns the others",
    )


def test_a_gap_gives_encoders_the_weighted_mean_of_the_rows_that_have_the_target():
    encoding, aims = fitted(**COLUMNS)
    encoded, _ = encoding.read(aims)
    features = encoding.features(encoded, np.array([1.0, 3, 1, 1]))
    np.testing.assert_allclose(features[:, 0], [-1, 1, 0.5, 0.5])  # (-1 + 3) / 4
    np.testing.assert_allclose(features[:, 1], [0, 1, 1, 0.8])


def test_shares_are_those_of_the_weight_that_has_the_target():
    encoding, aims = fitted(**COLUMNS)
    shares = encoding.shares(encoding.read(aims)[0], np.array([1.0, 3, 1, 1]))
    assert shares[0] is None
    np.testing.assert_allclose(shares[1], [0.2, 0.8])
    np.testing.assert_allclose(shares[2], [0.5, 0.5])


def test_targets_and_answers_are_told_apart_in_the_users_numbers():
    encoding, aims = fitted(**COLUMNS)
    a, b, _ = encoding.apart(encoding.read(aims)[0], np.array([[0.5, 0.25, 0.75]] * 4))
    assert (a.name, a.labels, a.known[:2].tolist(), a.answers[0].tolist()) == ("a", None, [[1], [3]], [2.5])
    assert (b.labels, b.answers[0].tolist(), b.counts.tolist()) == (("no", "yes"), [0.25], [1, 1, 1, 0])


def test_numbers_without_gaps_are_taken_together():
    assert not isinstance(fitted(a=[1.5, 2.5, 3.0, 4.5], b=[9.5, 2.5, 1.5, 1.0])[0], SeveralTargets)
    assert isinstance(fitted(a=[1.5, 2.5, 3.0, 4.5], b=[9.5, None, 1.5, 1.0])[0], SeveralTargets)
    assert not isinstance(fitted(a=[1.5, None, 3.0, 4.5], b=[9.5, None, 1.5, 1.0])[0], SeveralTargets)


def test_it_survives_json():
    encoding, _ = fitted(**COLUMNS)
    assert encoding_from_json(json.loads(json.dumps(encoding.to_json())), encoding.columns) == encoding


def test_a_label_that_was_not_learnt_is_named_with_its_target():
    encoding, aims = fitted(**COLUMNS)
    other = as_table({"b": ["no", "perhaps", "yes", None]}).columns["b"]
    with pytest.raises(TargetError, match="row 2 of the target 'b' holds the class 'perhaps'"):
        encoding.read({**aims, "b": other})
