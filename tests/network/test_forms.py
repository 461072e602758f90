"""The same numbers in another form of memory, type or container are learnt from and answered alike, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import glassnet as gn

X = np.random.default_rng(0).integers(-8, 8, (24, 3)) / 4.0  # float16 holds them too
Y = X[:, 0] - 2 * X[:, 1]

ARRAYS: dict[str, Callable[[np.ndarray], Any]] = {
    "float16": lambda x: x.astype(np.float16),
    "float32": lambda x: x.astype(np.float32),
    "big-endian": lambda x: x.astype(">f8"),
    "by columns": np.asfortranarray,
    "every other": lambda x: np.repeat(x, 2, axis=0)[::2],
    "backwards": lambda x: x[::-1].copy()[::-1],
    "read-only": lambda x: np.frombuffer(x.tobytes()).reshape(x.shape),
    "masked": np.ma.masked_array,
    "lists": np.ndarray.tolist,
    "tuples": lambda x: tuple(map(tuple, x)) if x.ndim == 2 else tuple(x),
}
TARGETS = ARRAYS | {"series": pd.Series, "polars": pl.Series, "one column": lambda y: y[:, None]}
FRAMES: dict[str, Callable[[np.ndarray], Any]] = {
    "pandas": lambda x: pd.DataFrame(x, columns=list("abc")),
    "mixed": lambda x: pd.DataFrame(x, columns=list("abc")).astype({"a": "float32", "b": object}),
    "nullable": lambda x: pd.DataFrame(x, columns=list("abc")).convert_dtypes(),
    "polars": lambda x: pl.DataFrame(x, schema=list("abc"), orient="row"),
    "arrow": lambda x: pa.table(list(x.T), list("abc")),
    "record batch": lambda x: pa.record_batch(list(x.T), list("abc")),
    "dictionary": lambda x: dict(zip("abc", x.T.tolist(), strict=True)),
    "records": lambda x: [dict(zip("abc", row, strict=True)) for row in x.tolist()],
    "text": lambda x: pd.DataFrame(x, columns=list("abc")).astype(str),
}


def learnt(inputs: Any, targets: Any) -> gn.Network:
    network = gn.Network([gn.Dense(4, "tanh"), gn.Dense(1)], loss="squared", seed=0)
    network.learn(inputs, targets, epochs=3, batch_size=5)
    return network


@pytest.mark.parametrize("form", ARRAYS)
def test_inputs_of_any_form_are_one(form):
    given, plain = learnt(ARRAYS[form](X), Y), learnt(X, Y)
    np.testing.assert_array_equal(given.predict(X), plain.predict(X))
    np.testing.assert_array_equal(plain.predict(ARRAYS[form](X)), plain.predict(X))
    np.testing.assert_array_equal(plain.predict(ARRAYS[form](X[:1])), plain.predict(X)[:1])
    assert plain.test(ARRAYS[form](X), Y) == plain.test(X, Y)


@pytest.mark.parametrize("form", TARGETS)
def test_targets_of_any_form_are_one(form):
    given, plain = learnt(X, TARGETS[form](Y)), learnt(X, Y)
    np.testing.assert_array_equal(given.predict(X).ravel(), plain.predict(X))
    assert plain.test(X, TARGETS[form](Y)) == plain.test(X, Y)


def test_truth_values_and_whole_numbers_are_numbers():
    for dtype in (np.bool_, np.int8, np.uint8, np.int64, np.uint64):
        x, y = (X > 0).astype(dtype), (Y > 0).astype(dtype)
        np.testing.assert_array_equal(
            learnt(x, y).predict(x), learnt(x.astype(float), y.astype(float)).predict(x * 1.0)
        )


@pytest.mark.parametrize("form", FRAMES)
def test_tables_of_any_form_are_one(form):
    network = gn.Network(seed=0)
    network.learn(FRAMES[form](X), Y, epochs=2)
    plain = gn.Network(seed=0)
    plain.learn(FRAMES["pandas"](X), Y, epochs=2)
    np.testing.assert_array_equal(
        np.ravel(network.predict(FRAMES[form](X))), np.ravel(plain.predict(FRAMES["pandas"](X)))
    )
