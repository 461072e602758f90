"""Scan: a tape of its own run over time, and `read`, which picks values from its trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from glassnet.core.body import TRACE, Body, TraceDelta, What
from glassnet.core.extent import Shape, Size, written
from glassnet.core.interpret import ReadyBody
from glassnet.core.operation import Array, DType, Operation, Shaped, define
from glassnet.core.replay import Replay, Replayed
from glassnet.core.reversal import reversal
from glassnet.core.tensor import Tensor
from glassnet.errors import DTypeError, ShapeError


class Traced(Shaped, Protocol):
    """The result of a scan: a call on a tape, or a tensor."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes of the call."""


# -- scan --------------------------------------------------------------------------------------------------------------
def _scan_shape(
    *operands: Shaped, body: Body, steps: Size, reverse: bool, keep: int | None = None
) -> tuple[Shape, DType]:
    if len(operands) != len(body.leaves):
        raise ShapeError(f"scan: {len(operands)} operands for a step that takes {len(body.leaves)}")
    if isinstance(steps, int) and steps < 0:
        raise ShapeError(f"scan: {steps} steps; expected 0 or more")
    starts, sequences, fixed = body.split(operands)
    leaf_rule = "those of its leaf in the step"
    for k, (start, leaf, after) in enumerate(zip(starts, body.carry, body.next, strict=True)):
        _expect(f"the start of carry {k}", start, body.tape[leaf].shape, body.tape[leaf].dtype, leaf_rule)
        rule = "as at its start; a carry keeps its shape and dtype from step to step"
        _expect(f"the next value of carry {k}", body.tape[after], start.shape, start.dtype, rule)
    for k, (sequence, leaf) in enumerate(zip(sequences, body.each, strict=True)):
        rule = "the steps of the scan along axis 0, then its element in the step; all sequences have as many steps"
        _expect(f"sequence {k}", sequence, (steps, *body.tape[leaf].shape), body.tape[leaf].dtype, rule)
    for k, (value, leaf) in enumerate(zip(fixed, body.fixed, strict=True)):
        _expect(f"fixed value {k}", value, body.tape[leaf].shape, body.tape[leaf].dtype, leaf_rule)
    return (), TRACE


def _expect(what: str, found: Shaped, shape: Shape, dtype: DType, rule: str) -> None:
    if found.shape != shape:
        raise ShapeError(f"scan: {what} has shape {written(found.shape)}; expected {written(shape)}, {rule}")
    if found.dtype != dtype:
        raise DTypeError(f"scan: {what} has dtype {found.dtype}; expected {dtype}, {rule}; cast it")


def _scan(*operands: Array, body: ReadyBody, steps: int, reverse: bool, keep: int = 1) -> dict[What, Array | Replayed]:
    carries, sequences, fixed = body.split(operands)
    stacks = body.stacks(steps)
    replay = None if body.again is None else Replay(body.again, body.split(operands), steps, reverse, keep)
    for time in reversed(range(steps)) if reverse else range(steps):
        if replay is not None:
            replay.mark(time, carries)
        carries, values = body.step(carries, [sequence[time] for sequence in sequences], fixed)
        for stack, value in zip(stacks.values(), values, strict=True):
            stack[time] = value
    found: dict[What, Array | Replayed] = {("last", k): carry for k, carry in enumerate(carries)}
    if replay is not None:
        found |= {("again", position): Replayed(replay, position) for position in replay.body.positions}
    return found | stacks


def _scan_derivative(
    delta: TraceDelta, y: Tensor, *operands: Tensor, body: Body, steps: Size, reverse: bool, keep: int | None = None
) -> list[Tensor | None]:
    """A scan in the other direction of time, from the deltas of the last carries and of the stacks that were read.

    With `keep` it takes the values of the steps as they are made again, and so does its own derivative.
    """
    stacks = {what: part for what, part in delta.parts.items() if isinstance(what, int)}
    ends = {body.carry[what[1]]: part for what, part in delta.parts.items() if isinstance(what, tuple)}
    back = reversal(body, list(stacks))
    values = dict(zip(body.leaves, operands, strict=True))
    starts = [ends[leaf] if leaf in ends else values[leaf].filled(0) for leaf in back.carried]
    kept = [values[p] if p in body.each else read(y, what=p if keep is None else ("again", p)) for p in back.kept]
    fixed = [values[leaf] for leaf in back.unchanged]
    how = how_often(keep) | {"steps": steps, "reverse": not reverse}
    trace = scan(*starts, *kept, *stacks.values(), *fixed, body=back.body, **how)
    return [read(trace, what=back.found[leaf]) if leaf in back.found else None for leaf in body.leaves]


def how_often(keep: int | None) -> dict[str, int]:
    """The attribute of a scan that keeps every `keep`-th carry; none where it keeps what is read."""
    return {} if keep is None else {"keep": keep}


# -- read --------------------------------------------------------------------------------------------------------------
def _read_shape(trace: Traced, what: What) -> tuple[Shape, DType]:
    if trace.dtype != TRACE:
        raise DTypeError(f"read: an operand of dtype {trace.dtype}; expected the trace of a scan")
    body: Body = trace.attributes["body"]
    if isinstance(what, tuple) and what[0] == "last":
        if not 0 <= what[1] < len(body.next):
            raise ShapeError(f"read: the scan has no carry {what[1]}; it has {len(body.next)}")
        last = body.tape[body.next[what[1]]]
        return last.shape, last.dtype
    position = what[1] if isinstance(what, tuple) else what
    if not 0 <= position < len(body.tape):
        raise ShapeError(f"read: the step of the scan has no position {position}; it has {len(body.tape)} calls")
    call = body.tape[position]
    if call.dtype == TRACE:
        raise DTypeError(f"read: position {position} of the step is itself a trace; read it within the step")
    return (trace.attributes["steps"], *call.shape), call.dtype


def _read_derivative(delta: Tensor, y: Tensor, trace: Tensor, what: What) -> tuple[TraceDelta]:
    return (TraceDelta({what[1] if isinstance(what, tuple) and what[0] == "again" else what: delta}),)


# scan(*start carries, *sequences, *fixed values, body, steps, reverse, [keep]): the body at every time step, forwards
# or backwards in time; axis 0 of a sequence is time. The result is the whole trace, which only `read` takes. With
# `keep` an engine need keep only every `keep`-th carry for the values that are read as ("again", position).
scan: Operation = define("scan", "other", _scan_shape, _scan, _scan_derivative)
# read(trace, what): the values of a position of the body stacked over time, of shape (steps, ...), or the k-th carry
# after the last step, what = ("last", k). Without steps that is its start. What = ("again", position) gives the
# stacked values too, but only a scan may take them, as a sequence.
read: Operation = define("read", "other", _read_shape, lambda trace, what: trace[what], _read_derivative)
