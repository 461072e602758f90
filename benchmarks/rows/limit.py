"""The limit of a training step: the time that its multiplications and its bytes take at the machine's best pace."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from tasks.training import Workload

FORMS = RATE, BANDWIDTH = "rate of product", "bandwidth of copy"  # how the figures of the machine are called
BYTES = 4  # of a float32
OF_A_VALUE = 4  # times that it moves: it is written, and read on the way back; and so is its delta


class Product(NamedTuple):
    """C[m, n] = A[m, k] B[k, n], which a step does `times` times."""

    m: int
    n: int
    k: int
    times: int = 1

    @property
    def operations(self) -> int:
        """Multiplications and additions of one of them."""
        return 2 * self.m * self.n * self.k


def products(work: Workload) -> list[Product]:
    """All products of one step: forward, the deltas of the weights, and those of the inputs that have any."""
    if work.ragged:
        inputs, units, outputs = work.sizes
        rows, gates = _true_steps(work), 3 * units
        of_inputs = Product(rows, gates, inputs, 2), Product(inputs, gates, rows, 2)
        of_state = Product(rows, gates, units, 2), Product(rows, units, gates, 2), Product(units, gates, rows, 2)
        return [*of_inputs, *of_state, *_dense(work.batch, 2 * units, outputs, first=False)]
    if work.time_steps:
        inputs, units, outputs = work.sizes
        rows, gates = work.batch * work.time_steps, 4 * units
        time_step = (
            Product(work.batch, gates, units, work.time_steps),
            Product(work.batch, units, gates, work.time_steps),
        )
        gathered = Product(rows, gates, inputs), Product(inputs, gates, rows), Product(units, gates, rows)
        return [*gathered, *time_step, *_dense(work.batch, units, outputs, first=False)]
    layers = enumerate(pairwise(work.sizes))
    dense = [product for place, sizes in layers for product in _dense(work.batch, *sizes, first=place == 0)]
    return [*dense, *_orthogonalising(work)]


def _orthogonalising(work: Workload) -> list[Product]:
    """The products of Muon's five iterations, for each matrix but the last."""
    matrices = list(pairwise(work.sizes))[:-1] if work.optimizer == "Muon" else []
    sides = [(min(sizes), max(sizes)) for sizes in matrices]
    return [each for m, n in sides for each in (Product(m, m, n, 5), Product(m, m, m, 5), Product(m, n, m, 5))]


def _true_steps(work: Workload) -> int:
    """The true steps of all sequences of a batch, on average."""
    return round(float(work.lengths().sum()) / work.steps)


def _dense(rows: int, inputs: int, outputs: int, *, first: bool) -> Iterator[Product]:
    """The products of a dense layer; nobody asks for the deltas of the network's own inputs."""
    yield Product(rows, outputs, inputs)
    yield Product(inputs, outputs, rows)
    if not first:
        yield Product(rows, inputs, outputs)


def operations(work: Workload) -> int:
    """Multiplications and additions of all products of one step."""
    return sum(product.operations * product.times for product in products(work))


def moved(work: Workload) -> int:
    """The bytes that one step reads and writes where each value is used once from memory and kept once."""
    sizes = work.sizes
    weights = sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))
    values = sum(sizes[1:])
    if work.time_steps:
        inputs, units, outputs = sizes
        weights = (inputs + units + 1) * 4 * units + (units + 1) * outputs
        values = work.time_steps * 6 * units + outputs  # four gates and two states
    if work.ragged:
        inputs, units, outputs = sizes
        weights = 2 * ((inputs + units + 1) * 3 * units + units) + (2 * units + 1) * outputs
        steps = _true_steps(work)
        values = steps * 2 * 4 * units + work.batch * outputs  # in each direction three gates and a state
        return BYTES * (work.moves * weights + OF_A_VALUE * values + steps * inputs + work.batch)
    read = sizes[0] * max(work.time_steps, 1) + 1  # the row and its target
    return BYTES * (work.moves * weights + work.batch * (OF_A_VALUE * values + read))


def seconds(work: Workload, rate: float, bandwidth: float) -> float:
    """The time of one step at `rate` operations and `bandwidth` bytes a second."""
    return operations(work) / rate + moved(work) / bandwidth
