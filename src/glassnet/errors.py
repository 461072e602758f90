"""Every error and warning that Glassnet raises, and what each one is for.

::

    GlassnetError
    ├── ShapeError (ValueError)          shapes that do not fit an operation, a layer or a program
    ├── DTypeError (TypeError)           dtypes that do not fit an operation
    ├── SettingError (ValueError)        a setting out of its range, or a name that is not known
    ├── DataError (ValueError)           data that cannot be learnt from or answered: file, row, column
    │   ├── ReadError                    a file that cannot be read as a table
    │   ├── SchemaError                  a table that does not fit what was learnt
    │   └── TargetError                  targets that a loss or a network cannot take
    ├── NotLearntError (RuntimeError)    an answer asked of a network that has learnt nothing
    ├── BusyError (RuntimeError)         learning asked of a network that is learning already
    ├── DivergenceError (ArithmeticError)  numbers that are no longer finite where an answer is due
    ├── UnsupportedError (NotImplementedError)  an operation that an engine cannot run
    ├── DerivativeError (AssertionError)  a derivative that differs from central differences
    ├── ModelFileError (ValueError)      a model file that is damaged, foreign or from a later release
    └── MissingExtraError (ImportError)  an optional package that is not installed

    GlassnetWarning (UserWarning)
    ├── DataWarning                      values that were never seen when learning, counted
    ├── CheckpointWarning                a checkpoint that could not be written, or one that is damaged
    └── EngineWarning                    an engine that cannot run here, and what runs in its place

Each also derives from the built-in class that a Python programmer would catch. A message says what was given, what
was expected, where, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class GlassnetError(Exception):
    """The root of every error that Glassnet raises on purpose."""


class ShapeError(GlassnetError, ValueError):
    """Shapes that do not fit an operation, a layer or a program."""


class DTypeError(GlassnetError, TypeError):
    """Dtypes that do not fit an operation."""


class SettingError(GlassnetError, ValueError):
    """A setting out of its range, or a name that is not known."""


class DataError(GlassnetError, ValueError):
    """Data that cannot be learnt from or answered; the message names file, row and column where they are known."""


class ReadError(DataError):
    """A file that cannot be read as a table."""


class SchemaError(DataError):
    """A table that does not fit the one that was learnt."""


class TargetError(DataError):
    """Targets that a loss or a network cannot take."""


class NotLearntError(GlassnetError, RuntimeError):
    """An answer was asked of a network that has learnt nothing yet."""


class BusyError(GlassnetError, RuntimeError):
    """A network was to learn while it is learning already, in another thread or around a callback."""


class DivergenceError(GlassnetError, ArithmeticError):
    """Numbers that are no longer finite where an answer is due."""


class UnsupportedError(GlassnetError, NotImplementedError):
    """An operation that an engine cannot run; the message names it and the engine that can."""


class DerivativeError(GlassnetError, AssertionError):
    """A derivative that differs from central differences."""


class ModelFileError(GlassnetError, ValueError):
    """A model file that is damaged, foreign or from a later release."""


class MissingExtraError(GlassnetError, ImportError):
    """An optional package that is not installed; the message holds its install line."""


class GlassnetWarning(UserWarning):
    """The root of every warning that Glassnet gives."""


class DataWarning(GlassnetWarning):
    """Rows asked about hold values that were never seen when learning: unseen levels, new gaps, columns too many."""


class CheckpointWarning(GlassnetWarning):
    """A checkpoint could not be written, or is damaged; the message says why, and which one stands in its place."""


class EngineWarning(GlassnetWarning):
    """The engine asked for cannot run here; the message says why, what runs in its place, and what to install."""


def nearest(name: object, known: Iterable[str]) -> str:
    """A clause that suggests the known name most like `name`, whatever the case and the blanks around it.

    It is empty where none is alike, and where `name` is no text.

    >>> nearest("prise", ["price", "carat"])
    "; did you mean 'price'?"
    """
    if not isinstance(name, str):
        return ""
    folded = {candidate.casefold().strip(): candidate for candidate in known}
    alike = difflib.get_close_matches(name.casefold().strip(), folded, n=1)
    return f"; did you mean {folded[alike[0]]!r}?" if alike else ""


def sentence(text: str) -> str:
    """`text` with a full stop, where it does not end as a sentence does.

    >>> sentence("no column 'prise'; did you mean 'price'?"), sentence("no column 'prise'")
    ("no column 'prise'; did you mean 'price'?", "no column 'prise'.")
    """
    return text if text.endswith("?") else f"{text}."


def short(value: object) -> str:
    """What was given, in at most 40 signs of one line.

    >>> short("a" * 50)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= 40 else text[:37] + "..."
