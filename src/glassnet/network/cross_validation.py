"""How good a network is on rows that it did not learn from: learnt and scored in turns, each row once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.division import ByGroup, ByTime, Division, groups_of, moments_of
from glassnet.data.frames import as_table, opened
from glassnet.data.label_lists import LabelLists
from glassnet.data.table import counted
from glassnet.display.tables import as_table as as_shown
from glassnet.display.tables import as_text
from glassnet.errors import SettingError
from glassnet.network.classes_in_turns import ClassesInTurns
from glassnet.network.given import Given
from glassnet.network.known_table import KnownTable
from glassnet.network.network import Network
from glassnet.network.preparation import given_rows
from glassnet.training.report import Report

Array = npt.NDArray[Any]
Whole = npt.NDArray[np.int64]
Weights: TypeAlias = npt.NDArray[np.float64] | str | None  # of rows, or the name of their column


class Turn(NamedTuple):
    """One turn: how many rows were learnt from and how many scored, the scores, "loss" first, and the report.

    `notes` are those on the rows scored, such as on values that were not learnt.
    """

    learnt: int
    scored: int
    scores: Mapping[str, float]
    report: Report
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CrossValidation:
    """The turns of a cross-validation; prints as a table.

    `means` and `errors` have, by the name of each score, its mean over the turns and the standard error of this mean,
    their deviation over the square root of their number. As turns share rows that they learn from, the true error is
    somewhat larger (Bengio and Grandvalet, "No unbiased estimator of the variance of k-fold cross-validation", 2004).
    """

    turns: tuple[Turn, ...]
    notes: tuple[str, ...] = ()

    @property
    def means(self) -> dict[str, float]:
        """The mean of each score."""
        return {name: float(np.mean(each)) for name, each in self._scores.items()}

    @property
    def errors(self) -> dict[str, float]:
        """The standard error of each mean; NaN where there was one turn."""
        if len(self.turns) < 2:
            return dict.fromkeys(self._scores, float("nan"))
        return {name: float(np.std(each, ddof=1) / np.sqrt(len(each))) for name, each in self._scores.items()}

    @property
    def _scores(self) -> dict[str, list[float]]:
        return {name: [turn.scores[name] for turn in self.turns] for name in self.turns[0].scores}

    def __str__(self) -> str:
        names = list(self._scores)
        rows: list[list[Any]] = [
            [i + 1, f"{turn.learnt:,}", f"{turn.scored:,}", *(f"{turn.scores[name]:.5g}" for name in names)]
            for i, turn in enumerate(self.turns)
        ]
        rows.append(["mean", "", "", *(f"{mean:.5g}" for mean in self.means.values())])
        rows.append(["standard error", "", "", *(f"{error:.2g}" for error in self.errors.values())])
        shown = as_shown(f"{len(self.turns)} turns", ["turn", "learnt", "scored", *names], rows, most=len(rows))
        met = [f"turn {i + 1}, {note}" for i, turn in enumerate(self.turns) for note in turn.notes]
        return "\n".join([as_text([shown]), *(f"note: {note}" for note in (*self.notes, *met))])

    __repr__ = __str__


def cross_validate(
    network: Network,
    data: Any,
    targets: Any = None,
    *,
    target: str | Sequence[str] | None = None,
    folds: int = 5,
    by: ByTime | ByGroup | None = None,
    sample_weight: npt.ArrayLike | None = None,
    **learning: Any,
) -> CrossValidation:
    """Learn from all folds of the rows but one and score on that one, each in turn.

    `network` says what to learn with: each turn takes an untrained twin, its `clone`, and leaves it as it is. Data and
    targets are as for `learn`, and `learning` are more of its arguments, such as `epochs=` or `metric=`. Folds are
    drawn from the seed of the network, classes spread evenly. `by` a `ByGroup`, rows of one group are in one fold; `by`
    a `ByTime`, the rows are put in `folds` + 1 parts by time, of which each but the first is foretold from those before
    it. The share that these hold out in `learn` does not count here. Rows without a target, and rows to score of a
    class, or with a label, that the turn does not learn from, are left out; notes name such classes, their rows and the
    turns, and count those rows.

    Raises SettingError for folds that cannot be, DataError, naming the turn, for one that has a single class to learn
    from or no row that it can score, and what `learn` raises.

    >>> import glassnet as gn
    >>> table = {"x": [i % 7 for i in range(60)], "y": [2.0 * (i % 7) for i in range(60)]}
    >>> network = gn.Network([gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.1), seed=0)
    >>> result = gn.cross_validate(network, table, target="y", folds=3, epochs=100)
    >>> result.means["r2"] > 0.99, [turn.scored for turn in result.turns]
    (True, [20, 20, 20])
    """
    if not isinstance(network, Network):
        raise SettingError(
            f"cross_validate takes the network first, as in gn.cross_validate(gn.Network(), table, target='y'), and "
            f"this is a {type(network).__name__}"
        )
    if isinstance(folds, bool) or not isinstance(folds, int | np.integer) or folds < 2:
        way = f"; how rows are held out is by={folds!r}" if isinstance(folds, ByTime | ByGroup) else ""
        raise SettingError(f"folds={folds!r}: expected a whole number of at least 2{way}")
    if by is not None and not isinstance(by, ByTime | ByGroup):
        raise SettingError(f"by={by!r}: expected gn.ByTime(column) or gn.ByGroup(column)")
    given = Given.checked(opened(data), targets, target, sample_weight).counting()
    known = KnownTable.of(given, network._wishes, division=Division())
    table = as_table(given.data)
    rows = _Rows(
        given.data if isinstance(given.data, np.ndarray) else table,
        given.targets,
        given.weights.rows if given.weights.column is None else given.weights.column,
    )
    classes = _classes(known, even=by is None)
    turns, unknown = [], 0
    for training, scored in _parts(known, table, int(folds), by, network._wishes.seed):
        twin = network.clone()
        if classes is not None:
            scored = classes.known(training, scored)
            twin = _of_all_classes(network, classes) if classes.lacking else twin
        elif isinstance(known.target, LabelLists):
            there = known.target.learnt_in(known.ids, training)[scored]
            unknown, scored = unknown + int((~there).sum()), scored[there]
        turns.append(_turn(twin, rows, training, scored, target, learning))
    notes = (*_missing(known, unknown), *(classes.notes() if classes is not None else ()))
    return CrossValidation(tuple(turns), notes)


def _classes(known: KnownTable, *, even: bool) -> ClassesInTurns | None:
    """The classes of the rows, none of them counted yet; None where the target has none."""
    if not known.classes:
        return None
    rows = np.bincount(known.ids[known.training], minlength=known.classes)
    return ClassesInTurns(known.target.labels, known.ids, rows, even)


def _of_all_classes(network: Network, classes: ClassesInTurns) -> Network:
    """An untrained twin for rows that lack a class: layers laid out have an output for each, and are told them all."""
    wishes = network._wishes
    if wishes.layers is None or wishes.classes is not None:
        return network.clone()
    return Network._of(replace(wishes, classes=tuple(classes.labels)))


class _Rows(NamedTuple):
    """The rows of all turns."""

    data: Any
    targets: Any
    weights: Weights

    def take(self, rows: Whole) -> tuple[Any, Any, Weights]:
        """Data, targets and weights of some rows."""
        data = self.data[rows] if isinstance(self.data, np.ndarray) else self.data.take(rows)
        weights = self.weights[rows] if isinstance(self.weights, np.ndarray) else self.weights
        if self.targets is None:
            return data, None, weights
        beside = hasattr(self.targets, "columns") or isinstance(self.targets, Mapping)
        return data, as_table(self.targets).take(rows) if beside else np.asarray(self.targets)[rows], weights


def _turn(twin: Network, rows: _Rows, training: Whole, scored: Whole, target: Any, learning: Mapping[str, Any]) -> Turn:
    """Learn from some rows and score on others."""
    data, targets, weights = rows.take(training)
    report = twin.learn(data, targets, target=target, sample_weight=weights, **{"verbose": 0, **learning})
    learnt = twin._ready("test")
    held, notes = given_rows(learnt.contract, *rows.take(scored))
    held = learnt.begun(held)
    learnt.check(held.targets)
    return Turn(len(training), len(scored), learnt.scores(held), report, notes)


def _parts(
    known: KnownTable, table: Any, folds: int, by: ByTime | ByGroup | None, seed: int
) -> Iterator[tuple[Whole, Whole]]:
    """For each turn the rows to learn from and those to score on."""
    rows = known.training
    if isinstance(by, ByTime):
        parts = _in_time(moments_of(table, by.column)[rows], folds + 1, by.column)
        for part in range(1, folds + 1):
            yield rows[parts < part], rows[parts == part]
        return
    division = Division(groups=None if by is None else groups_of(table, by.column))
    if division.parts(rows, folds) < folds:
        of = f"{len(rows):,} rows" if by is None else f"{division.parts(rows, folds)} groups of {by.column!r}"
        raise SettingError(f"folds={folds}: there are {of}; expected at most as many folds")
    drawn = division.folds(known.ids[rows] if known.classes else None, rows, folds, seed)
    for fold in range(folds):
        yield rows[drawn != fold], rows[drawn == fold]


def _in_time(moments: Array, parts: int, column: str) -> Whole:
    """The part of each row, from 0 to `parts` - 1 by time, about equally large; rows of one time are in one part."""
    times, number, sizes = np.unique(moments, return_inverse=True, return_counts=True)
    if len(times) < parts:
        raise SettingError(f"folds={parts - 1}: {column!r} holds {counted(len(times), 'time')}; expected more by one")
    middle = np.cumsum(sizes) - sizes / 2
    part = np.minimum((middle * parts / sizes.sum()).astype(np.int64), parts - 1)
    distinct = np.unique(part)
    if len(distinct) < parts:  # a time that holds many rows: parts of about equally many times instead
        part = np.arange(len(times)) * parts // len(times)
    parted: Whole = part[number]
    return parted


def _missing(known: KnownTable, unknown: int) -> list[str]:
    """Notes on rows without a target, and on those of unknown labels."""
    missing = len(known.counts) - len(known.training)
    notes = []
    if missing:
        notes.append(f"{counted(missing, 'row')} without a target left out")
    if unknown:
        notes.append(f"{counted(unknown, 'row')} with a label that the turn had not learnt left out of its scores")
    return notes
