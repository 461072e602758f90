"""The threads of estimators: so many as asked for, and no more than the processors among the workers of joblib."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import joblib
import pytest

from glassnet.errors import SettingError
from glassnet.estimators.workers import threads_of
from glassnet.places import processors

COUNTING = Path(__file__).parent / "counting.py"


def counted(backend: str, workers: int, **environment: str) -> list[int]:
    """The threads in each of four jobs, where the environment says no more of them than is given."""
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_THREADS")}
    done = subprocess.run(
        [sys.executable, str(COUNTING), backend, str(workers)],
        env={**bare, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [int(word) for word in done.stdout.split()]


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_four_workers_share_the_processors_out(backend):
    allowed = max(1, joblib.cpu_count() // 4)
    assert all(1 <= threads <= allowed for threads in counted(backend, 4))


def test_one_worker_has_them_all_and_what_the_user_says_counts():
    assert counted("loky", 1) == [processors()] * 4
    assert counted("threading", 2, GLASSNET_THREADS="3") == [3] * 4


def test_a_number_of_threads_is_as_scikit_learn_counts():
    assert threads_of(3) == 3
    assert threads_of(-1) == processors()
    assert threads_of(-100) == 1
    assert threads_of(None) is None
    for wrong in (0, 1.5, True, "all"):
        with pytest.raises(SettingError, match="n_jobs="):
            threads_of(wrong)
