"""Four jobs of joblib, by workers of a kind: prints on how many threads an estimator would compute in each of them."""

from __future__ import annotations

import sys

import joblib

from glassnet.estimators.workers import threads_of
from glassnet.places import threads


def count(_: int) -> int:
    return threads(threads_of(None))


if __name__ == "__main__":
    with joblib.parallel_config(backend=sys.argv[1], n_jobs=int(sys.argv[2])):
        print(*joblib.Parallel()(joblib.delayed(count)(job) for job in range(4)))
