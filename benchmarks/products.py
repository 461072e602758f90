"""Matrix products of the native library beside OpenBLAS, as NumPy carries it, on one thread.

Run it with `python benchmarks/products.py [--dtype float64] [--repeats 31]`. The two run in turn, each in a loop of
machine code, so that no call from Python is measured; GFLOP/s are those of the median. OpenBLAS runs what NumPy would
call: its product of a matrix and a vector where C has one row or one column, else its product of matrices.
"""

from __future__ import annotations

import argparse
import ctypes
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from glassnet.engines.native.ir import SUFFIX, TYPES
from glassnet.engines.native.jit import Code, assembled, host
from glassnet.engines.native.tiles import library
from loops import PRODUCT, Loop, address

Run = Callable[[int], None]  # it runs so many times
PLAIN, TRANSPOSED, BY_ROWS = 111, 112, 101  # as CBLAS counts them


class Case(NamedTuple):
    """C[m, n] = A[m, k] B[k, n]; where A is transposed it lies in memory as [k, m]."""

    m: int
    n: int
    k: int
    transposed: bool = False

    @property
    def operations(self) -> int:
        """Multiplications and additions."""
        return 2 * self.m * self.n * self.k


CASES = (
    *(Case(1, 32, 10), Case(1, 128, 784), Case(64, 10, 128), Case(64, 128, 784), Case(784, 128, 64, True)),
    *(Case(128, 256, 256), Case(256, 256, 256), Case(20, 256, 256, True), Case(256, 256, 20), Case(256, 1, 256)),
    *(Case(128, 1024, 784), Case(256, 1024, 1024), Case(1024, 1024, 256, True)),
)


# -- what runs ---------------------------------------------------------------------------------------------------------
def openblas() -> tuple[Any, str, str]:
    """NumPy's OpenBLAS, the type of its sizes, and the pattern of its names."""
    path = next(found["filepath"] for found in threadpool_info() if found["internal_api"] == "openblas")
    blas = ctypes.CDLL(path)
    for kind, pattern in (("i64", "scipy_cblas_{}64_"), ("i64", "cblas_{}64_"), ("i32", "cblas_{}")):
        if hasattr(blas, pattern.format("sgemm")):
            return blas, kind, pattern
    raise SystemExit(f"{path} has no function whose name is like cblas_sgemm")


def loaded(dtype: str) -> Code:
    """The library, compiled anew; prints how long that took."""
    cpu = host()
    began = time.perf_counter()
    code = assembled(library(cpu.vector_bytes, cpu.vector_registers, [dtype]), cpu, as_it_is=True)
    print(f"library: compiled in {time.perf_counter() - began:.2f} s, {len(code):,} bytes of object code", end=", ")
    began = time.perf_counter()
    found = Code(code, cpu)
    print(f"loaded in {1e3 * (time.perf_counter() - began):.1f} ms")
    return found


class Bench:
    """The two libraries in one process."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self.blas, size, self.pattern = openblas()
        scalar = TYPES[dtype]
        factors = [scalar, "ptr", size, "ptr", size, scalar, "ptr", size]
        self.library = loaded(dtype)
        matrix, vector = ("i32", "i32", "i32", size, size, size), ("i32", "i32", size, size)
        self.product, self.gemm, self.gemv = Loop(PRODUCT), Loop((*matrix, *factors)), Loop((*vector, *factors))

    def ours(self, case: Case, a: int, b: int, c: int) -> Run:
        """The product of the native library."""
        m, n, k, transposed = case
        strides = (1, m) if transposed else (k, 1)
        function = self.library.address(f"glassnet_product_{SUFFIX[self.dtype]}")
        return lambda times: self.product(function, times, a, *strides, b, n, c, n, m, n, k)

    def theirs(self, case: Case, a: int, b: int, c: int) -> Run:
        """What NumPy would call for it."""
        m, n, k, transposed = case
        lie, shape = (TRANSPOSED, (k, m)) if transposed else (PLAIN, (m, k))
        name = "gemv" if 1 in (m, n) else "gemm"
        symbol = self.pattern.format("sd"[self.dtype == "float64"] + name)
        function = address(getattr(self.blas, symbol))
        if m == 1:
            arguments: tuple[Any, ...] = (TRANSPOSED, k, n, 1.0, b, n, a, 1, 0.0, c, 1)
        elif n == 1:
            arguments = (lie, *shape, 1.0, a, shape[1], b, 1, 0.0, c, 1)
        else:
            arguments = (lie, PLAIN, m, n, k, 1.0, a, shape[1], b, n, 0.0, c, n)
        loop = self.gemv if name == "gemv" else self.gemm
        return lambda times: loop(function, times, BY_ROWS, *arguments)

    def measure(self, case: Case, repeats: int) -> list[float]:
        """GFLOP/s of ours and theirs; both must have found the same product."""
        random = np.random.default_rng(0)
        m, n, k, transposed = case
        a = random.normal(size=(k, m) if transposed else (m, k)).astype(self.dtype)
        b, c, d = (
            random.normal(size=(k, n)).astype(self.dtype),
            np.empty((m, n), self.dtype),
            np.empty((m, n), self.dtype),
        )
        runs = [self.ours(case, *map(place, (a, b, c))), self.theirs(case, *map(place, (a, b, d)))]
        times = max(1, round(2e7 / (case.operations + 1e4)))
        seconds = [[timed(run, times) for run in runs] for _ in range(repeats)]
        assert np.allclose(c, d, rtol=0, atol=1e-4 * np.sqrt(k)), "the two differ"
        return [case.operations / statistics.median(found) / 1e9 for found in zip(*seconds, strict=True)]


def place(array: np.ndarray) -> int:
    """Where an array begins."""
    return array.ctypes.data


def timed(run: Run, times: int) -> float:
    """Seconds of one product."""
    began = time.perf_counter()
    run(times)
    return (time.perf_counter() - began) / times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dtype", choices=SUFFIX, default="float32")
    parser.add_argument("--repeats", type=int, default=31)
    options = parser.parse_args()
    with threadpool_limits(1):
        bench = Bench(options.dtype)
        print(f"\n{'(m, n, k)':<30}{'native':>10}{'OpenBLAS':>10}{'ratio':>8}   GFLOP/s, {options.dtype}")
        for case in CASES:
            native, blas = bench.measure(case, options.repeats)
            name = f"({case.m}, {case.n}, {case.k})" + (" A transposed" if case.transposed else "")
            print(f"{name:<30}{native:>10.1f}{blas:>10.1f}{native / blas:>8.2f}")


if __name__ == "__main__":
    main()
