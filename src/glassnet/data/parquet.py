"""Parquet files as tables, with the types that they hold, read by DuckDB."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.data.columns import from_array, from_values
from glassnet.data.table import Column, Table, check_names, filled
from glassnet.errors import ReadError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Nothing is fetched over the network, and nothing is loaded that is not built in, as the reader of Parquet is.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
NUMBER: Final = "row_number"  # what the place of a row in the file is called within SQL
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
AS_THEY_ARE = (*WHOLE, "BOOLEAN", "FLOAT", "DOUBLE", "VARCHAR", "BLOB", "NULL")
OF_LABELS = tuple(f"{kind}[]" for kind in (*WHOLE, "BOOLEAN", "VARCHAR"))  # lists, an array in each place
MOMENTS = ("DATE", "TIMESTAMP")  # with units and time zones: all as microseconds since 1970 in UTC
FINE_WITH_ZONE: Final = "TIMESTAMPTZ_NS"  # nanoseconds, of which DuckDB 2 knows no microseconds since 1970
WITH_ZONE: Final = ("WITH TIME ZONE", FINE_WITH_ZONE)  # which zone it is is not told
EXACT = ("DECIMAL", "HUGEINT", "UHUGEINT")  # NumPy has no such numbers: taken as text, digit by digit
EXPRESSIONS = (  # by how the name of a type begins: the first that fits
    (FINE_WITH_ZONE, "epoch_us(CAST({} AS TIMESTAMPTZ))"),
    (MOMENTS, "epoch_us({})"),
    (("TIME",), "CAST(CAST({} AS TIME) AS VARCHAR)"),  # some writers declare UTC, which adds nothing to a time of day
    (("INTERVAL",), "epoch({})"),
    ((*EXACT, "ENUM", "UUID"), "CAST({} AS VARCHAR)"),
)


def read_parquet(path: str, source: str) -> Table:
    """The table of the Parquet file at `path`, taken literally; `source` is how messages call it.

    Raises ReadError for a file that is no Parquet or is damaged, for two columns of one name, and for a column of
    structures, or of lists of other values than labels.
    """
    with _connected(source) as connection:
        return _Selection.of(connection, path, source).table()


def parquet_chunks(path: str, source: str, rows: Callable[[int], int]) -> Iterator[Table]:
    """The same table a chunk of rows at a time; `rows` gives those of a chunk for the number of columns.

    Raises ReadError as `read_parquet` does.
    """
    with _connected(source) as connection:
        selection, count = _Selection.of(connection, path, source), _rows(connection, path)
        step = rows(len(selection.names))
        for start in range(0, max(count, 1), step):
            yield selection.table(f"WHERE {NUMBER} >= {start} AND {NUMBER} < {start + step}")


def parquet_size(path: str, source: str) -> tuple[int, int]:
    """The rows and the columns of a Parquet file, from what it says of itself."""
    with _connected(source) as connection:
        return _rows(connection, path), len(_names(connection, path))


@contextmanager
def _connected(source: str) -> Iterator[DuckDBPyConnection]:
    """A reader, whose errors are ReadErrors."""
    import duckdb

    try:
        with duckdb.connect(config=SETTINGS) as connection:
            yield connection
    except duckdb.Error as error:
        problem = str(error).splitlines()[0]
        raise ReadError(f"{source} is damaged, or no Parquet file that can be read here: {problem}") from None


def _rows(connection: DuckDBPyConnection, path: str) -> int:
    found = connection.execute(f"SELECT num_rows FROM parquet_file_metadata({_literal(path)})").fetchone()
    return int(found[0]) if found else 0


def _literal(path: str) -> str:
    """The one pattern that matches `path` alone, as a literal of SQL."""
    pattern = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in os.path.abspath(path))
    return "'" + pattern.replace("'", "''") + "'"


def _names(connection: DuckDBPyConnection, path: str) -> list[str]:
    """The columns' names as the file has them; `SELECT *` would rename those that differ only in case."""
    rows = connection.execute(f"SELECT name, num_children FROM parquet_schema({_literal(path)})").fetchall()
    names, nested = [], [1]  # how many children are left to come at each depth
    for name, children in rows:
        nested[-1] -= 1
        if len(nested) == 2:
            names.append(name)
        if children:
            nested.append(children)
        while nested and nested[-1] == 0:
            nested.pop()
    return names


class _Selection(NamedTuple):
    """The columns of a Parquet file: their names and kinds, and the words of SQL by which their values come whole."""

    connection: DuckDBPyConnection
    source: str
    names: list[str]
    kinds: list[str]
    picked: str
    relation: str

    @classmethod
    def of(cls, connection: DuckDBPyConnection, path: str, source: str) -> _Selection:
        names = _names(connection, path)
        check_names(names, source, ReadError)
        keys = _keys(names)
        # A folder named "year=2020" adds no column: only what the file holds is read.
        table = f"read_parquet({_literal(path)}, hive_partitioning = false, file_row_number = true)"
        table += f" AS t({', '.join([*keys, NUMBER])})"
        described = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()[: len(names)]
        kinds = [str(row[1]).strip('"') for row in described]
        picked = ", ".join(
            f"{_expression(key, kind, f'{source}, column {name!r}')} AS {key}"
            for key, kind, name in zip(keys, kinds, names, strict=True)
        )
        return cls(connection, source, names, kinds, picked, table)

    def table(self, condition: str = "") -> Table:
        """The rows that obey a condition, in order."""
        arrays = self.connection.execute(f"SELECT {self.picked} FROM {self.relation} {condition}").fetchnumpy()
        columns = {
            name: _column(arrays[key], kind, f"{self.source}, column {name!r}")
            for key, kind, name in zip(_keys(self.names), self.kinds, self.names, strict=True)
        }
        return Table(columns, self.source, file=True)


def _keys(names: list[str]) -> list[str]:
    """What the columns are called within SQL."""
    return [f"c{position}" for position in range(len(names))]


def _expression(key: str, kind: str, where: str) -> str:
    """What to select so that the values of a column of that kind come out whole."""
    if kind in AS_THEY_ARE or kind in OF_LABELS:
        return key
    for starts, expression in EXPRESSIONS:
        if kind.startswith(starts) and not kind.endswith("]"):
            return expression.format(key)
    raise ReadError(f"{where} holds values of type {kind}; expected one number, text, truth value or date a row")


def _column(array: npt.NDArray[Any], kind: str, where: str) -> Column:
    missing = np.ma.getmaskarray(array)
    if kind.startswith(MOMENTS):
        moments = filled(np.asarray(np.ma.getdata(array), np.int64).view("datetime64[us]"), missing)
        return replace(moments, zone="UTC") if kind.endswith(WITH_ZONE) else moments
    if kind.startswith(EXACT):
        texts = zip(np.ma.getdata(array), missing, strict=True)
        return from_values([None if gap else Decimal(text) for text, gap in texts], where)
    return from_array(array, where)
