"""Data made ready for a network: its contract, its training rows, the rows held out, the weights of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.core.extent import t
from glassnet.data.arrays import as_array, as_inputs
from glassnet.data.contract import Array, ArrayContract, Contract, SequenceContract, check_count, counted_examples
from glassnet.data.division import Divided, Division
from glassnet.data.frames import as_table, opened
from glassnet.data.long_table import LongTable
from glassnet.data.sequences import Sequences, check_tokens, there
from glassnet.data.split import hold_out
from glassnet.data.step_contract import StepContract
from glassnet.data.steps import are_ragged, as_steps
from glassnet.data.table import Table
from glassnet.data.table_contract import TableContract, target_table
from glassnet.data.targets import NOT_OF_NUMBERS
from glassnet.errors import DataError, SettingError, TargetError, short
from glassnet.network.given import Given
from glassnet.network.weighing import weighed
from glassnet.nn.layer import Input
from glassnet.random import permutation
from glassnet.settings import as_names
from glassnet.training.members import NO_FOLD, Members
from glassnet.training.rows import Rows

SAMPLE: Final = 4096  # training rows on which the printed loss is measured, where there are more
PARTS: Final = (1, 2, 3)  # of rows to validate on: a table, or inputs and targets, or these and weights
LEAST_HELD_OUT: Final = 50  # rows below which none are held out


def division_of(validation: Any, data: Any, seed: int) -> Division:
    """How the rows of data are divided, none being held out where nothing is said.

    Raises SettingError for what says nothing of it; SchemaError or DataError for a column that does not divide them.
    """
    if not isinstance(validation, Divided):
        return Division(_share(validation))
    if isinstance(data, LongTable | Sequences):
        raise SettingError(
            f"validation={validation!r} divides tables of a row an example; hold a share of the sequences out, or give "
            f"those to validate on"
        )
    return validation.divide(as_table(data), seed)


def _share(validation: Any) -> float:
    """The share of the rows that is held out, none where nothing is said.

    Raises SettingError for what is neither a share in [0, 1) nor a tuple of rows.
    """
    if isinstance(validation, float | int) and not isinstance(validation, bool) and 0 <= validation < 1:
        return float(validation)
    if validation is not None and not (isinstance(validation, tuple) and len(validation) in PARTS):
        given = f"{len(validation)} things" if isinstance(validation, tuple) else short(validation)
        raise SettingError(
            f"validation={given}: expected a share from 0 to 1, or (inputs, targets), or these and weights, or a table "
            f"that holds its targets, or gn.ByTime('day'), gn.ByGroup('patient')"
        )
    return 0.0


def array_contract(
    data: Any,
    targets: Any,
    *,
    classes: bool,
    given: Sequence[Any] | None,
    dtype: str,
    start: Input,
    levels: int | None = None,
    steps: bool = False,
) -> ArrayContract:
    """The contract of numeric arrays or sequences, with the classes `given` where they are known beforehand.

    `start` is the input that the layers begin at, and `levels` the rows of the table in which they look it up, if they
    do. `steps` says that the network answers after each step of a sequence.
    Raises DataError or TargetError where they cannot be learnt from.
    """
    whole = start.dtype == "int64"
    kind, inputs = ArrayContract, data
    if isinstance(data, Sequences):
        if levels is not None:
            check_tokens(data, levels)
        kind, inputs = SequenceContract, data.values[:, 0]  # the first steps show the channels
        if not steps and are_ragged(targets):
            raise TargetError(
                "targets of unequal length, and a network that gives one answer for each sequence; expected one "
                "target for each, or layers that answer after each step, as those with sequences=True do"
            )
        if steps:
            targets = np.concatenate(as_steps(targets, data.lengths))
            kind, inputs = StepContract, data.values[there(data.lengths, data.values.shape[1])]
    inputs = as_inputs(inputs, "int64" if whole else dtype)
    if len(inputs) == 0:
        raise DataError("the inputs have no rows; there is nothing to learn from")
    if inputs.size == 0:
        raise DataError(f"the inputs have the shape {inputs.shape}, which holds no number; expected at least one a row")
    array = as_array(targets)
    if not classes and array.dtype.kind in "UST":
        raise TargetError(f"the targets are words, such as {short(array.ravel()[:1].tolist()[0])}, {NOT_OF_NUMBERS}")
    if not classes or array.dtype.kind == "f":
        array = as_inputs(targets, "float64", "the targets")
    if array.ndim == 0:
        raise TargetError(f"targets={targets!r}: a single value; expected one for each of {len(inputs)} rows")
    contract = kind.fit(inputs, array, classes=classes, given=given, dtype=dtype, name=start.name, whole=whole)
    if isinstance(contract, SequenceContract):
        return replace(contract, row=() if start.row == (t,) else contract.row, levels=levels)
    return contract


def rows_of(
    contract: Contract,
    given: Given,
    *,
    validation: Any,
    division: Division,
    check: Callable[[Array], None],
    seed: int,
    members: Members | None = None,
) -> tuple[Rows, Rows | None, tuple[str, ...]]:
    """The training rows, the rows held out, and notes; a row of weight 0 is in neither, as if it were not there.

    `check` raises TargetError for encoded targets that the network cannot take, given in the order of the rows. For
    the `members` of an ensemble the training rows are divided into folds.
    """
    data, weighing = contract.examples(opened(given.data)), given.weights
    folded = contract if isinstance(contract, TableContract) and contract.folded else None
    early = contract.inputs(data) if folded is None else None
    encoded, present = contract.targets(data, given.targets)
    if early is not None:
        check_count(len(next(iter(early[0].values()))), len(encoded))
    labels = contract.labels
    several = contract.several if isinstance(contract, TableContract) else None
    if several is None:
        weights = weighing.of(encoded, present, labels)
    else:
        encoded, weights = weighed(weighing, encoded, present, several)
    missing = int((~present).sum())
    notes: tuple[str, ...] = contract.notes
    if missing:
        are = "is" if missing == 1 else "are"
        notes = (*notes, f"{counted_examples(contract, missing)} without a target {are} left out")
    counted = weights > 0
    check(encoded if counted.all() else _stood_in(encoded, counted))
    notes = (*notes, *_alone(encoded[counted], labels))
    classes = labels is not None and encoded.ndim == 1
    training, held = split(encoded, counted, classes, division, seed)
    notes = (*notes, division.words) if division.words else notes
    alike = folded is not None and folded.gated
    folds = None if members is None else _folds(encoded, training, members, seed, division, classes, alike=alike)
    if early is None:
        assert folded is not None  # the encoding learnt from targets,
        assert folds is not None  # which only those of ensembles do
        early = folded.inputs_to_learn(data, folds[:, 0])
    inputs, met = early
    notes = (*notes, *met)
    rows = _picked(inputs, encoded, weights, training, folds)
    if isinstance(validation, tuple):
        beside = given_rows(contract, *validation)[0]
        if len(beside) == 0:
            raise DataError(
                "validation: no row of what was given has a target and a weight above 0; give rows to validate on, or "
                "leave validation= out"
            )
        check(beside.targets)
        return rows, beside, notes
    if len(held) == 0:
        return rows, None, notes
    return rows, _picked(inputs, encoded, weights, held), notes


def _folds(
    encoded: Array, training: Array, members: Members, seed: int, division: Division, classes: bool, *, alike: bool
) -> npt.NDArray[np.int64]:
    """The folds of all rows, (rows, groups): of each group its own division of the training rows, -1 for others.

    All groups divide them `alike` where a fold's members see columns that were chosen without its targets.
    """
    folds = np.full((len(encoded), members.groups), NO_FOLD)
    ids = encoded[training] if classes else None
    for group in range(members.groups):
        folds[training, group] = division.folds(ids, training, members.folds, seed, 0 if alike else group)
    return folds


def _picked(
    inputs: Mapping[str, Array],
    encoded: Array,
    weights: npt.NDArray[np.float64],
    rows: Array,
    folds: npt.NDArray[np.int64] | None = None,
) -> Rows:
    """Some of the rows; the arrays themselves, not copies, where these are all."""
    of_all = Rows(inputs, encoded, weights, folds)
    return of_all if len(rows) == len(encoded) else of_all.take(rows)


def _stood_in(encoded: Array, counted: Array) -> Array:
    """The targets with the first that counts in place of each that does not, so that every row keeps its number."""
    return np.where(counted.reshape(-1, *[1] * (encoded.ndim - 1)), encoded, encoded[counted.argmax()])


def given_rows(
    contract: Contract, data: Any, targets: Any = None, sample_weight: npt.ArrayLike | None = None
) -> tuple[Rows, tuple[str, ...]]:
    """Rows that the caller gave, those without a target or of weight 0 left out; and notes."""
    examples = contract.examples(opened(data))
    given = Given.checked(examples, targets, None, sample_weight).counting()
    data = _without_weights(contract, given)
    inputs, notes = contract.inputs(data)
    encoded, present = contract.targets(data, given.targets)
    check_count(len(next(iter(inputs.values()))), len(encoded))
    weights = np.ones(len(encoded)) if given.weights.rows is None else given.weights.rows
    return _picked(inputs, encoded, weights, np.flatnonzero(present)), notes


def _without_weights(contract: Contract, given: Given) -> Any:
    """The data without the column that weights were read from, where it was none of those learnt: it is not unknown."""
    name, data = given.weights.column, given.data
    if not isinstance(data, Table) or not isinstance(contract, TableContract) or name is None:
        return data
    known = {each.name for each in (*contract.schema.columns, *contract.schema.targets)}
    return data if name in known else data.select(other for other in data.names if other != name)


def _alone(encoded: Array, labels: Sequence[Any] | None) -> list[str]:
    """A note on each class that has one row only."""
    if labels is None or encoded.ndim > 1:
        return []
    counts = np.bincount(encoded, minlength=len(labels))
    return [
        f"class {labels[k]!r} has one row: it is learnt from, and cannot be validated"
        for k in np.flatnonzero(counts == 1).tolist()
    ]


def sample_of(training: Rows, seed: int, most: int = SAMPLE) -> Rows:
    """The training rows on which the printed loss is measured: all, or a fixed sample of them."""
    if len(training) <= most:
        return training
    rows = np.sort(permutation(seed, "sample", len(training))[:most])
    return _picked(training.inputs, training.targets, training.weights, rows)


def is_numeric(data: Any) -> bool:
    """Whether data are plain numbers: an array, or lists of them."""
    if isinstance(data, str | Mapping | Path) or hasattr(data, "columns") or hasattr(data, "column_names"):
        return False
    try:
        return np.asarray(data).dtype.kind in "biuf"
    except ValueError:  # lists of unequal lengths, which the reader of tables names row by row
        return False


def target_names(table: Table, target: str | Sequence[str] | None) -> list[str]:
    """The names of the target columns of a table.

    Raises SettingError where there are none or one is named twice, SchemaError where there is no such column.
    """
    names = list(as_names("target", target))
    if not names:
        raise SettingError("target=[]: expected the name of at least one column")
    for name in names:
        table.require(name)
        if names.count(name) > 1:
            raise SettingError(f"target={names}: {name!r} is there twice; give each target once")
    return names


def joined(given: Given) -> tuple[Table, list[str], bool]:
    """One table with inputs and targets, the names of the targets, and whether these had the shape (rows,)."""
    table, targets = as_table(given.data), given.targets
    if targets is None:
        return table, target_names(table, given.target), True
    if isinstance(targets, str) and targets in table.names:
        raise SettingError(f"targets={targets!r} would be a file of targets; name the column with target={targets!r}")
    beside = target_table(targets)
    if len(beside) != len(table):
        raise DataError(
            f"{table.source} has {len(table):,} rows and the targets have {len(beside):,}; expected one target a row"
        )
    for name in beside.names:
        if name in table.columns:
            raise DataError(
                f"{table.source} has a column {name!r}, which is what the targets beside it are called; rename the "
                f"column, or name the targets otherwise, as in {{'y': targets}}"
            )
    columns = {**table.columns, **beside.columns}
    return Table(columns, table.source, table.named, table.file), list(beside.names), np.ndim(targets) == 1


def split(ids: Array, present: Array, classes: bool, division: Division, seed: int) -> tuple[Array, Array]:
    """The training rows and the rows held out, among those with a target."""
    rows, share = np.flatnonzero(present), division.share
    if division.out is not None:
        training, held = rows[~division.out[rows]], rows[division.out[rows]]
        if not len(training) or not len(held):
            what = "held out" if not len(held) else "to learn from"
            raise DataError(f"no row {what} has a target ({division.words}); divide the rows in another way")
        return training, held
    if share == 0 or len(rows) < LEAST_HELD_OUT:
        return rows, rows[:0]
    training, held = hold_out(ids[rows] if classes else None, len(rows), share, seed)
    return rows[training], rows[held]
