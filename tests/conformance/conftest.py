"""One case for each operation: examples of its operands, its meaning worked out a number at a time, its smoothness.

A test in this folder that asks for `case` runs once for every operation, whatever engine it looks at.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from glassnet.core import functions, scan
from glassnet.core.body import Body
from glassnet.core.operation import Operation, operations
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.random import philox

Array = np.ndarray
View = Callable[[Any], Any]
FLOATS = ("float64", "float32")
WHOLE = ("int64", "int32", "uint32")


@dataclass(frozen=True)
class Example:
    """Arrays, how a tensor or an array of each is looked at before the call, and the attributes of the call."""

    arrays: tuple[Array, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    views: tuple[View, ...] = ()

    def seen(self, operands: tuple[Any, ...]) -> list[Any]:
        return [view(x) for view, x in itertools.zip_longest(self.views, operands, fillvalue=plain)]

    def call(self, operation: Operation, tape: Tape, *operands: Tensor) -> Tensor:
        if operands:
            return operation(*self.seen(operands), **self.attributes)
        return tape.record(operation, (), self.attributes)


@dataclass(frozen=True)
class Case:
    """What one operation is given, what it means, and why it has no derivative where it has none."""

    examples: st.SearchStrategy[Example]  # within the smooth range, where there is a derivative
    meaning: Callable[..., Any]
    no_derivative: str | None = None
    number: Callable[..., Any] | None = None  # the meaning for one element of each operand, special values included
    arity: int = 0
    of_floats: bool = True
    smooth: st.SearchStrategy[Example] | None = None  # examples for derivatives, where not all serve


# -- meanings, an element at a time ------------------------------------------------------------------------------------
def by_index(shape: tuple[int, ...], element: Callable[[tuple[int, ...]], Any], dtype: Any) -> Array:
    result = np.zeros(shape, dtype)
    for index in np.ndindex(shape):
        result[index] = element(index)
    return result


def by_element(number: Callable[..., Any], dtype: Any = None) -> Callable[..., Array]:
    """A function of Python numbers as a function of arrays of one shape."""

    def meaning(*arrays: Array, **_: Any) -> Array:
        items = lambda index: [array[index].item() for array in arrays]  # noqa: E731
        with np.errstate(over="ignore"):
            return by_index(arrays[0].shape, lambda index: number(*items(index)), dtype or arrays[-1].dtype)

    return meaning


def guarded(function: Callable[[float], float], beyond: float = math.inf) -> Callable[[float], float]:
    """A function of `math`, with NaN where it is not defined and `beyond` where it overflows."""

    def number(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return math.nan
        except OverflowError:
            return beyond

    return number


def quotient(a: float, b: float) -> float:
    if b != 0:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)


def logarithm(x: float) -> float:
    return -math.inf if x == 0 else guarded(math.log)(x)


def logarithm1p(x: float) -> float:
    return -math.inf if x == -1 else guarded(math.log1p)(x)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else math.exp(x)


def power(a: float, b: float) -> float:
    if a == 0 and b < 0:
        odd = math.isfinite(b) and b % 2 == 1
        return math.copysign(math.inf, a) if odd else math.inf
    odd = math.isfinite(b) and b % 2 == 1
    return guarded(lambda x: math.pow(x, b), -math.inf if a < 0 and odd else math.inf)(a)


def larger(a: float, b: float) -> float:
    return math.nan if math.isnan(a) or math.isnan(b) else max(a, b)


def chained(delta: float, slope: float) -> float:
    return 0.0 if delta == 0 and not math.isfinite(slope) else delta * slope


def rounded_down(x: float) -> float:
    return float(math.floor(x)) if math.isfinite(x) else x


# -- operands ----------------------------------------------------------------------------------------------------------
def plain(x: Any) -> Any:
    return x


def reversed_(x: Any) -> Any:
    return x[::-1]


def stepped(x: Any) -> Any:
    return x[::2]


def repeated(shape: tuple[int, ...]) -> View:
    return lambda x: x.broadcast(shape) if isinstance(x, Tensor) else np.broadcast_to(x, shape)


SHAPES = st.sampled_from([(), (0,), (1,), (3,), (4,), (2, 3), (3, 1), (2, 0), (0, 2), (1, 2, 2), (2, 1, 0)])


@st.composite
def operands(draw: Any, ranges: tuple[tuple[float, float], ...], dtypes: tuple[str, ...] = ("float64",)) -> Example:
    """An array for each range, of one shape once looked at: as it is, backwards, every second row, or repeated."""
    shape, dtype = draw(SHAPES), draw(st.sampled_from(dtypes))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    arrays, views = [], []
    for low, high in ranges:
        made, view = draw(st.sampled_from(_stored(shape)))
        values = np.asarray(random.uniform(low, high, made)) * (1 if dtype in FLOATS else 9)
        values = np.abs(values) if dtype == "uint32" else values
        arrays.append(np.asarray(values >= (low + high) / 2 if dtype == "bool" else values.astype(dtype)))
        views.append(view)
    return Example(tuple(arrays), {}, tuple(views))


def _stored(shape: tuple[int, ...]) -> list[tuple[tuple[int, ...], View]]:
    """Shapes of arrays, with the view that brings each of them to `shape`."""
    ways = [(shape, plain), ((1,) * len(shape), repeated(shape)), ((), repeated(shape))]
    if shape:
        ways += [(shape, reversed_), ((max(2 * shape[0] - 1, 0), *shape[1:]), stepped), (shape[1:], repeated(shape))]
    return ways


def numbers(random: np.random.Generator, shape: tuple[int, ...], dtype: str = "float64") -> Array:
    """Different numbers about 0, an even distance apart, so that no two of them tie within a small step."""
    size = math.prod(shape)
    return ((random.permutation(size) - size / 3) / 4).reshape(shape).astype(dtype)


@st.composite
def arrays(draw: Any, least: int = 0, dtypes: tuple[str, ...] = FLOATS) -> tuple[Array, np.random.Generator]:
    shape = tuple(draw(st.lists(st.integers(0, 3), min_size=least, max_size=3)))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return numbers(random, shape, draw(st.sampled_from(dtypes))), random


def some_axes(rank: int) -> st.SearchStrategy[tuple[int, ...]]:
    if rank == 0:
        return st.just(())
    return st.lists(st.sampled_from(range(rank)), unique=True).map(lambda axes: tuple(sorted(axes)))


# -- elementwise -------------------------------------------------------------------------------------------------------
def elementwise(
    number: Callable[..., Any],
    *ranges: tuple[float, float],
    also: tuple[str, ...] = (),
    gives: str | None = None,
    no_derivative: str | None = None,
    takes: tuple[str, ...] = FLOATS,
) -> Case:
    return Case(
        operands(ranges, (*takes, *also)),
        by_element(number, gives),
        no_derivative,
        number,
        len(ranges),
        "float64" in takes,
    )


@st.composite
def select_examples(draw: Any) -> Example:
    values = draw(operands(((-1, 1), (-1, 1)), (*FLOATS, *WHOLE, "bool")))
    shape = values.seen(values.arrays)[0].shape
    random = np.random.default_rng(draw(st.integers(0, 99)))
    return Example((random.random(shape) < 0.5, *values.arrays), {}, (plain, *values.views))


@st.composite
def cast_examples(draw: Any) -> Example:
    values = draw(operands(((0, 9),), (*FLOATS, *WHOLE, "bool")))
    return Example(values.arrays, {"dtype": draw(st.sampled_from((*FLOATS, *WHOLE, "bool")))}, values.views)


@st.composite
def same_floats(draw: Any) -> Example:
    values = draw(operands(((0, 9),)))
    return Example(values.arrays, {"dtype": "float64"}, values.views)


def converted(a: Array, dtype: str) -> Array:
    return by_element(np.dtype(dtype).type, dtype)(a)


STEP = "it is constant between its jumps"
TRUTH = "true and false have no slope"

ELEMENTWISE = {
    "add": elementwise(lambda a, b: a + b, (-2, 2), (-2, 2), also=("int64", "int32")),
    "multiply": elementwise(lambda a, b: a * b, (-2, 2), (-2, 2), also=("int64", "int32")),
    "chain": elementwise(chained, (-2, 2), (-2, 2)),
    "divide": elementwise(quotient, (-2, 2), (0.4, 2)),
    "negate": elementwise(lambda a: -a, (-2, 2), also=("int64", "int32")),
    "exp": elementwise(guarded(math.exp), (-2, 2)),
    "expm1": elementwise(guarded(math.expm1), (-2, 2)),
    "log": elementwise(logarithm, (0.4, 3)),
    "log1p": elementwise(logarithm1p, (-0.5, 3)),
    "tanh": elementwise(math.tanh, (-2, 2)),
    "logistic": elementwise(sigmoid, (-4, 4)),
    "erf": elementwise(math.erf, (-3, 3)),
    "erfc": elementwise(math.erfc, (-3, 3)),
    "sin": elementwise(guarded(math.sin), (-3, 3)),
    "cos": elementwise(guarded(math.cos), (-3, 3)),
    "sqrt": elementwise(guarded(math.sqrt), (0.4, 3)),
    "power": elementwise(power, (0.4, 2), (-2, 2)),
    "maximum": elementwise(larger, (-2, 2), (-2, 2), also=WHOLE),
    "floor": elementwise(rounded_down, (-3, 3), no_derivative=STEP),
    "relu": elementwise(lambda a: 0.0 if a <= 0 else a, (0.4, 2)),
    "greater": elementwise(lambda a, b: a > b, (0, 1), (0, 1), also=WHOLE, gives="bool", no_derivative=TRUTH),
    "equal": elementwise(lambda a, b: a == b, (0, 1), (0, 1), also=(*WHOLE, "bool"), gives="bool", no_derivative=TRUTH),
    "and": elementwise(lambda a, b: a and b, (0, 1), (0, 1), takes=("bool",), no_derivative=TRUTH),
    "or": elementwise(lambda a, b: a or b, (0, 1), (0, 1), takes=("bool",), no_derivative=TRUTH),
    "not": elementwise(lambda a: not a, (0, 1), takes=("bool",), no_derivative=TRUTH),
    "select": Case(select_examples(), by_element(lambda c, a, b: a if c else b)),
    "cast": Case(cast_examples(), converted, smooth=same_floats()),
}


# -- reductions --------------------------------------------------------------------------------------------------------
@st.composite
def reduction_examples(draw: Any) -> Example:
    array, _ = draw(arrays(dtypes=(*FLOATS, "int64", "int32")))
    return Example((array,), {"axes": draw(some_axes(array.ndim))})


def reduced(total: Callable[[list[Any]], Any]) -> Callable[..., Array]:
    def meaning(a: Array, axes: tuple[int, ...]) -> Array:
        kept = [axis for axis in range(a.ndim) if axis not in axes]

        def element(index: tuple[int, ...]) -> Any:
            ranges = [range(a.shape[i]) if i in axes else [index[kept.index(i)]] for i in range(a.ndim)]
            return total([a[place] for place in itertools.product(*ranges)])

        return by_index(tuple(a.shape[axis] for axis in kept), element, a.dtype)

    return meaning


def greatest(a: Array, axes: tuple[int, ...]) -> Array:
    least = -np.inf if a.dtype.kind == "f" else np.iinfo(a.dtype).min
    return reduced(lambda items: max(items, default=least))(a, axes)


# -- views and placement -----------------------------------------------------------------------------------------------
@st.composite
def reshape_examples(draw: Any) -> Example:
    array, _ = draw(arrays())
    extents = draw(st.permutations(array.shape))
    joined = (math.prod(extents[:2]), *extents[2:]) if draw(st.booleans()) else (1, *extents)
    return Example((array,), {"shape": tuple(joined)}, (reversed_ if array.ndim and draw(st.booleans()) else plain,))


def reshaped(a: Array, shape: tuple[int, ...]) -> Array:
    result = np.zeros(shape, a.dtype)
    for new, old in zip(np.ndindex(shape), np.ndindex(a.shape), strict=True):
        result[new] = a[old]
    return result


@st.composite
def transpose_examples(draw: Any) -> Example:
    array, _ = draw(arrays())
    return Example((array,), {"axes": tuple(draw(st.permutations(range(array.ndim))))})


def transposed(a: Array, axes: tuple[int, ...]) -> Array:
    shape = tuple(a.shape[axis] for axis in axes)
    return by_index(shape, lambda index: a[tuple(index[axes.index(i)] for i in range(a.ndim))], a.dtype)


@st.composite
def broadcast_examples(draw: Any) -> Example:
    shape = draw(SHAPES)
    random = np.random.default_rng(draw(st.integers(0, 99)))
    made = tuple(1 if draw(st.booleans()) else size for size in shape)
    return Example((numbers(random, made, draw(st.sampled_from(FLOATS))),), {"shape": shape})


def broadcasted(a: Array, shape: tuple[int, ...]) -> Array:
    here = lambda index: tuple(0 if size == 1 else i for i, size in zip(index, a.shape, strict=True))  # noqa: E731
    return by_index(shape, lambda index: a[here(index)], a.dtype)


@st.composite
def slice_examples(draw: Any) -> Example:
    array, _ = draw(arrays(least=1))
    axis = draw(st.integers(0, array.ndim - 1))
    start, step = draw(st.integers(0, array.shape[axis])), draw(st.integers(1, 3))
    size = draw(st.integers(0, len(range(start, array.shape[axis], step))))
    return Example((array,), {"axis": axis, "start": start, "size": size, "step": step})


def at(index: tuple[int, ...], axis: int, place: int) -> tuple[int, ...]:
    return (*index[:axis], place, *index[axis + 1 :])


def sliced(a: Array, axis: int, start: int, size: int, step: int) -> Array:
    shape = at(a.shape, axis, size)
    return by_index(shape, lambda index: a[at(index, axis, start + step * index[axis])], a.dtype)


@st.composite
def flip_examples(draw: Any) -> Example:
    array, _ = draw(arrays())
    return Example((array,), {"axes": draw(some_axes(array.ndim))})


def flipped(a: Array, axes: tuple[int, ...]) -> Array:
    turned = lambda index: tuple(a.shape[i] - 1 - p if i in axes else p for i, p in enumerate(index))  # noqa: E731
    return by_index(a.shape, lambda index: a[turned(index)], a.dtype)


@st.composite
def pad_examples(draw: Any) -> Example:
    array, _ = draw(arrays(least=1, dtypes=(*FLOATS, "int64")))
    low, high, interior = (draw(st.integers(0, 2)) for _ in range(3))
    attributes = {"axis": draw(st.integers(0, array.ndim - 1)), "low": low, "high": high, "interior": interior}
    return Example((array,), attributes)


def padded(a: Array, axis: int, low: int, high: int, interior: int) -> Array:
    line = [low + i * (interior + 1) for i in range(a.shape[axis])]
    extent = (line[-1] + 1 if line else low) + high
    here = lambda index: a[at(index, axis, line.index(index[axis]))] if index[axis] in line else 0  # noqa: E731
    return by_index(at(a.shape, axis, extent), here, a.dtype)


@st.composite
def concatenate_examples(draw: Any) -> Example:
    first, random = draw(arrays(least=1))
    axis = draw(st.integers(0, first.ndim - 1))
    extents = draw(st.lists(st.integers(0, 3), max_size=2))
    others = [numbers(random, at(first.shape, axis, extent), first.dtype.name) for extent in extents]
    return Example((first, *others), {"axis": axis})


def concatenated(*parts: Array, axis: int) -> Array:
    where = [(part, place) for part in parts for place in range(part.shape[axis])]
    element = lambda index: where[index[axis]][0][at(index, axis, where[index[axis]][1])]  # noqa: E731
    return by_index(at(parts[0].shape, axis, len(where)), element, parts[0].dtype)


# -- products, indices, chance -----------------------------------------------------------------------------------------
@st.composite
def contract_examples(draw: Any) -> Example:
    """Every axis has a letter: batch and summed axes stand in both operands, each operand in any order of axes."""
    roles = [draw(st.integers(0, 2)) for _ in range(4)]  # batch, summed, free in a, free in b
    letters = ["abc"[: roles[0]], "ijk"[: roles[1]], "pqr"[: roles[2]], "xyz"[: roles[3]]]
    batch, summed, free_a, free_b = letters
    in_a = draw(st.permutations(batch + summed + free_a))
    in_b = draw(st.permutations(batch + summed + free_b))
    batch, summed = ("".join(draw(st.permutations(part))) for part in (batch, summed))
    extents = {letter: draw(st.integers(0 if draw(st.integers(0, 9)) == 0 else 1, 2)) for letter in "".join(letters)}
    random = np.random.default_rng(draw(st.integers(0, 99)))
    dtype = draw(st.sampled_from(FLOATS))
    pair = tuple(random.uniform(-1, 1, [extents[letter] for letter in axes]).astype(dtype) for axes in (in_a, in_b))
    places = lambda part: tuple(tuple(axes.index(letter) for letter in part) for axes in (in_a, in_b))  # noqa: E731
    return Example(pair, {"batch": places(batch), "summed": places(summed)})


def contracted(a: Array, b: Array, batch: Any, summed: Any) -> Array:
    of_a, of_b = list("abcdefgh"[: a.ndim]), list("ijklmnop"[: b.ndim])
    for place_a, place_b in zip(batch[0] + summed[0], batch[1] + summed[1], strict=True):
        of_b[place_b] = of_a[place_a]
    first = [of_a[axis] for axis in batch[0]]
    free_a = [letter for axis, letter in enumerate(of_a) if axis not in batch[0] + summed[0]]
    free_b = [letter for axis, letter in enumerate(of_b) if axis not in batch[1] + summed[1]]
    return np.einsum(f"{''.join(of_a)},{''.join(of_b)}->{''.join(first + free_a + free_b)}", a, b)


INDICES = st.sampled_from(WHOLE)


@st.composite
def gather_examples(draw: Any) -> Example:
    table, random = draw(arrays(least=1, dtypes=(*FLOATS, "int64", "bool")))
    axis = draw(st.integers(0, table.ndim - 1))
    shape = tuple(draw(st.lists(st.integers(0 if draw(st.booleans()) else 1, 3), max_size=2)))
    if table.shape[axis] == 0:
        shape = (0, *shape)
    index = random.integers(0, max(table.shape[axis], 1), shape, draw(INDICES))
    return Example((table, np.asarray(index)), {"axis": axis})


def gathered(table: Array, index: Array, axis: int) -> Array:
    end = axis + index.ndim
    element = lambda place: table[(*place[:axis], index[place[axis:end]], *place[end:])]  # noqa: E731
    return by_index(table.shape[:axis] + index.shape + table.shape[axis + 1 :], element, table.dtype)


@st.composite
def scatter_examples(draw: Any) -> Example:
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=3)))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    axis = draw(st.integers(0, len(shape)))
    end = draw(st.integers(axis, len(shape)))
    size = draw(st.integers(1, 3))
    index = np.asarray(random.integers(0, size, shape[axis:end], draw(INDICES)))
    return Example((index, numbers(random, shape, draw(st.sampled_from(FLOATS)))), {"axis": axis, "size": size})


def scattered(index: Array, values: Array, axis: int, size: int) -> Array:
    end = axis + index.ndim
    result = np.zeros((*values.shape[:axis], size, *values.shape[end:]), values.dtype)
    for place in np.ndindex(values.shape):
        result[(*place[:axis], index[place[axis:end]], *place[end:])] += values[place]
    return result


@st.composite
def random_examples(draw: Any) -> Example:
    scalars = draw(st.integers(0, 2**32 - 1)), draw(st.integers(0, 2**40)), draw(st.integers(0, 2**33))
    scalars = scalars[: draw(st.sampled_from([2, 3]))]  # the time step is given or not
    attributes = {"shape": draw(SHAPES), "stream": draw(st.integers(0, 2**32 - 1))}
    return Example(tuple(np.array(scalar, np.int64) for scalar in scalars), attributes)


def random_words(seed: Array, step: Array, *time: Array, shape: tuple[int, ...], stream: int) -> Array:
    place = itertools.count()
    low, high = int(step) % 2**32, int(step) // 2**32
    moment = int(time[0]) % 2**32 if time else 0
    word = lambda _: philox((next(place), moment, low, high), (int(seed), stream))[0]  # noqa: E731
    return by_index(shape, word, "uint32")


# -- control -----------------------------------------------------------------------------------------------------------
class OfTrace(Example):
    """A scan and one read of its trace, whichever of the two is looked at: neither shows a value without the other."""

    def call(self, operation: Operation, tape: Tape, *operands: Tensor) -> Tensor:
        what = self.attributes["what"]
        body = recurrence(operands[0].shape, operands[0].dtype)
        roles = {name: self.attributes[name] for name in ("steps", "reverse")}
        trace = operations()["scan"](*self.seen(operands), body=body, **roles)
        return operations()["read"](trace, what=("last", what[1]) if isinstance(what, tuple) else body.next[what])


def recurrence(shape: tuple[int, ...], dtype: str) -> Body:
    """a, b = tanh(a w + x), a - b: two carries, a sequence and a value that is the same at all steps."""
    tape = Tape()
    a, b, x, w = (tape.input(name, shape, dtype) for name in "abxw")
    after = (a * w + x).tanh(), a - b
    roles = [[tensor.position for tensor in role] for role in ((a, b), (x,), (w,), after)]
    return Body(tape, *map(tuple, roles))


@st.composite
def scan_examples(draw: Any) -> Example:
    """The last value of a carry, or the values of the next carry over time."""
    shape, dtype = draw(SHAPES), draw(st.sampled_from(FLOATS))
    steps, carry = draw(st.integers(0, 3)), draw(st.integers(0, 1))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    made = (shape, shape, (steps, *shape), shape)
    attributes = {"steps": steps, "reverse": draw(st.booleans())}
    attributes["what"] = draw(st.sampled_from([("last", carry), carry]))
    return OfTrace(tuple(random.uniform(-1, 1, size).astype(dtype) for size in made), attributes)


def scanned(a: Array, b: Array, x: Array, w: Array, steps: int, reverse: bool, what: Any) -> Array:
    stack = np.zeros((steps, *a.shape), a.dtype)
    last = np.zeros(a.shape, a.dtype)
    for index in np.ndindex(a.shape):
        now = float(a[index]), float(b[index])
        for time in range(steps)[:: -1 if reverse else 1]:
            now = math.tanh(now[0] * float(w[index]) + float(x[(time, *index)])), now[0] - now[1]
            stack[(time, *index)] = now[what] if isinstance(what, int) else 0
        last[index] = now[what[1]] if isinstance(what, tuple) else 0
    return stack if isinstance(what, int) else last


# -- leaves ------------------------------------------------------------------------------------------------------------
LEAF = "a leaf has no operands"


def declared(dtypes: tuple[str, ...] = (*FLOATS, *WHOLE)) -> dict[str, st.SearchStrategy[Any]]:
    return {"shape": SHAPES, "dtype": st.sampled_from(dtypes)}


def leaf(meaning: Callable[..., Any], **attributes: st.SearchStrategy[Any]) -> Case:
    return Case(st.fixed_dictionaries(attributes).map(lambda drawn: Example((), drawn)), meaning, LEAF)


@st.composite
def iota_examples(draw: Any) -> Example:
    shape = draw(SHAPES.filter(len))
    attributes = {"shape": shape, "axis": draw(st.integers(0, len(shape) - 1))}
    return Example((), attributes | {"dtype": draw(st.sampled_from((*FLOATS, *WHOLE)))})


def given_outside(**_: Any) -> None:
    """Input, state and setting have no meaning of their own."""


CASES: dict[str, Case] = ELEMENTWISE | {
    "input": leaf(given_outside, name=st.just("x"), **declared()),
    "state": leaf(given_outside, name=st.just("w"), **declared()),
    "setting": leaf(given_outside, name=st.just("rate"), dtype=st.sampled_from(FLOATS)),
    "constant": leaf(lambda value: value, value=arrays().map(lambda drawn: drawn[0])),
    "extent": leaf(lambda size, dtype: np.array(size, dtype), size=st.integers(0, 9), dtype=declared()["dtype"]),
    "iota": Case(iota_examples(), lambda shape, axis, dtype: by_index(shape, lambda i: i[axis], dtype), LEAF),
    "sum": Case(reduction_examples(), reduced(sum)),
    "max": Case(reduction_examples(), greatest),
    "reshape": Case(reshape_examples(), reshaped),
    "transpose": Case(transpose_examples(), transposed),
    "broadcast": Case(broadcast_examples(), broadcasted),
    "slice": Case(slice_examples(), sliced),
    "flip": Case(flip_examples(), flipped),
    "pad": Case(pad_examples(), padded),
    "concatenate": Case(concatenate_examples(), concatenated),
    "contract": Case(contract_examples(), contracted),
    "gather": Case(gather_examples(), gathered),
    "scatter_add": Case(scatter_examples(), scattered),
    "random": Case(random_examples(), random_words, "bits are no function of numbers that could be moved a little"),
    "scan": Case(scan_examples(), scanned),
    "read": Case(scan_examples(), scanned),
    "stop": Case(operands(((-2, 2),), (*FLOATS, "int64")), lambda a: a, "that is what it is for"),
}


# What a test may ask for beside `operation` and `case`: for which cases it then runs, and what it is given.
ASKED: dict[str, tuple[Callable[[Case], bool], Callable[[Case], Any]]] = {
    "number": (lambda case: case.number is not None and case.of_floats, lambda case: case.number),
    "smooth": (lambda case: not case.no_derivative, lambda case: case.examples if case.smooth is None else case.smooth),
    "reason": (lambda case: case.no_derivative is not None, lambda case: case.no_derivative),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `case` once for every operation, or for those that have what else it asks for."""
    if "case" in metafunc.fixturenames:
        assert functions.where  # importing the functions and scan has loaded every module of operations
        assert scan.scan
        asked = [name for name in ASKED if name in metafunc.fixturenames]
        names = [name for name, case in CASES.items() if all(ASKED[a][0](case) for a in asked)]
        rows = [[operations()[name], CASES[name], *[ASKED[a][1](CASES[name]) for a in asked]] for name in names]
        metafunc.parametrize(["operation", "case", *asked], rows, ids=names)


@pytest.fixture(scope="session")
def cases() -> Mapping[str, Case]:
    return CASES
