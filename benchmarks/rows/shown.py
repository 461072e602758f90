"""Rows as a table in Markdown, whose columns also stand under each other in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rows.bound import Bound
from rows.row import Row

HEADS = ("workload", "Glassnet", "of the limit", "beside", "", "times", "must", "met", "aim", "met")
TO_THE_RIGHT = {1, 2, 4, 5}
MET = {True: "yes", False: "NO", None: "no peer"}


def number(figure: float) -> str:
    """Three digits that count, and all those before the point."""
    if figure < 1:
        return f"{figure:.3g}"
    return f"{figure:,.{max(0, 3 - len(str(int(figure))))}f}"


def table(rows: Sequence[Row]) -> str:
    """All rows; one of several peers or musts takes several lines."""
    lines = [HEADS, *(line for row in rows for line in lines_of(row))]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(HEADS))]
    rule = ["-" * (width - 1) + (":" if column in TO_THE_RIGHT else "-") for column, width in enumerate(widths)]
    return "\n".join(_joined(line, widths) for line in (lines[0], rule, *lines[1:]))


def lines_of(row: Row) -> list[tuple[str, ...]]:
    """The cells of a row, a line for each peer, must and aim."""
    share = "" if row.share is None else f"{row.share:.0%}"
    own = [(row.title, f"{number(row.ours)} {row.unit}", share)]
    beside = [
        (name, f"{number(figure)} {row.unit}", f"{number(figure / row.ours)}x") for name, figure in row.beside.items()
    ]
    musts, aims = ([_bound(row, bound) for bound in bounds] for bounds in (row.musts, row.aims))
    columns = (own, 3), (beside, 3), (musts, 2), (aims, 2)
    padded = [[*cells, *[("",) * width] * (_height(row) - len(cells))] for cells, width in columns]
    return [tuple(cell for part in parts for cell in part) for parts in zip(*padded, strict=True)]


def _height(row: Row) -> int:
    return max(1, len(row.beside), len(row.musts), len(row.aims))


def _bound(row: Row, bound: Bound) -> tuple[str, str]:
    """What is to be reached, and whether it is."""
    return bound.of(row.unit), MET[bound.met(row.figures)]


def _joined(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.rjust(width) if column in TO_THE_RIGHT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    return f"| {' | '.join(cells)} |"
