"""Where matplotlib draws, which may be missing."""

from __future__ import annotations

from typing import Any

from glassnet.errors import MissingExtraError


def as_axes(axes: Any = None) -> Any:
    """The axes given, or those of a new figure; raises MissingExtraError where matplotlib is missing."""
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise MissingExtraError(
            "plot: matplotlib, which draws, is not installed here; install it with pip install 'glassnet[plot]'; "
            "print shows a picture without it"
        ) from error
    return pyplot.subplots(layout="constrained")[1] if axes is None else axes
