"""The columns of a table found as they were learnt: by name, or by position where there are no names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from glassnet.data.columns import check_single
from glassnet.data.schema import ColumnSchema, Kind, Schema
from glassnet.data.table import Column, Table, counted
from glassnet.errors import SchemaError, nearest

SHOWN: Final = 12  # names in a message


def used(schema: Schema) -> list[ColumnSchema]:
    """The columns that are not ignored."""
    return [column for column in schema.columns if column.kind is not Kind.IGNORED]


def matched(schema: Schema, table: Table) -> tuple[Mapping[str, Column], list[str]]:
    """The columns of `table` by the names that were learnt, and notes on the others.

    Raises SchemaError for columns that are missing, and for another number of unnamed columns; DataError for lists.
    """
    columns, notes = _found(schema, table)
    for each in used(schema):
        check_single(columns[each.name], f"{table.source}, column {each.name!r}")
        notes += _zone_note(each, columns[each.name])
    return columns, notes


def _zone_note(schema: ColumnSchema, column: Column) -> list[str]:
    """A note on dates that have a time zone where those that were learnt had none, or the other way round."""
    if schema.zone is None or column.kind != "datetime" or bool(schema.zone) == bool(column.zone):
        return []
    was, now = (f"in the time zone {zone}" if zone else "without a time zone" for zone in (schema.zone, column.zone))
    return [f"{schema.name}: dates {now}, and {was} when learnt: all are compared in UTC; convert them to be sure"]


def _found(schema: Schema, table: Table) -> tuple[Mapping[str, Column], list[str]]:
    missing = [column.name for column in used(schema) if column.name not in table.columns]
    known = {column.name for column in (*schema.columns, *schema.targets)}
    whole = not schema.named and known == set(table.names)  # the targets with them, as at learn
    if not whole and (not table.named or (missing and not schema.named)):
        return _by_position(schema, table)
    extra = [name for name in table.names if name not in known]
    if missing:
        raise _lacking(table, missing, extra)
    return table.columns, [f"{counted(len(extra), 'column')} not learnt and ignored: {listed(extra)}"] if extra else []


def _by_position(schema: Schema, table: Table) -> tuple[Mapping[str, Column], list[str]]:
    names = [column.name for column in schema.columns]
    if len(table.names) != len(names):
        which = f": {listed(names)}" if schema.named else ""
        raise SchemaError(
            f"{table.source} has {counted(len(table.names), 'column')}; the network learnt {len(names):,}{which}"
        )
    notes = [f"columns without names are taken in the order learnt: {listed(names)}"] if schema.named else []
    return dict(zip(names, table.columns.values(), strict=True)), notes


def _lacking(table: Table, missing: Sequence[str], extra: Sequence[str]) -> SchemaError:
    """The error for missing columns, each with the nearest among those that were not learnt."""
    hints = [repr(name) + _suggestion(nearest(name, extra)) for name in missing[:SHOWN]]
    more = f" and {len(missing) - SHOWN:,} more" if len(missing) > SHOWN else ""
    whole = "; a row of a frame stays one as frame.iloc[[0]]" if table.source.endswith("series") else ""
    return SchemaError(
        f"{table.source} lacks {counted(len(missing), 'column')} that the network learnt: {', '.join(hints)}{more}; "
        f"its columns are {listed(table.names)}{whole}"
    )


def _suggestion(clause: str) -> str:
    return f" ({clause.removeprefix('; ')})" if clause else ""


def listed(names: Sequence[str]) -> str:
    """The names in quotes, the first twelve where there are more.

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(map(repr, names[:SHOWN])) + more
