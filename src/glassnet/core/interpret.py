"""What a tape means: each call evaluated in order with NumPy.

This is the definition that every engine is compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.core.body import TRACE, Body, What, sorted_reads
from glassnet.core.extent import Extent, Shape, bind, has_symbol, written
from glassnet.core.operation import Array, Evaluate
from glassnet.core.replay import Stacked
from glassnet.core.tape import Call, Tape, line
from glassnet.core.tensor import Tensor
from glassnet.errors import DataError, ShapeError


class _Step(NamedTuple):
    """One call made ready: how to evaluate it, and which values nobody needs after it."""

    position: int
    evaluate: Evaluate
    inputs: tuple[int, ...]
    attributes: Mapping[str, Any]
    done_with: tuple[int, ...]


class Interpreter:
    """The calls of a tape that `wanted` depends on, ready to be evaluated for any size of the symbols."""

    def __init__(self, tape: Tape, wanted: Iterable[int]) -> None:
        self.tape = tape
        self.wanted = tuple(wanted)
        for position in self.wanted:
            if tape[position].dtype == TRACE:
                raise ValueError(f"{position}: a trace is no array; read a position of its step, or a last carry")
        needed = sorted(tape.ancestors(self.wanted))
        self.given = tuple(position for position in needed if tape[position].operation.evaluate is None)
        self._calls = [tape[position] for position in needed if tape[position].operation.evaluate is not None]
        self._bound = lru_cache(maxsize=4)(self._bind)

    def run(self, given: Mapping[int, Array], sizes: Mapping[str, int]) -> list[Array]:
        """The values at the wanted positions, from the values of the leaves and the sizes of the symbols.

        A value is let go as soon as nothing more needs it. NaN and infinity are results like any other. Raises
        DataError or ShapeError, naming the layer or the user's line, where values do not fit a call: an index beyond
        its table, say.
        """
        steps, fixed = self._bound(tuple(sorted(sizes.items())))
        values: dict[int, Array] = {**fixed, **given}
        position = 0
        try:
            with np.errstate(all="ignore"):
                for position, evaluate, inputs, attributes, done_with in steps:
                    values[position] = evaluate(*[values[i] for i in inputs], **attributes)
                    for finished in done_with:
                        del values[finished]
        except (DataError, ShapeError) as error:
            if self.tape[position].body is not None:
                raise  # the call within the step has said where
            raise type(error)(f"{self.tape[position].origin.place}: {error}") from None
        return [np.array(values[p]) if p in fixed else np.asarray(values[p]) for p in self.wanted]

    def _bind(self, sizes: tuple[tuple[str, int], ...]) -> tuple[list[_Step], dict[int, Array]]:
        """The steps with every symbol replaced by its size, and the values that nothing given can change.

        Those are worked out here, once for each size: about a third of the calls of a training step.
        """
        known = dict(sizes)
        fixed: dict[int, Array] = {}
        varying = [call for call in self._calls if not self._fix(call, known, fixed)]
        last_use = {source: call.position for call in varying for source in call.inputs}
        kept = {*self.wanted, *fixed}
        steps = [
            _Step(
                call.position,
                _evaluation(call),
                call.inputs,
                self._attributes(call, known),
                tuple({i for i in call.inputs if last_use[i] == call.position and i not in kept}),
            )
            for call in varying
        ]
        return steps, fixed

    def _fix(self, call: Call, sizes: Mapping[str, int], fixed: dict[int, Array]) -> bool:
        """Work out the value of a call now if it depends on nothing that is given; an error is left for the run."""
        if any(source not in fixed for source in call.inputs):
            return False
        try:
            with np.errstate(all="ignore"):
                operands = [fixed[source] for source in call.inputs]
                fixed[call.position] = _evaluation(call)(*operands, **self._attributes(call, sizes))
        except (DataError, ShapeError):
            return False
        return True

    def _attributes(self, call: Call, sizes: Mapping[str, int]) -> Mapping[str, Any]:
        """The attributes of a call with symbols replaced by their sizes, and a body ready for what is read of it."""
        attributes = _bound_attributes(call, sizes)
        if call.body is None:
            return attributes
        reads = [reader.attributes["what"] for reader in self._calls if call.position in reader.inputs]
        return {**attributes, "body": ReadyBody(call.body, reads, sizes)}


class ReadyBody:
    """The body of a scan made ready for given sizes, to compute no more than what is read of its trace needs.

    `live` are the carries that it computes, `positions` those whose values it gives at every step; `again` is the body
    ready for what is to be made again, None where nothing is.
    """

    def __init__(self, body: Body, reads: Iterable[What], sizes: Mapping[str, int]) -> None:
        self._body, self._sizes = body, sizes
        reads = list(reads)
        self.positions, _, again = sorted_reads(reads)
        self.live = body.live(reads)
        self._interpreter = Interpreter(body.tape, [*[body.next[k] for k in self.live], *self.positions])
        self.again = ReadyBody(body, again, sizes) if again else None
        self.split = body.split

    def stacks(self, steps: int) -> Stacked:
        """Room for the values over time of each position that is read."""
        calls = [(position, self._body.tape[position]) for position in self.positions]
        return {position: np.empty((steps, *bind(call.shape, self._sizes)), call.dtype) for position, call in calls}

    def step(
        self, carries: Sequence[Array], elements: Sequence[Array], fixed: Sequence[Array]
    ) -> tuple[Sequence[Array], list[Array]]:
        """The carries of the next step, those that nothing needs left as they are, and the values that are read."""
        given = dict(zip(self._body.leaves, (*carries, *elements, *fixed), strict=True))
        values = self._interpreter.run(given, self._sizes)
        after = list(carries)
        for k, value in zip(self.live, values, strict=False):
            after[k] = value
        return after, values[len(self.live) :]


def _evaluation(call: Call) -> Evaluate:
    evaluate = call.operation.evaluate
    assert evaluate is not None  # leaves without a meaning of their own are given
    return evaluate


def _bound_attributes(call: Call, sizes: Mapping[str, int]) -> Mapping[str, Any]:
    if not any(has_symbol(value) for value in call.attributes.values()):
        return call.attributes
    return {name: bind(value, sizes) for name, value in call.attributes.items()}


def symbol_sizes(declared: Mapping[str, Shape], arrays: Mapping[str, Array]) -> dict[str, int]:
    """The size of each symbol, read off the shapes of the arrays given for the leaves declared.

    Raises ShapeError, naming the leaf, where an array does not fit what was declared or two arrays disagree.
    """
    sizes: dict[str, int] = {}
    for name, shape in declared.items():
        for extent, size in zip(shape, arrays[name].shape, strict=False):
            if isinstance(extent, Extent) and extent.factor == 1 and len(extent.symbols) == 1:
                sizes.setdefault(extent.symbols[0], size)
    for name, shape in declared.items():
        actual = arrays[name].shape
        if len(actual) != len(shape) or bind(shape, sizes) != actual:
            known = f" with {', '.join(f'{s} = {v}' for s, v in sizes.items())}" if sizes else ""
            raise ShapeError(f"{name}: an array of shape {actual} was given; expected {written(shape)}{known}")
    return sizes


def evaluate(tensors: Sequence[Tensor], given: Mapping[Tensor, npt.ArrayLike]) -> list[Array]:
    """The values of tensors on one tape, from values for its leaves.

    Raises ShapeError where an array does not fit its leaf, and ValueError for a leaf that is given no value or a tensor
    that lies on another tape.

    >>> tape = Tape()
    >>> x = tape.input("x", (3,), "float64")
    >>> [value.tolist() for value in evaluate([x * x], {x: [1.0, 2.0, 3.0]})]
    [[1.0, 4.0, 9.0]]
    """
    tape = tensors[0].tape
    if any(tensor.tape is not tape for tensor in (*tensors, *given)):
        raise ValueError("evaluate: the tensors lie on several tapes; expected one")
    arrays = {tensor.position: np.asarray(value, tensor.dtype) for tensor, value in given.items()}
    interpreter = Interpreter(tape, [tensor.position for tensor in tensors])
    for position in interpreter.given:
        if position not in arrays:
            raise ValueError(f"evaluate: {tape.tensor(position)} needs a value: {line(tape[position])}")
    names = {position: f"{tape[position].attributes.get('name', 'value')} ({position})" for position in arrays}
    declared = {name: tape[position].shape for position, name in names.items()}
    sizes = symbol_sizes(declared, {name: arrays[position] for position, name in names.items()})
    return interpreter.run(arrays, sizes)
