"""The same bits for any number of threads and any cut of the steps, in any process, cached or not."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

STEPS = Path(__file__).with_name("steps.py")


@pytest.fixture(scope="module")
def checksums() -> Callable[..., str]:
    found = runpy.run_path(str(STEPS))["checksums"]
    assert callable(found)
    return found


@pytest.fixture(scope="module")
def expected(checksums: Callable[..., str]) -> dict[str, str]:
    """By dtype, what one thread finds in one call."""
    return {dtype: checksums(1, 30, dtype) for dtype in ("float32", "float64")}


@pytest.mark.parametrize(("threads", "most"), [(2, 30), (3, 30), (5, 30), (1, 1), (1, 7), (2, 1), (3, 7)])
def test_threads_and_cuts_never_change_a_bit(
    checksums: Callable[..., str], expected: dict[str, str], threads: int, most: int
) -> None:
    assert checksums(threads, most) == expected["float32"]


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_never_change_a_bit_of_float64(
    checksums: Callable[..., str], expected: dict[str, str], threads: int
) -> None:
    assert checksums(threads, 30, "float64") == expected["float64"]


def test_a_new_process_finds_the_same_bits_compiled_anew_and_from_the_cache(
    expected: dict[str, str], tmp_path: Path
) -> None:
    for _ in range(2):
        environment = {**os.environ, "GLASSNET_CACHE_DIR": str(tmp_path)}
        command = [sys.executable, str(STEPS), "2", "7"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.stdout.strip() == expected["float32"], done.stderr
        assert len(list(tmp_path.rglob("*.o"))) == 3
