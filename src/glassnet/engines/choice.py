"""Which engine runs: the one of a name, or another where that cannot."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from glassnet import places
from glassnet.core.program import Program
from glassnet.engines.engine import Engine, Executable
from glassnet.engines.reference import Reference
from glassnet.errors import EngineWarning, UnsupportedError
from glassnet.settings import check_name

INSTALL = 'pip install "llvmlite>=0.44"'


class OrReference:
    """An engine, and the reference engine for each program that it has no rule for.

    It is said once by an EngineWarning that names the operation.
    """

    def __init__(self, engine: Engine, reference: Reference) -> None:
        self.engine, self.reference = engine, reference
        self._said: set[str] = set()

    @property
    def pace(self) -> float:
        """That of the engine."""
        return self.engine.pace

    def compile(self, program: Program) -> Executable:
        """Make a program ready to run, compiled or interpreted."""
        try:
            return self.engine.compile(program)
        except UnsupportedError as error:
            if str(error) not in self._said:
                _warn(str(error))
                self._said.add(str(error))
            return self.reference.compile(program)


def native_or_reference(threads: int | None = None) -> Engine:
    """The native engine; where LLVM is missing, or makes no code for this processor, the reference engine.

    It is said once, by an EngineWarning with the line that installs what is missing.
    """
    reference = Reference() if threads is None else Reference(threads)
    try:
        # It brings LLVM, which takes a tenth of a second, and may be missing.
        from glassnet.engines.native.engine import Native

        return OrReference(Native(threads), reference)
    except ImportError as error:
        _say(f"llvmlite, which brings LLVM, cannot be imported ({error}); install it with: {INSTALL}")
    except OSError as error:
        _say(f"llvmlite cannot load LLVM ({error}); install it anew with: {INSTALL} --force-reinstall")
    except UnsupportedError as error:
        _say(str(error))
    return reference


ENGINES: Final[Mapping[str, Callable[..., Engine]]] = {"native": native_or_reference, "reference": Reference}


def as_engine(name: str = "native", threads: int | None = None) -> Engine:
    """The engine of that name on so many threads, as many as suit it where None.

    Where "native" cannot run, or has no rule for a program, the reference engine takes its place with an EngineWarning.
    Raises SettingError for a name that is not known, with the nearest, and for a number of threads out of range.
    """
    check_name("engine", name, ENGINES)
    return ENGINES[name]() if threads is None else ENGINES[name](places.threads(threads))


@lru_cache(maxsize=1)
def _say(why: str) -> None:
    """Warn that programs are interpreted; once a process."""
    _warn(why)


def _warn(why: str) -> None:
    """Warn that programs are interpreted, at the line that called Glassnet."""
    warnings.warn(
        f"networks learn and predict with engine='reference', which gives the same answers and is slower: {why}",
        EngineWarning,
        stacklevel=_levels_up(),
    )


def _levels_up() -> int:
    """How far above the caller of this function the code lies that called Glassnet."""
    frame, levels = sys._getframe(1), 1
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] == "glassnet":
        frame, levels = frame.f_back, levels + 1
    return levels
