"""The door from the shell: `glassnet`, or `python -m glassnet`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

INTERRUPTED = 130  # as `ExitCode` has it, which may not be there yet


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line `words`, those of the process where None; returns the exit code.

    Nothing heavy is imported before the words are understood, so that help and mistakes are answered at once.
    """
    try:
        from glassnet.cli.program import run

        return run(sys.argv[1:] if words is None else list(words))
    except KeyboardInterrupt:  # before the program, which minds it itself, was there
        print("glassnet: interrupted", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
