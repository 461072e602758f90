"""Answers beside desired ones, drawn with matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from glassnet.display.drawing import as_axes
from glassnet.display.parts import Floats

MOST_CLASSES: Final = 12  # up to which each count finds room
HALF: Final = 0.5  # of the darkest: where words on it change their colour


def draw_numbers(desired: Floats, answers: Floats, name: str, ax: Any) -> Any:
    """Draw answers (rows,) against desired numbers (rows,), and the line where both are one; returns the axes.

    Raises MissingExtraError without matplotlib.
    """
    ax = as_axes(ax)
    crowded = len(desired) > 500
    ax.plot(desired, answers, ".", markersize=4 if crowded else 7, alpha=0.4 if crowded else 0.8, markeredgewidth=0)
    low, high = min(desired.min(), answers.min()), max(desired.max(), answers.max())
    ax.plot([low, high], [low, high], "--", color="gray", linewidth=1.2, label="answer = desired")
    ax.set(xlabel=f"{name}, desired", ylabel=f"{name}, answer", aspect="equal")
    ax.legend(loc="upper left")
    return ax


def draw_classes(counts: Any, labels: Sequence[str], name: str, ax: Any) -> Any:
    """Draw how many rows of each class, a line, were given each class, a column; returns the axes.

    The colour is the share of the rows of that class. Raises MissingExtraError without matplotlib.
    """
    ax = as_axes(ax)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    image = ax.imshow(shares, vmin=0, vmax=1, cmap="Blues")
    ax.figure.colorbar(image, ax=ax, label="share of the rows of a class")
    if len(labels) <= MOST_CLASSES:
        for (line, column), count in np.ndenumerate(counts):
            colour = "white" if shares[line, column] > HALF else "black"
            ax.text(column, line, f"{count:,}", ha="center", va="center", color=colour)
        ax.set_xticks(range(len(labels)), labels, rotation=0 if max(map(len, labels)) <= 4 else 30)
        ax.set_yticks(range(len(labels)), labels)
    ax.set(xlabel=f"{name}, answer", ylabel=f"{name}, desired")
    return ax
