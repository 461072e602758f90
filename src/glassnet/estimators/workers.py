"""How many threads an estimator computes on, alone and among the workers of a search."""

from __future__ import annotations

import operator
from typing import Any

from joblib.parallel import get_active_backend

from glassnet.errors import SettingError
from glassnet.places import processors, threads_given


def threads_of(jobs: Any) -> int | None:
    """The threads for `n_jobs`: so many; -1 for all processors, -2 for all but one; None where nobody has said.

    None in a worker of joblib is the number that joblib has set for it in OMP_NUM_THREADS, and one where it has set
    none, as for workers that are threads of one process: the workers share the processors out. Raises SettingError
    for what is no whole number, and for 0.
    """
    if jobs is None:
        return 1 if threads_given() is None and _is_worker() else None
    try:
        count = operator.index(jobs)
    except TypeError:
        count = 0
    if count == 0 or isinstance(jobs, bool):
        raise SettingError(f"n_jobs={jobs!r}: expected a number of threads, -1 for all processors, or None")
    return count if count > 0 else max(1, processors() + 1 + count)


def _is_worker() -> bool:
    """Whether this runs in a worker of joblib."""
    return bool(get_active_backend()[0].nesting_level)
