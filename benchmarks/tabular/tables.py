"""Sixteen public tables: eight of classes, eight of numbers, from 208 rows to 327,346."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tabular.packages import from_flights, from_islp, from_keel, from_r

LEAST_OF_A_SPECIES = 40  # rows, in the table of surveys


@dataclass(frozen=True)
class DataTable:
    """The columns of a table, a target for each row (numbers, or labels as text), and the task.

    The task is "binary", "multiclass" or "regression".
    """

    columns: pd.DataFrame
    target: npt.NDArray[Any]
    task: str


def labelled(frame: pd.DataFrame, target: str, *, drop: Collection[str] = (), told: Collection[str] = ()) -> DataTable:
    """A table whose target is a class; the columns `told` are categories whatever they hold."""
    columns, labels = _parted(frame, target, drop, told)
    classes = labels.astype(str).to_numpy(dtype=str)
    return DataTable(columns, classes, "binary" if len(np.unique(classes)) == 2 else "multiclass")


def measured(
    frame: pd.DataFrame, target: str, *, drop: Collection[str] = (), told: Collection[str] = (), log: bool = False
) -> DataTable:
    """A table whose target is a number y, or log(1 + y)."""
    columns, numbers = _parted(frame, target, drop, told)
    values = numbers.to_numpy(dtype=np.float64)
    return DataTable(columns, np.log1p(values) if log else values, "regression")


def _parted(
    frame: pd.DataFrame, target: str, drop: Collection[str], told: Collection[str]
) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """The columns and the target of the rows that have one: words become categories, truth values 0 and 1."""
    frame = frame[frame[target].notna()].reset_index(drop=True).drop(columns=list(drop), errors="ignore")
    known = frame.pop(target)
    for name, column in frame.items():
        if pd.api.types.is_bool_dtype(column) and name not in told:
            frame[name] = column.astype("int8")
        elif name in told or not (
            pd.api.types.is_numeric_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype)
        ):
            frame[name] = column.astype("string").astype("category")
    return frame, known


# -- classes -----------------------------------------------------------------------------------------------------------
def surveys() -> DataTable:
    """The species of a trapped rodent, of those that came often enough."""
    frame = from_r("ratdat", "surveys")
    times = frame.species_id.map(frame.species_id.value_counts())
    return labelled(frame[times >= LEAST_OF_A_SPECIES], "species_id", drop=["record_id"], told=["plot_id"])


def nass_cds() -> DataTable:
    """Whether somebody died in a road accident."""
    return labelled(from_r("DAAG", "nassCDS"), "dead", drop=["weight", "injSeverity", "caseid"])


def keel(name: str) -> DataTable:
    """A table of the KEEL repository, all of whose targets here are classes."""
    return labelled(from_keel(name), "target")


# -- numbers -----------------------------------------------------------------------------------------------------------
def flights_delay() -> DataTable:
    """How late a flight arrives, from its schedule and from how late it left."""
    frame = from_flights()
    frame = frame[frame.arr_delay.notna()]
    day = pd.to_datetime(frame[["year", "month", "day"]])
    columns = {
        "month": frame.month, "day": frame.day, "weekday": day.dt.weekday, "sched_dep": _minutes(frame.sched_dep_time),
        "sched_arr": _minutes(frame.sched_arr_time), "dep_delay": frame.dep_delay, "distance": frame.distance,
        "carrier": frame.carrier, "origin": frame.origin, "dest": frame.dest, "arr_delay": frame.arr_delay,
    }  # fmt: skip
    return measured(pd.DataFrame(columns), "arr_delay")


def _minutes(clock: pd.Series[Any]) -> pd.Series[Any]:
    """Minutes since midnight of a time such as 1435."""
    return clock // 100 * 60 + clock % 100


def movielens() -> DataTable:
    """The rating of a film by a user."""
    return measured(from_r("dslabs", "movielens"), "rating", drop=["title"], told=["userId", "movieId", "genres"])


def diamonds() -> DataTable:
    """The price of a diamond."""
    return measured(from_r("ggplot2", "diamonds"), "price")


def gss_wages() -> DataTable:
    """The logarithm of an income."""
    return measured(from_r("stevedata", "gss_wages"), "realrinc", told=["occ10"], log=True)


def bikeshare() -> DataTable:
    """How many bicycles are hired in an hour."""
    frame = from_islp("Bikeshare")
    return measured(frame.assign(hr=frame.hr.astype(int)), "bikers", drop=["casual", "registered"])


def ames() -> DataTable:
    """The price of a house."""
    return measured(from_r("modeldata", "ames"), "Sale_Price")


def concrete() -> DataTable:
    """The strength of concrete from what is in it."""
    return measured(from_r("modeldata", "concrete"), "compressive_strength")


def hitters() -> DataTable:
    """The logarithm of a baseball player's salary."""
    return measured(from_r("ISLR", "Hitters"), "Salary", log=True)


TABLES: Mapping[str, Callable[[], DataTable]] = {  # the smallest first
    "sonar": lambda: keel("sonar"),
    "hitters": hitters,
    "vehicle": lambda: keel("vehicle"),
    "german_credit": lambda: keel("german"),
    "concrete": concrete,
    "ames": ames,
    "splice": lambda: keel("splice"),
    "phoneme": lambda: keel("phoneme"),
    "bikeshare": bikeshare,
    "letter": lambda: keel("letter"),
    "nass_cds": nass_cds,
    "surveys": surveys,
    "gss_wages": gss_wages,
    "diamonds": diamonds,
    "movielens": movielens,
    "flights_delay": flights_delay,
}
