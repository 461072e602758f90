"""The second form of a program: loop nests over buffers.

A *buffer* is a run of memory. A *view* says how a loop reaches it: a stride an axis and an offset, so that slices,
transposes, broadcasts and reshapes emit no code. A *loop* runs straight-line scalar code for every index of its domain
and writes what it finds; a write that does not move along an axis reduces over it. A *group* holds loops that run one
after another on the same share of the work. A *product* is a matrix product of views, a *turn* a transposed copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Literal, TypeAlias

from glassnet.core.extent import Extent, Shape, Size, count, written
from glassnet.core.operation import DType

Role: TypeAlias = Literal["input", "state", "setting", "constant", "counter", "carry", "inside"]
Split: TypeAlias = Literal["rows", "columns", "one"]
Combine: TypeAlias = Literal["sum", "max"]
Offset: TypeAlias = tuple[Size, ...]  # the sum of its terms: one a product of symbols


@dataclass(eq=False)
class Buffer:
    """Memory for `size` elements of a dtype; `name` is that of the leaf that it holds, or a number.

    A counter takes no memory: the element at an offset is the offset. A carry holds what a scan hands on. `pieces` are
    the steps of a scan and how many of them make a piece: then there is room for `size` elements for each piece.
    """

    size: Size
    dtype: DType
    role: Role = "inside"
    name: str = ""
    value: Any = None
    pieces: tuple[Size, int] | None = None

    def __str__(self) -> str:
        return self.name if self.role in ("inside", "carry") else f"{self.role} {self.name}".strip()


@dataclass(frozen=True)
class View:
    """The elements of a buffer at offset + sum of index x stride, for the indices of a shape.

    Within scans it moves on from one time step to the next: by so many elements for each scan around it, the outermost
    first, in `steps`, which does not end with 0.
    """

    buffer: Buffer
    shape: Shape
    strides: Shape
    offset: Offset = ()
    steps: Shape = ()

    @property
    def dtype(self) -> DType:
        """The dtype of its buffer."""
        return self.buffer.dtype

    @property
    def whole(self) -> bool:
        """Whether it is its buffer from end to end."""
        return not self.offset and not self.steps and self.buffer.size == count(self.shape) and self.contiguous

    @property
    def contiguous(self) -> bool:
        """Whether its elements lie one after another."""
        return all(s == w or e == 1 for s, w, e in zip(self.strides, rows_first(self.shape), self.shape, strict=True))

    def at(self, shape: Shape, strides: Shape, moved: Offset = ()) -> View:
        """Another view of the same buffer, its offset moved on."""
        return View(self.buffer, shape, strides, total(*self.offset, *moved), self.steps)

    def step_in(self, depth: int) -> Size:
        """The elements by which it moves on from one time step to the next of the scan with `depth` scans around it."""
        return self.steps[depth] if depth < len(self.steps) else 0

    def at_a_step(self, depth: int) -> View:
        """A sequence, axis 0 of which is time, at the time step of the scan with `depth` scans around it."""
        on = (*(0 for _ in range(depth)), self.strides[0])
        return View(self.buffer, self.shape[1:], self.strides[1:], self.offset, moving_on(self.steps, on))

    def reaches_as(self, other: View) -> bool:
        """Whether it reaches the same element as another view at every index."""
        mine, theirs = ((view.strides, view.offset, view.steps) for view in (self, other))
        return self.buffer is other.buffer and mine == theirs

    def __str__(self) -> str:
        moved = "".join(f" + {term}" for term in self.offset)
        moved += "".join(f" + {step} time{depth or ''}" for depth, step in enumerate(self.steps) if step != 0)
        return f"{self.buffer}{moved}[{', '.join(map(str, self.strides))}]"


@dataclass(frozen=True)
class Line:
    """One line of scalar code: an operation on earlier lines, a load through a view, or a number.

    A load with an operand moves along the view by that operand times `value`, a stride.
    """

    operation: str
    dtype: DType
    operands: tuple[int, ...] = ()
    view: View | None = None
    value: Any = None


@dataclass(frozen=True)
class Write:
    """Where the value of a line goes; `combine` says how it joins what stands there, where the write reduces.

    With `index`, a line, it moves along the view by that line times `stride`. A reduction starts from nothing unless
    `onto`: then it adds to what is there.
    """

    line: int
    view: View
    combine: Combine | None = None
    index: int | None = None
    stride: Size = 0
    onto: bool = False


@dataclass
class Loop:
    """Straight-line code for every index of a domain, and its writes; `place` is the layer that it came from."""

    domain: Shape
    body: list[Line]
    writes: list[Write]
    place: str = ""

    @property
    def reads(self) -> list[View]:
        """The views that it loads from."""
        return [line.view for line in self.body if line.view is not None and line.view.buffer.role != "counter"]

    @property
    def split(self) -> Split:
        """Which share of the work a thread can have: rows of the domain, columns of it, or all of it."""
        reduced = {axis for write in self.writes if write.combine for axis in reduced_axes(write, len(self.domain))}
        if not self.domain:
            return "one"
        if 0 not in reduced:
            return "rows"
        return "columns" if len(self.domain) > 1 and len(self.domain) - 1 not in reduced else "one"

    def __str__(self) -> str:
        lines = [f"for {written(self.domain)}  ({self.place})"]
        for i, line in enumerate(self.body):
            operands = " ".join(f"%{operand}" for operand in line.operands)
            what = " ".join(str(part) for part in (line.view, line.value) if part is not None)
            lines.append(f"  %{i} = {line.operation} {operands} {what} : {line.dtype}")
        for write in self.writes:
            how = {None: "<-", "sum": "+=", "max": "max="}[write.combine]
            lines.append(f"  {write.view} {how} %{write.line}")
        return "\n".join(lines)


@dataclass
class Group:
    """Loops that run one after another on the same share: for each row, or each range of columns, or all at once."""

    loops: list[Loop]
    split: Split

    @property
    def reads(self) -> list[View]:
        """The views that its loops load from."""
        return [view for loop in self.loops for view in loop.reads]

    @property
    def writes(self) -> list[View]:
        """The views that its loops write."""
        return [write.view for loop in self.loops for write in loop.writes]

    def __str__(self) -> str:
        body = "\n".join(str(loop) for loop in self.loops)
        return f"group by {self.split}\n" + "\n".join(f"  {line}" for line in body.split("\n"))


@dataclass
class Product:
    """c = a b for matrices a (..., m, k), b (..., k, n) and c (..., m, n); a 0 of an operand in `chained` wins."""

    a: View
    b: View
    c: View
    chained: tuple[int, ...] = ()
    place: str = ""

    @property
    def reads(self) -> list[View]:
        """Its operands."""
        return [self.a, self.b]

    @property
    def writes(self) -> list[View]:
        """Its result."""
        return [self.c]

    def __str__(self) -> str:
        return (
            f"product {written(self.a.shape)} {self.a} by {written(self.b.shape)} {self.b} -> {self.c}  ({self.place})"
        )


@dataclass
class Turn:
    """A copy of a matrix that comes transposed, so that products read along its rows."""

    a: View
    c: View
    place: str = ""

    @property
    def reads(self) -> list[View]:
        """What is copied."""
        return [self.a]

    @property
    def writes(self) -> list[View]:
        """The copy."""
        return [self.c]

    def __str__(self) -> str:
        return f"turn {written(self.a.shape)} {self.a} -> {self.c}  ({self.place})"


@dataclass
class Scan:
    """Nodes that run once for each time step, forwards or backwards; what they carry lies in buffers of their own.

    `depth` is the number of scans around it: views move with its time by their step of that number. With `keep` it runs
    over pieces of so many time steps or, `within` them, over the steps of the piece that the scan around it is at.
    """

    nodes: list[Node]
    steps: Size
    reverse: bool
    depth: int = 0
    place: str = ""
    keep: int | None = None
    within: bool = False

    @property
    def reads(self) -> list[View]:
        """The views that its nodes read."""
        return [view for node in self.nodes for view in node.reads]

    @property
    def writes(self) -> list[View]:
        """The views that its nodes write."""
        return [view for node in self.nodes for view in node.writes]

    def __str__(self) -> str:
        body = "\n".join(str(node) for node in self.nodes)
        what = f"{self.steps} steps" if self.keep is None else f"{self.steps} steps in pieces of {self.keep}"
        what = f"the steps of a piece of {self.keep}" if self.within else what
        way = "backwards" if self.reverse else "forwards"
        return f"scan of {what} {way}  ({self.place})\n" + "\n".join(f"  {line}" for line in body.split("\n"))


Node: TypeAlias = Group | Product | Turn | Scan


@dataclass
class Nests:
    """A program as nodes in the order in which they run, with the buffers of its roles.

    `loss` holds the number that decides whether a step counts, `faults` what indices lay outside their tables, each
    with its layer and operation and the size of the table: the state is written only where the one is finite and the
    others are not positive. So many nodes at the beginning are `still`: all batches of a map would run them alike.
    """

    nodes: list[Node]
    leaves: dict[tuple[Role, str], Buffer]
    outputs: dict[str, View]
    next_state: dict[str, View]
    loss: Buffer | None = None
    faults: list[tuple[Buffer, str, Size]] = field(default_factory=list)
    kept: set[Buffer] = field(default_factory=set)  # what is read from outside beside all that
    still: int = 0

    @property
    def guards(self) -> list[Buffer]:
        """The buffers that decide whether a step counts."""
        return [*([] if self.loss is None else [self.loss]), *(buffer for buffer, _, _ in self.faults)]

    @property
    def guarded(self) -> int:
        """The first node after all that decides whether a step counts."""
        guards = set(self.guards)
        return max((i + 1 for i, node in enumerate(self.nodes) if guards & {v.buffer for v in node.writes}), default=0)

    def __str__(self) -> str:
        return "\n".join(str(node) for node in self.nodes)


def rows_first(shape: Shape) -> Shape:
    """The strides of an array whose elements lie in the order of its rows."""
    strides: list[Size] = []
    step: Size = 1
    for size in reversed(shape):
        strides.append(step)
        step = step * size
    return tuple(reversed(strides))


def total(*terms: Size) -> Offset:
    """A sum of sizes with one term for each product of symbols."""
    found: dict[tuple[str, ...], Size] = {}
    for term in terms:
        symbols = term.symbols if isinstance(term, Extent) else ()
        found[symbols] = term + found[symbols] if symbols in found else term
    return tuple(found[symbols] for symbols in sorted(found) if found[symbols] != 0)


def moving_on(first: Shape, second: Shape) -> Shape:
    """The steps of a view that moves on with two others, of which but one moves with any one scan."""
    steps = [a if b == 0 else b for a, b in zip_longest(first, second, fillvalue=0)]
    while steps and steps[-1] == 0:
        steps.pop()
    return tuple(steps)


def reduced_axes(write: Write, rank: int) -> Iterator[int]:
    """The axes of a domain along which a combining write does not move."""
    return (axis for axis in range(rank) if write.view.strides[axis] == 0)


def store(buffer: Buffer, shape: Shape) -> View:
    """A whole buffer as an array of a shape."""
    return View(buffer, shape, rows_first(shape))


def buffers(nodes: Sequence[Node]) -> list[Buffer]:
    """The buffers that nodes touch, each once."""
    return list(dict.fromkeys(view.buffer for node in nodes for view in (*node.reads, *node.writes)))


def every(nodes: Sequence[Node]) -> Iterator[Node]:
    """The nodes, and those of the steps of scans, of scans within them too."""
    for node in nodes:
        yield node
        if isinstance(node, Scan):
            yield from every(node.nodes)
