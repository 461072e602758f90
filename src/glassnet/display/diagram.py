"""Boxes that feed each other, drawn with matplotlib from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from glassnet.display.drawing import as_axes

ACROSS, DOWN = 2.2, 1.05  # inches that a box takes of a figure of its own
AROUND: Final = 0.7  # of the room of a box: how far beside the boxes an arrow goes around them
EDGE: Final = 0.3  # of the room of a box: from its middle to its upper edge, where it has three lines

Place = tuple[float, float]  # across, and down


class Box(NamedTuple):
    """A box: its name, what is written below it, and the names of those that feed it, which all come before it."""

    name: str
    words: str
    feeds: tuple[str, ...]


def draw_boxes(boxes: Sequence[Box], ax: Any) -> Any:
    """Draw boxes and the arrows between them, which go around the boxes in between.

    Returns the axes; raises MissingExtraError without matplotlib.
    """
    places, own = places_of(boxes), ax is None
    paths = [path(places, feed, box.name) for box in boxes for feed in dict.fromkeys(box.feeds)]
    right = max([x for x, _ in [*places.values(), *(point for each in paths for point in each)]])
    down = max(y for _, y in places.values())
    ax = as_axes(ax)
    if own:
        ax.figure.set_size_inches(ACROSS * (right + 1), DOWN * (down + 1))
    colour = ax.xaxis.label.get_color()
    for each in paths:
        _arrow(ax, each, colour)
    style = {"boxstyle": "round", "facecolor": ax.get_facecolor(), "edgecolor": colour}
    for box in boxes:
        ax.text(*places[box.name], f"{box.name}\n{box.words}", ha="center", va="center", fontsize=9, bbox=style)
    ax.set(xlim=(-0.5, right + 0.5), ylim=(down + 0.5, -0.5))
    ax.set_axis_off()
    return ax


def places_of(boxes: Sequence[Box]) -> dict[str, Place]:
    """Where each box stands: below all that feed it, in the column of the first of these or else the next free one.

    >>> places_of([Box("x", "", ()), Box("a", "", ("x",)), Box("b", "", ("x",)), Box("sum", "", ("a", "b"))])
    {'x': (0, 0), 'a': (0, 1), 'b': (1, 1), 'sum': (0, 2)}
    """
    places: dict[str, Place] = {}
    for box in boxes:
        down = 1 + max((places[feed][1] for feed in box.feeds), default=-1)
        across = places[box.feeds[0]][0] if box.feeds else 0
        while (across, down) in places.values():
            across += 1
        places[box.name] = across, down
    return places


def path(places: Mapping[str, Place], start: str, end: str) -> list[Place]:
    """The points of an arrow: straight to the next line, or down a free column to the line before the end.

    >>> path({"x": (0, 0), "a": (0, 1), "sum": (0, 2)}, "x", "sum")
    [(0, 0), (0.7, 1), (0, 2)]
    """
    (x, first), (last_x, last) = places[start], places[end]
    between = [across for across, down in places.values() if first < down < last]
    if last - first <= 1:
        return [(x, first), (last_x, last)]
    lane = x if x not in between else max(between) + AROUND
    return list(dict.fromkeys([(x, first), (lane, first + 1), (lane, last - 1), (last_x, last)]))


def _arrow(ax: Any, points: Sequence[Place], colour: Any) -> None:
    """A line along the points, which ends as an arrow at the upper edge of the last box."""
    ax.plot(*zip(*points[:-1], strict=True), color=colour, linewidth=1, zorder=1)
    style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "color": colour}
    ax.annotate("", xy=(points[-1][0], points[-1][1] - EDGE), xytext=points[-2], arrowprops=style, zorder=1)
