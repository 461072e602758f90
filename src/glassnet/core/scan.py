"""Scan: a function of tensors run over the time steps of sequences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from glassnet.core.body import Body
from glassnet.core.extent import Size
from glassnet.core.operation import Operation
from glassnet.core.operations import scan as operation
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError, ShapeError

Step: TypeAlias = Callable[[list[Tensor], list[Tensor]], tuple[Sequence[Tensor], Sequence[Tensor]]]


def scan(
    step: Step,
    start: Sequence[Tensor],
    sequences: Sequence[Tensor] = (),
    *,
    reverse: bool = False,
    steps: Size | None = None,
    keep: int | None = None,
) -> tuple[list[Tensor], list[Tensor]]:
    """Run a step over time: carries, outputs[time] = step(carries, [x[time] for x in sequences]), carries from `start`.

    `step(carries, elements)` is called once, to record it; it gives the next carries, each of the shape and dtype of
    its start, and outputs of any number and shape. Other tensors that it uses are the same at all steps, and have
    derivatives too. Axis 0 of each sequence is time; `steps` is their number, needed only where there is no sequence.
    With `reverse` the last step comes first.

    For its derivatives a scan keeps values of every step. With `keep` = k it keeps the carries of every k-th step only,
    and runs k steps at a time again on the way back (Chen, Xu, Zhang and Guestrin, "Training deep nets with sublinear
    memory cost", 2016): memory for steps / k carries and for k steps, for a second run of each step. Every value and
    every derivative stays the same, bit for bit in the reference engine. The sequences are held as they were given.

    Gives the carries after the last step, and each output stacked over time: shape (steps, ...), in the order of time
    whatever the direction. Without steps those are `start` and empty stacks. Raises ShapeError or DTypeError, naming
    both, where a carry changes or the sequences have different numbers of steps; TypeError for values that are no
    tensors and for a step that does not give two sequences of them; SettingError for a `keep` below 1.

    >>> tape = Tape()
    >>> x = tape.input("x", (3, 2), "float64")
    >>> last, sums = scan(lambda carries, elements: ([carries[0] + elements[0]], carries), [x.sum(0)], [x])
    >>> last, sums
    ([Tensor(read at 3, shape (2,), float64)], [Tensor(read at 4, shape (3, 2), float64)])
    """
    if keep is not None and (isinstance(keep, bool) or not isinstance(keep, int) or keep < 1):
        raise SettingError(f"scan: keep={keep!r}; expected a whole number of 1 or more, or None to keep what is needed")
    given = _tensors("start holds", start) + _tensors("sequences hold", sequences)
    if not given:
        raise ShapeError("scan: neither a carry nor a sequence was given; expected at least one")
    tape = max([tensor.tape for tensor in given], key=lambda tape: tape.depth)
    for k, sequence in enumerate(sequences):
        if not sequence.shape:
            raise tape.located(ShapeError(f"scan: sequence {k} has shape (); expected time as axis 0"))
    steps = _number_of_steps(sequences) if steps is None else steps
    inner = _StepTape(tape)
    carries = [inner.input(f"carry {k}", x.shape, x.dtype) for k, x in enumerate(start)]
    elements = [inner.input(f"element {k}", x.shape[1:], x.dtype) for k, x in enumerate(sequences)]
    after, outputs = inner.recorded(step, carries, elements)
    leaves = [[tensor.position for tensor in role] for role in (carries, elements, inner.fixed.values(), after)]
    fixed = [tape.tensor(position) for position in inner.fixed]
    how = operation.how_often(keep) | {"steps": steps, "reverse": reverse}
    trace = operation.scan(*given, *fixed, body=Body(inner, *map(tuple, leaves)), **how)
    last = [operation.read(trace, what=("last", k)) for k in range(len(start))]
    return last, [operation.read(trace, what=output.position) for output in outputs]


class _StepTape(Tape):
    """The tape of a step: a tensor of the tape around it that is used in the step becomes a leaf."""

    def __init__(self, outer: Tape) -> None:
        super().__init__()
        self.outer = outer
        self.depth = outer.depth + 1
        self.place = outer.place
        self.fixed: dict[int, Tensor] = {}  # the leaf for each position of the outer tape that is used
        self._ended = False

    def recorded(self, step: Step, carries: list[Tensor], elements: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        """The next carries and the outputs of a step; nothing more can be recorded after it."""
        given = step(list(carries), list(elements))
        if not isinstance(given, tuple) or len(given) != 2:
            raise TypeError(f"scan: the step gave {given!r}; expected a pair, ([next carries], [outputs])")
        after, outputs = ([self._inside(tensor) for tensor in _tensors("the step gave", part)] for part in given)
        if len(after) != len(carries):
            raise self.located(ShapeError(f"scan: the step gave {len(after)} next carries for {len(carries)} carries"))
        self._ended = True
        return after, outputs

    def record(
        self, operation: Operation, operands: Sequence[Tensor] = (), attributes: Mapping[str, Any] | None = None
    ) -> Tensor:
        """Append a call; operands from around the step become leaves.

        Raises ValueError once the step has ended, and for an operand that lies on no tape around the step.
        """
        if self._ended:
            raise ValueError(
                f"{operation.name}: a tensor of a scan's step is used after the step, where it has a value for every "
                f"step; let the step give it back among its outputs"
            )
        return super().record(operation, [self._inside(operand) for operand in operands], attributes)

    def _inside(self, tensor: Tensor) -> Tensor:
        """A tensor of a tape around the step as a leaf of the step; any other as it is."""
        if tensor.tape.depth >= self.depth:
            return tensor
        if tensor.tape is not self.outer and isinstance(self.outer, _StepTape):
            tensor = self.outer._inside(tensor)
        if tensor.tape is not self.outer:
            return tensor
        if tensor.position not in self.fixed:
            self.fixed[tensor.position] = self.input(f"fixed {len(self.fixed)}", tensor.shape, tensor.dtype)
        return self.fixed[tensor.position]


def _tensors(whose: str, values: Any) -> list[Tensor]:
    """A sequence of tensors as a list.

    Raises TypeError where it is not one.
    """
    if isinstance(values, Tensor) or not isinstance(values, Sequence):
        raise TypeError(f"scan: {whose} {values!r}; expected a list of tensors")
    for value in values:
        if not isinstance(value, Tensor):
            raise TypeError(
                f"scan: {whose} {value!r}, which is no tensor; record it with tape.constant or x.lift first"
            )
    return list(values)


def _number_of_steps(sequences: Sequence[Tensor]) -> Size:
    """The extent of axis 0 of the first sequence."""
    if not sequences:
        raise ShapeError("scan: no sequence tells the number of steps; give steps=")
    return sequences[0].shape[0]
