"""The same bits for any number of threads and any cut of the steps, in any process, cached or not, in any company."""

from __future__ import annotations

import itertools
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.engines.native.engine import Native

STEPS = Path(__file__).with_name("steps.py")
NETWORKS = ("everything", "over time")
DTYPES = ("float32", "float64")


@pytest.fixture(scope="module")
def steps() -> Mapping[str, Any]:
    return runpy.run_path(str(STEPS))


@pytest.fixture(scope="module")
def checksums(steps: Mapping[str, Any]) -> Callable[..., str]:
    found = steps["checksums"]
    assert callable(found)
    return found


@pytest.fixture(scope="module")
def expected(checksums: Callable[..., str]) -> dict[tuple[str, str], str]:
    """By network and dtype, what one thread finds in one call."""
    return {(name, dtype): checksums(name, 1, 30, dtype) for name, dtype in itertools.product(NETWORKS, DTYPES)}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(("threads", "most"), [(2, 30), (3, 30), (4, 11), (5, 30), (1, 1), (1, 7), (2, 1), (3, 7)])
def test_threads_and_cuts_never_change_a_bit(
    checksums: Callable[..., str], expected: dict[tuple[str, str], str], network: str, threads: int, most: int
) -> None:
    assert checksums(network, threads, most) == expected[network, "float32"]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("threads", [2, 5])
def test_threads_never_change_a_bit_of_float64(
    checksums: Callable[..., str], expected: dict[tuple[str, str], str], network: str, threads: int
) -> None:
    assert checksums(network, threads, 30, "float64") == expected[network, "float64"]


def test_a_new_process_finds_the_same_bits_compiled_anew_from_the_cache_and_without_one(
    expected: dict[tuple[str, str], str], tmp_path: Path
) -> None:
    folder, found = str(tmp_path), [expected[network, "float32"] for network in NETWORKS]
    for cache, order_of_sets in ((folder, "1"), (folder, "2"), ("off", "31")):
        environment = {**os.environ, "GLASSNET_CACHE_DIR": cache, "PYTHONHASHSEED": order_of_sets}
        command = [sys.executable, str(STEPS), "2", "7"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.stdout.splitlines() == found, done.stderr
        # The second finds all of its text in the cache, though its sets are in another order.
        assert len(list(tmp_path.rglob("*.o"))) == 5  # the products of float32, two programs of each


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("network", NETWORKS)
def test_a_row_is_answered_alike_in_any_company(steps: Mapping[str, Any], network: str, dtype: str) -> None:
    made = steps["programs"](network, dtype)
    graph, state = made.model.graph, made.layout.initial(3)
    rows = {each.name: steps["data"](graph, dtype)[each.name] for each in graph.inputs}
    predict = Native(3, measured=False).compile(made.predict)
    whole = predict.map(state, rows, 333)["answer"]
    for size in (1, 7, 64):
        np.testing.assert_array_equal(predict.map(state, rows, size)["answer"], whole)
    backwards = {name: array[::-1] for name, array in rows.items()}
    np.testing.assert_array_equal(predict.map(state, backwards, 100)["answer"][::-1], whole)
    for row in (0, 57, 332):
        alone = {name: array[row : row + 1] for name, array in rows.items()}
        np.testing.assert_array_equal(predict.step(state, alone, {})["answer"][0], whole[row])
        bound = predict.bind(state, {})
        for name, array in alone.items():
            bound.row[name][...] = array
        bound.run()
        np.testing.assert_array_equal(bound.outputs["answer"][0], whole[row])
