"""Functions of numbers as LLVM IR that the loop vectoriser can take: no branches, no calls but to vector intrinsics.

Each becomes `define internal float @glassnet_exp_f32(float %x) alwaysinline nounwind`, or `double @glassnet_exp_f64`.
The results are within 2 units in the last place (erfc in float64: relative error below 1e-15). Signed zeros, subnormal
numbers, infinities and NaN are as in NumPy. Without fused multiply-add in the processor they are slow but right.
`far_sin` and `far_cos` stand apart, for loops that met an angle too large for `sin` and `cos` (`circle`), and so does
`glassnet_philox`: random bits from four integers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from glassnet.engines.native.ir import TYPES, Function, Value
from glassnet.engines.native.mathematics.arithmetic import FORMATS, Arithmetic
from glassnet.engines.native.mathematics.circle import cos, far_cos, far_sin, sin
from glassnet.engines.native.mathematics.distant import NEAREST, TABLE, table
from glassnet.engines.native.mathematics.errors import erf, erfc
from glassnet.engines.native.mathematics.exponential import exp, expm1, logistic, tanh
from glassnet.engines.native.mathematics.logarithm import log, log1p
from glassnet.engines.native.mathematics.philox import philox
from glassnet.engines.native.mathematics.power import power

__all__ = ["FUNCTIONS", "NEAREST", "declarations", "source", "symbol"]

BODIES: Final[dict[str, Callable[..., Value]]] = {
    "exp": exp,
    "expm1": expm1,
    "log": log,
    "log1p": log1p,
    "tanh": tanh,
    "logistic": logistic,
    "erf": erf,
    "erfc": erfc,
    "sin": sin,
    "cos": cos,
    "far_sin": far_sin,
    "far_cos": far_cos,
    "power": power,
}
FUNCTIONS: Final = (*BODIES, "philox")
PARAMETERS: Final = {"power": ("%x", "%y")}  # all others in BODIES take one number, %x
SELDOM: Final = ("far_sin", "far_cos")  # slow, and called out of line where any argument needs them
WIDENED: Final = ("erfc", "sin", "cos", "far_sin", "far_cos", "power")  # computed in float64 for float32 too


def symbol(name: str, dtype: str) -> str:
    """The name of a function in the module; `philox` has but one dtype, uint32.

    >>> symbol("exp", "float32"), symbol("philox", "uint32")
    ('glassnet_exp_f32', 'glassnet_philox')
    """
    return "glassnet_philox" if name == "philox" else f"glassnet_{name}_{FORMATS[dtype].suffix}"


def source(wanted: Iterable[tuple[str, str]]) -> str:
    """The IR of the functions wanted, each a name and a dtype, and the declarations of the intrinsics that they use.

    None depends on another: what they share is written into each, but for a table of digits.
    """
    text = "\n\n".join(_function(name, dtype) for name, dtype in dict.fromkeys(wanted))
    if f"@{TABLE}" in text:
        text = f"{table()}\n\n{text}"
    return f"{declarations(text)}\n\n{text}\n" if text else ""


def declarations(text: str) -> str:
    """A declaration of each intrinsic that IR text calls."""
    calls = re.findall(r"call (\w+) (@llvm\.[\w.]+)\((.*)\)", text)
    found = {
        f"declare {returns} {name}({', '.join(argument.split()[0] for argument in arguments.split(', ') if argument)})"
        for returns, name, arguments in calls
    }
    return "\n".join(sorted(found))


@lru_cache
def _function(name: str, dtype: str) -> str:
    """The text of one function: written once, since the programs of a network want the same ones."""
    if name == "philox":
        return str(philox(symbol(name, dtype)))
    kind, parameters = TYPES[dtype], PARAMETERS.get(name, ("%x",))
    function = Function(
        symbol(name, dtype),
        [f"{kind} {parameter}" for parameter in parameters],
        returns=kind,
        attributes=f"{'noinline' if name in SELDOM else 'alwaysinline'} nounwind",
    )
    body = BODIES[name]
    if dtype == "float32" and name in WIDENED:
        wide = [function(f"fpext float {parameter} to double") for parameter in parameters]
        result = body(Arithmetic(function, "float64", precision="float32"), *wide)
        function.returns(function(f"fptrunc double {result} to float"))
    else:
        function.returns(body(Arithmetic(function, dtype, precision=dtype), *parameters))
    return str(function)
