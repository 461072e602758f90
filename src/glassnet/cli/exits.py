"""What the exit code of a command says."""

from __future__ import annotations

from enum import IntEnum

from glassnet.errors import DataError, GlassnetError, ModelFileError, SettingError


class ExitCode(IntEnum):
    """How a command ended, for scripts."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    DATA = 3
    MODEL_FILE = 4
    NOT_CONVERGED = 5
    INTERRUPTED = 130
    TERMINATED = 143


IN_WORDS = (
    "0 done, 1 failed, 2 wrong usage, 3 data, 4 model file, 5 not converged (with --require-convergence), "
    "130 after Ctrl-C, 143 after SIGTERM"
)


def exit_code(error: GlassnetError) -> ExitCode:
    """The exit code for an error of the library.

    >>> exit_code(DataError("no rows")).name
    'DATA'
    """
    for kind, code in (
        (DataError, ExitCode.DATA),
        (ModelFileError, ExitCode.MODEL_FILE),
        (SettingError, ExitCode.USAGE),
    ):
        if isinstance(error, kind):
            return code
    return ExitCode.FAILED
