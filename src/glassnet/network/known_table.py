"""A table that is seen for the first time: what it holds, and the contract that a network makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array
from glassnet.data.division import Division
from glassnet.data.encode import Encoding, MemberEncoding
from glassnet.data.encode.match import listed, used
from glassnet.data.label_lists import LabelLists
from glassnet.data.leaks import leaks
from glassnet.data.limits import with_limits
from glassnet.data.schema import NEEDED, Schema
from glassnet.data.several_targets import SeveralTargets, Targets, encoding_of
from glassnet.data.table import Table, counted
from glassnet.data.table_contract import TableContract
from glassnet.data.targets import TargetEncoding
from glassnet.errors import DataError, SettingError, TargetError
from glassnet.network.from_batches import Stream
from glassnet.network.given import Given
from glassnet.network.needs import check_loss, needs_of
from glassnet.network.preparation import joined, split
from glassnet.network.weighing import weighed
from glassnet.network.wishes import Wishes
from glassnet.plan.losses import Shares


@dataclass(frozen=True, eq=False)
class KnownTable:
    """The schema of a table, its columns, its targets as encoded, the weights of its rows, and those learnt from.

    `beside` and `flat` are those of a `TableContract`; `counts` are 0 for rows without a target; the `division` says
    which rows are held out, and which no fold may part.
    """

    schema: Schema
    features: Table
    target: Targets
    ids: Array
    counts: npt.NDArray[np.float64]
    training: npt.NDArray[np.int64]
    beside: bool
    flat: bool
    division: Division

    @classmethod
    def of(cls, given: Given, wishes: Wishes, *, division: Division, stream: Stream | None = None) -> KnownTable:
        """What a table holds, its rows being divided; raises DataError or TargetError.

        `stream` is what it is a sample of, where it is one.
        """
        weights = given.weights
        table, names, flat = joined(given)
        if len(table) == 0:
            raise DataError(f"{table.source} has no rows; there is nothing to learn from")
        schema = with_limits(Schema.decide(table, names, weights.ignoring(wishes.columns, names)), table)
        schema = schema if stream is None else stream.mended(schema)
        aims = {name: table.require(name) for name in names}
        encoding = encoding_of(
            aims, schema.targets, weights.rows,
            scaled=wishes.scalable, classes=wishes.of_classes, needs=needs_of(wishes.loss),
        )  # fmt: skip
        if wishes.classes is not None:
            encoding = _told(encoding, wishes.classes)
        check_loss(wishes.loss, encoding)
        ids, present = encoding.read(aims)
        if present.sum() < NEEDED:
            have = "one row" if present.any() else "no row"
            raise TargetError(
                f"{table.source}: {have} of {len(table):,} has a target; learning needs {NEEDED} at least"
            )
        schema = replace(schema, notes=(*schema.notes, *leaks(table, schema, encoding)))
        classes = bool(encoding.labels)
        if isinstance(encoding, SeveralTargets):
            schema = replace(schema, notes=(*schema.notes, *encoding.gaps(ids)))
            ids, counts = weighed(weights, ids, present, encoding)
        else:
            counts = weights.of(ids, present, encoding.labels if classes else None)
        training, _ = split(ids, counts > 0, classes, division, wishes.seed)
        features = table.select(name for name in table.names if name not in names)
        return cls(schema, features, encoding, ids, counts, training, given.targets is not None, flat, division)

    @property
    def classes(self) -> int:
        """How many classes the target has, 0 for numbers, and where there are several targets."""
        return len(self.target.labels)

    @property
    def shares(self) -> Shares:
        """The share of each class, or label of lists, in the weight of the rows that are learnt from; None for numbers.

        Of several targets they are those of each.
        """
        if isinstance(self.target, SeveralTargets | LabelLists):
            return self.target.shares(self.ids[self.training], self.counts[self.training])
        if not self.classes:
            return None
        counted = np.bincount(self.ids[self.training], self.counts[self.training], minlength=self.classes)
        return np.asarray(counted / counted.sum())

    def one_hot(self, dtype: str) -> TableContract:
        """The contract for layers that were laid out by hand: one input, with a column for each level."""
        encoding = Encoding.fit(self.schema, *self._learnt(), dtype=dtype, one_hot=True)
        return TableContract(self.schema, encoding, self.target, self.beside, self.flat)

    def folded(self, dtype: str, folds: int, seed: int) -> TableContract:
        """The contract for an ensemble: what encoders learn from targets they learn fold by fold.

        Raises DataError where no column varies in the rows that are learnt from.
        """
        ids = self.ids[self.training]
        drawn = self.division.folds(ids if self.classes else None, self.training, folds, seed)
        features, counts = self._learnt()
        columns = self._columns(ids)
        encoding = MemberEncoding.fit(
            self.schema, features, columns, drawn, counts,
            single=self.target.single(columns) if isinstance(self.target, SeveralTargets) else None, dtype=dtype,
        )  # fmt: skip
        if not encoding.inputs:
            held = listed([column.name for column in used(self.schema)])
            raise DataError(
                f"{features.source}: nothing tells the target, as each column holds one value throughout the "
                f"{counted(len(features), 'row')} to learn from ({held}); give rows or columns that differ"
            )
        return TableContract(self.schema, encoding, self.target, self.beside, self.flat)

    def _columns(self, ids: Array) -> npt.NDArray[np.float64]:
        """Targets of the rows learnt from as columns of numbers: (rows, targets), or one that is 1 for the class."""
        if isinstance(self.target, SeveralTargets):
            return self.target.features(ids, self.counts[self.training])
        return _columns(ids, self.classes)

    def _learnt(self) -> tuple[Table, npt.NDArray[np.float64]]:
        """The rows that are learnt from, and what each counts; no copies where these are all."""
        if len(self.training) == len(self.counts):
            return self.features, self.counts
        return self.features.take(self.training), self.counts[self.training]


def _told(encoding: Targets, classes: Sequence[Any]) -> TargetEncoding:
    """The encoding with the classes that the caller gave; raises SettingError where a row has not one of them."""
    if isinstance(encoding, TargetEncoding):
        return encoding.with_classes(classes)
    where = "there are several" if isinstance(encoding, SeveralTargets) else "a row has a list of labels"
    raise SettingError(f"classes={list(classes)!r} are those of one target; leave it out where {where}")


def _columns(ids: Array, classes: int) -> npt.NDArray[np.float64]:
    """Targets as columns of numbers: (rows, targets), or one that is 1 for the class; one does for two classes."""
    if not classes:
        return ids.astype(np.float64)
    shown = np.arange(1 if classes == 2 else 0, classes)
    columns: npt.NDArray[np.float64] = (ids[:, None] == shown).astype(np.float64)
    return columns
