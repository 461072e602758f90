"""Loops of machine code around a function, so that no call from Python is measured."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from glassnet.engines.native.ir import Function
from glassnet.engines.native.jit import Code, assembled, host

INTEGERS = {"ptr": ctypes.c_void_p, "i32": ctypes.c_int32, "i64": ctypes.c_int64}
CTYPES: dict[str, Any] = {**INTEGERS, "float": ctypes.c_float, "double": ctypes.c_double}
PRODUCT = ("ptr", "i64", "i64", "ptr", "i64", "ptr", "i64", "i64", "i64", "i64")  # of the native library
COPY = ("ptr", "ptr", "i64")  # of the C library's memmove


class Loop:
    """A loop around any function that takes arguments of these kinds; the code lives as long as this does."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._code = Code(assembled(_repeated(kinds), host()), host())
        signature = ctypes.CFUNCTYPE(None, *(CTYPES[kind] for kind in ("ptr", "i64", *kinds)))
        self._run: Callable[..., None] = signature(self._code.address("repeated"))

    def __call__(self, function: int, times: int, *arguments: Any) -> None:
        """Call the function at this address so many times, with the interpreter lock released."""
        self._run(function, times, *arguments)


def address(function: Any) -> int:
    """Where a function of a C library begins."""
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _repeated(kinds: Sequence[str]) -> str:
    """A function that calls another, given by its address, `times` times with the same arguments."""
    arguments = [f"{kind} %x{i}" for i, kind in enumerate(kinds)]
    f = Function("repeated", ["ptr %function", "i64 %times", *arguments], linkage="")
    f.each("0", "%times", lambda _: f.do(f"call void %function({', '.join(arguments)})"))
    f.returns()
    return str(f)
