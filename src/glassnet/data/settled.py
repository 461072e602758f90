"""The quick way for a dictionary of a stream whose columns are all known: its numbers are written at once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from math import isnan
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from glassnet.data.growing import GrowingColumns, Room

TAKEN: Final = frozenset((float, int, bool, str, type(None)))  # others are looked at one by one


class SettledColumns:
    """Columns of which none is watched any more: those of numbers first, in the order of their places.

    What it cannot tell at a glance it leaves to the general way: another name, a gap among numbers, a new level.
    """

    def __init__(self, columns: GrowingColumns) -> None:
        places = {name: column.place for name, column in columns.columns.items() if column.place is not None}
        names = (*sorted(places, key=places.__getitem__), *(columns.columns.keys() - places.keys()))
        self._numbers, self._size, self._values = len(places), len(names), _values_of(names)
        self._marked = [
            (number, column.marks, column.full)
            for number, column in enumerate(map(columns.columns.__getitem__, names))
            if column.place is None or column.few
        ]

    @classmethod
    def of(cls, columns: GrowingColumns) -> Self | None:
        """The quick way for these columns; None where one is still watched, and where there are no numbers."""
        watched = any(each.place is not None and each.seen is not None for each in columns.columns.values())
        return None if watched or not columns.numbers else cls(columns)

    def write(self, x: Mapping[Any, Any], row: memoryview[Any], room: Room) -> bool:
        """Write a dictionary into a row of zeros; gives False, having written some of it, where it cannot tell."""
        if type(x) is not dict or len(x) != self._size:
            return False
        count = self._numbers
        try:
            values = self._values(x)
            if not TAKEN.issuperset(map(type, values)):
                return False
            numbers = values[:count]
            if isnan(sum(numbers)):  # one of them is a gap
                return False
            row[:count] = array(row.format, numbers)
        except (KeyError, TypeError, OverflowError):  # another name; a text or a gap; more than a float holds
            return False
        row[room.numbers : room.numbers + count] = array(row.format, (1.0,)) * count
        base = 2 * room.numbers
        for number, marks, full in self._marked:
            mark = marks.get(values[number])
            if mark is not None:
                row[base + mark] = 1.0
            elif not full:
                return False
        return True


def _values_of(names: tuple[Any, ...]) -> Callable[[Mapping[Any, Any]], tuple[Any, ...]]:
    """What gives the values at the names, as a tuple of one too."""
    return itemgetter(*names) if len(names) > 1 else lambda x: (x[names[0]],)
