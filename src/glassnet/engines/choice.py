"""Which engine runs where the one asked for cannot."""

from __future__ import annotations

import warnings
from functools import lru_cache

from glassnet.engines.engine import Engine
from glassnet.engines.reference import Reference
from glassnet.errors import EngineWarning, UnsupportedError

INSTALL = 'pip install "llvmlite>=0.44"'


def native_or_reference(threads: int | None = None) -> Engine:
    """The native engine; where LLVM is missing, or makes no code for this processor, the reference engine.

    It is said once, by an EngineWarning with the line that installs what is missing.
    """
    try:
        # It brings LLVM, which takes a tenth of a second, and may be missing.
        from glassnet.engines.native.engine import Native

        return Native(threads)
    except ImportError as error:
        _say(f"llvmlite, which brings LLVM, cannot be imported ({error}); install it with: {INSTALL}")
    except OSError as error:
        _say(f"llvmlite cannot load LLVM ({error}); install it anew with: {INSTALL} --force-reinstall")
    except UnsupportedError as error:
        _say(str(error))
    return Reference() if threads is None else Reference(threads)


@lru_cache(maxsize=1)
def _say(why: str) -> None:
    """Warn that programs are interpreted; once a process."""
    warnings.warn(
        f"networks learn and predict with engine='reference', which gives the same answers and is slower: {why}",
        EngineWarning,
        stacklevel=6,
    )
