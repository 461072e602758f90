"""The door from the shell: `glassnet`, or `python -m glassnet`."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line `words`, those of the process where None; returns the exit code.

    Nothing heavy is imported before the words are understood, so that help and mistakes are answered at once.
    """
    from glassnet.cli.program import run

    return run(sys.argv[1:] if words is None else list(words))


if __name__ == "__main__":
    sys.exit(main())
