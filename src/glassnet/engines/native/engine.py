"""The native engine: programs compiled to machine code for the processor at hand."""

from __future__ import annotations

from typing import Final

from glassnet import places
from glassnet.core.program import Program
from glassnet.engines.native.jit import host
from glassnet.engines.native.run import NativeExecutable

PACE: Final = 1.5e10  # additions and multiplications a second and thread


class Native:
    """The engine that compiles; on as many threads as the process may use, or as are given.

    The bits of what it computes do not depend on their number, nor on whether it is `measured` how many of them are
    worth their meetings; otherwise all work. `checked` code looks at every address (for tests). Raises
    UnsupportedError on a processor that no code is made for.
    """

    def __init__(self, threads: int | None = None, *, measured: bool = True, checked: bool = False) -> None:
        host()  # code can be made here
        self._threads, self._measured, self._checked = places.threads(threads), measured, checked

    @property
    def pace(self) -> float:
        """As measured in ensembles for tables on two cores that others used too; alone it was twice that."""
        return PACE * self._threads

    def compile(self, program: Program) -> NativeExecutable:
        """Make a program ready to run: through the passes, LLVM, and into memory.

        Raises UnsupportedError for an operation that this engine has no rule for.
        """
        return NativeExecutable(program, self._threads, measured=self._measured, checked=self._checked)
