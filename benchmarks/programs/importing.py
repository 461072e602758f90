"""Prints the seconds of `import glassnet` after NumPy, and of asking it for the names that are given."""

from __future__ import annotations

import sys
import time

import numpy  # noqa: F401  (it has been imported before)

began = time.perf_counter()
import glassnet  # noqa: E402

for name in sys.argv[1:]:
    getattr(glassnet, name)
print(time.perf_counter() - began)
