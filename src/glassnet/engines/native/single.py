"""A step on one row as IR: the numbers of the row, given in float64, are cast and checked, and the step runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial

from glassnet.core.extent import Extent, bind
from glassnet.engines.engine import REFUSED
from glassnet.engines.native.ir import STORED, SUFFIX, TYPES, Function, Value, literal
from glassnet.engines.native.nests import Buffer, Role

ONE = {"n": 1}


def takes_one_row(leaves: Mapping[tuple[Role, str], Buffer]) -> bool:
    """Whether the inputs of one row have sizes that are known: not where a row is a sequence of any length."""
    sizes = [buffer.size for (role, _), buffer in leaves.items() if role == "input"]
    return not any(isinstance(size, Extent) and "t" in size.symbols for size in sizes)


def inputs(leaves: Mapping[tuple[Role, str], Buffer]) -> dict[str, Buffer]:
    """The inputs of a program by name, in the order in which a row is given."""
    return {name: buffer for (role, name), buffer in leaves.items() if role == "input"}


def single(leaves: Mapping[tuple[Role, str], Buffer], slots: Mapping[Buffer, int]) -> str:
    """The function `single`: a step on one row, or REFUSED where a number does not fit.

    `row` holds the address of the numbers of each input.
    """
    f = Function("single", ["ptr %table", "ptr %row"], returns="i64", linkage="")
    wrong: Value = "0"
    for number, buffer in enumerate(inputs(leaves).values()):
        source, target = (
            f("load ptr, ptr", f("getelementptr inbounds ptr, ptr", table, f"i64 {place}"))
            for table, place in (("%row", number), ("%table", slots[buffer]))
        )
        take = partial(_take, f, buffer.dtype, source, target)
        (wrong,) = f.loop("0", str(bind(buffer.size, ONE)), take, [("i64", wrong)])
    f.when(f("icmp ne i64", wrong, "0"), lambda: f.returns(str(REFUSED)), leaves=True)
    f.returns(f("call i64 @step(ptr %table, i64 1, i64 1, i64 1)"))
    return str(f)


def _take(f: Function, dtype: str, source: Value, target: Value, i: Value, carried: Sequence[Value]) -> list[Value]:
    """Cast one number to the dtype of its input; what is carried is 1 from the first that does not fit."""
    given = f("load double, ptr", f("getelementptr inbounds double, ptr", source, f"i64 {i}"))
    kept, misfit = _cast(f, dtype, given)
    if STORED[dtype] != TYPES[dtype]:
        kept = f(f"zext {TYPES[dtype]} {kept} to {STORED[dtype]}")
    place = f(f"getelementptr inbounds {STORED[dtype]}, ptr", target, f"i64 {i}")
    f.do(f"store {STORED[dtype]} {kept}, ptr {place}")
    return [f("or i64", carried[0], f(f"zext i1 {misfit} to i64"))]


def _cast(f: Function, dtype: str, given: Value) -> tuple[Value, Value]:
    """A number in another dtype, and whether it does not fit: a float must be finite, a whole number must be itself."""
    kind = TYPES[dtype]
    if dtype in ("float32", "float64"):
        kept = given if dtype == "float64" else f(f"fptrunc double {given} to float")
        size = f.call(kind, f"llvm.fabs.{SUFFIX[dtype]}", f"{kind} {kept}")
        return kept, f(f"fcmp uge {kind}", size, literal(math.inf, dtype))
    sign = "s" if dtype.startswith("int") else "u"
    kept = f.call(kind, f"llvm.fpto{sign}i.sat.{kind}.f64", f"double {given}")
    return kept, f("fcmp une double", f(f"{sign}itofp {kind} {kept} to double"), given)
