"""The matrix products of all workloads and a copy as large as a step, on as many threads as a step can use."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from glassnet import places
from glassnet.engines.native.kept import products
from loops import COPY, PRODUCT, Loop, address
from rows import limit
from rows.limit import BYTES, Product
from tasks.task import Turn
from tasks.training import WORKLOADS, Workload

OPERATIONS, COPIED = 2e8, 2e8  # of one thread in one turn: some milliseconds


def forms(work: Workload) -> Mapping[str, Turn]:
    threads = 1 if work.batch == 1 else places.threads()  # one row is not shared out
    pool, loop = ThreadPoolExecutor(threads), Loop(PRODUCT)
    all_works = WORKLOADS if work in WORKLOADS else (work,)
    shapes = dict.fromkeys(product._replace(times=1) for each in all_works for product in limit.products(each))
    turns = {f"{limit.RATE} {place}": _product(loop, pool, threads, shape) for place, shape in enumerate(shapes)}
    return {**turns, limit.BANDWIDTH: _copy(pool, threads, limit.moved(work) // (2 * threads))}


def _product(loop: Loop, pool: ThreadPoolExecutor, threads: int, shape: Product) -> Turn:
    """Every thread finds a product of its own, again and again; a unit is an operation."""
    function = products("float32").address("glassnet_product_f32")
    m, n, k, times = *shape[:3], max(1, round(OPERATIONS / shape.operations))
    held = [[np.ones(size, np.float32) for size in (m * k, k * n, m * n)] for _ in range(threads)]

    def work(arrays: list[np.ndarray]) -> None:
        a, b, c = (array.ctypes.data for array in arrays)
        loop(function, times, a, k, 1, b, n, c, n, m, n, k)

    return Turn(lambda: list(pool.map(work, held)), threads * times * shape.operations)


def _copy(pool: ThreadPoolExecutor, threads: int, size: int) -> Turn:
    """Every thread copies bytes of its own; a unit is a byte read or written."""
    function, loop = address(ctypes.memmove), Loop(COPY)
    times = max(1, round(COPIED / size))
    held = [[np.ones(size // BYTES, np.float32) for _ in range(2)] for _ in range(threads)]

    def work(arrays: list[np.ndarray]) -> None:
        target, source = (array.ctypes.data for array in arrays)
        loop(function, times, target, source, arrays[0].nbytes)

    return Turn(lambda: list(pool.map(work, held)), threads * times * 2 * held[0][0].nbytes)
