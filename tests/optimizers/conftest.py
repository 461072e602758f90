from __future__ import annotations

import numpy as np
import pytest

from glassnet.core.interpret import Interpreter
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor


class Steps:
    """One weight array under an optimizer: records `advance` once, then interprets it step by step."""

    def __init__(self, optimizer, start, *, dtype="float64", decayed=True, batch=0):
        self.tape = Tape()
        self.w = np.asarray(start, dtype)
        self.slots = {name: np.full(self.w.shape, value, dtype) for name, value in optimizer.slots().items()}
        self.t = 0
        w, d = self.tape.state("w", self.w.shape, dtype), self.tape.input("delta", self.w.shape, dtype)
        slots = {name: self.tape.state(name, self.w.shape, dtype) for name in self.slots}
        t, scale = self.tape.input("t", (), "int64"), self.tape.setting("scale")
        self.leaves = [leaf.position for leaf in (w, d, t, scale, *slots.values())]
        new, kept = optimizer.advance(w, d, slots, t, scale=scale, decayed=decayed, batch=batch)
        assert set(kept) == set(slots)
        assert all(tensor.dtype == dtype and tensor.shape == w.shape for tensor in (new, *kept.values()))
        self.answer = optimizer.answer(new, kept)
        self.answering = Interpreter(self.tape, [optimizer.answer(w, slots).position])
        self.names = list(kept)
        self.interpreter = Interpreter(self.tape, [tensor.position for tensor in (new, *kept.values())])

    def step(self, delta, scale=1.0):
        self.t += 1
        given = [self.w, np.broadcast_to(np.asarray(delta, self.w.dtype), self.w.shape), np.int64(self.t), scale]
        values = dict(zip(self.leaves, [*given, *self.slots.values()], strict=True))
        self.w, *kept = self.interpreter.run({position: np.asarray(value) for position, value in values.items()}, {})
        self.slots = dict(zip(self.names, kept, strict=True))
        return self.w

    def answered(self):
        """The weights that evaluation and prediction would use now."""
        leaves = dict(zip(self.leaves, [self.w, self.w, np.int64(self.t), 1.0, *self.slots.values()], strict=True))
        return self.answering.run({position: np.asarray(value) for position, value in leaves.items()}, {})[0]

    def path(self, deltas, scales=None):
        """The weights after each of the deltas; a number where there is one weight without an axis."""
        scales = scales if scales is not None else [1.0] * len(deltas)
        return [self.step(delta, scale).tolist() for delta, scale in zip(deltas, scales, strict=True)]

    def whole_array_operations(self):
        """How many recorded calls compute an array of the size of the weights (views and leaves do not)."""
        kinds = ("leaf", "view")
        return sum(call.shape == self.w.shape and call.operation.kind not in kinds for call in self.tape)


@pytest.fixture
def steps():
    return Steps


@pytest.fixture
def at():
    """The rates of a schedule at steps t."""

    def rates(schedule, *steps):
        tape = Tape()
        t: Tensor = tape.input("t", (), "float64")
        rate = schedule.at(t)
        assert rate.dtype == "float64"
        assert rate.shape == ()
        interpreter = Interpreter(tape, [rate.position])
        return [interpreter.run({t.position: np.asarray(float(step))}, {})[0].item() for step in steps]

    return rates


@pytest.fixture
def line():
    """The total squared error of y = W x, for candidates (n, 1), on the data (0, 0) (1, 2) (2, 4) (3, 6) (4, 8)."""
    x = np.arange(5.0)

    def losses(candidates):
        return ((candidates * x - 2 * x) ** 2).sum(axis=1)

    return losses
