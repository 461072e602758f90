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

HERE = Path(__file__).parent


def counted(backend: str, workers: int, **environment: str) -> list[int]:
    """The threads in each of four jobs, where the environment says no more of them than is given."""
    return printed("counting.py", backend, str(workers), **environment)


def printed(program: str, *arguments: str, **environment: str) -> list[int]:
    """The numbers that a program of this folder prints, where nothing but what is given says how many threads."""
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_THREADS")}
    done = subprocess.run(
        [sys.executable, str(HERE / program), *arguments],
        env={**bare, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [int(word) for word in done.stdout.split()]


@pytest.mark.parametrize("backend", ["threading", "multiprocessing"])
def test_four_workers_share_the_processors_out(backend):
    allowed = max(1, joblib.cpu_count() // 4)
    assert all(1 <= threads <= allowed for threads in counted(backend, 4))


def test_a_grid_search_by_four_workers_computes_on_no_more_threads_than_there_are_processors():
    alone, *workers = printed("searching.py")
    assert alone == 3  # as it was asked for: what is counted are threads that are there
    assert 1 <= len(workers) <= 4
    assert sum(workers) <= max(joblib.cpu_count(), 4)  # each of four workers has one at least


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
