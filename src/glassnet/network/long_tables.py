"""Long tables on their way to a network: their sequences as its examples, and their contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.data.contract import Contract
from glassnet.data.division import Division
from glassnet.data.encode import Encoding
from glassnet.data.in_time import check_time
from glassnet.data.long_contract import LongContract, LongStepContract, target_rows
from glassnet.data.long_table import LongTable
from glassnet.data.schema import ColumnSchema, Schema
from glassnet.data.sequence_leaks import leaks_in_sequences
from glassnet.data.targets import TargetEncoding
from glassnet.errors import SettingError
from glassnet.network.given import Given
from glassnet.network.preparation import split, target_names
from glassnet.network.row_weights import RowWeights
from glassnet.network.wishes import Wishes
from glassnet.nn.layer import Input


def as_examples(given: Given, sequence: Any, time: Any, learnt: Contract | None) -> Given:
    """What was given with its data as examples: the sequences of a table where `sequence` names the column of theirs.

    `learnt` is the contract of a network that has learnt. Raises SettingError for columns that make no sequences, or
    are others than those learnt; SchemaError or DataError for a table that does not say which rows are together.
    """
    for setting, name in (("sequence", sequence), ("time", time)):
        if name is not None and not isinstance(name, str):
            raise SettingError(f"{setting}={name!r}: expected the name of a column")
    if learnt is not None:
        _check_same(learnt, sequence, time)
        return replace(given, data=learnt.examples(given.data))
    if sequence is None:
        if time is not None:
            raise SettingError(f"time={time!r} orders the steps of sequences; name the column of these: sequence=...")
        return given
    if given.targets is not None:
        raise SettingError(
            f"sequence={sequence!r}: the targets of such a table are one of its columns; name it with target=..."
        )
    if time == sequence:
        raise SettingError(f"sequence={sequence!r} and time={time!r} are one column; expected two, or no time=")
    return replace(given, data=LongTable.of(given.data, sequence, time))


def _check_same(learnt: Contract, sequence: str | None, time: str | None) -> None:
    """Raise SettingError where columns are named that are not those which the network has learnt."""
    long = learnt if isinstance(learnt, LongContract) else None
    column = None if long is None else long.sequence
    ordered = None if long is None or long.time is None else long.time.name
    for setting, name, was in (("sequence", sequence, column), ("time", time, ordered)):
        if name is not None and name != was:
            raise SettingError(
                f"{setting}={name!r}: this network has learnt with {setting}={was!r}; leave {setting}= out to go on, "
                f"or call reset() to start afresh"
            )


def long_contract(
    data: LongTable, target: str | Sequence[str] | None, *, wishes: Wishes, division: Division, weights: RowWeights
) -> LongContract:
    """The contract of a long table, its encoders fitted on the rows of the training sequences, by weight.

    It is one of a target for each row where the layers answer after each step. Raises DataError, TargetError or
    SettingError for what cannot be learnt from.
    """
    names = target_names(data.table, target)
    if {data.sequence, data.time} & set(names):
        raise SettingError(f"target={names}: the columns of sequence= and time= are no targets; give another")
    schema, time = _decided(data, names, weights.ignoring(wishes.columns, names))
    features = data.features.select(name for name in data.features.names if name not in names)
    every = Encoding.fit(schema, features, dtype=wishes.dtype, one_hot=True)
    (spec,) = every.inputs
    steps = wishes.answers_steps(Input(("t", *spec.shape), name=spec.name))
    encoding = _target_encoding(data, schema, weights, steps=steps, scaled=wishes.scalable, classes=wishes.of_classes)
    schema = replace(schema, notes=(*schema.notes, *leaks_in_sequences(data, schema, time, encoding, steps=steps)))
    kind = LongStepContract if steps else LongContract
    contract = kind(schema, every, encoding, False, True, data.sequence, time)
    ids, present = contract.targets(data, None)
    counts = weights.of(ids, present, contract.labels)
    training, _ = split(ids, counts > 0, contract.labels is not None and not steps, division, wishes.seed)
    rows = data.rows(np.isin(np.arange(len(data)), training))
    fitted = Encoding.fit(schema, features.take(rows), counts[data.numbers[rows]], dtype=wishes.dtype, one_hot=True)
    return replace(contract, encoding=fitted)


def _decided(data: LongTable, names: Sequence[str], columns: Mapping[str, str]) -> tuple[Schema, ColumnSchema | None]:
    """The schema of the columns of a long table, and what that of its time is taken for."""
    if data.sequence in columns:
        raise SettingError(
            f"columns={{{data.sequence!r}: ...}}: the column says which sequence a row belongs to, and is taken as it "
            f"is; leave it out"
        )
    table = data.table.select(name for name in data.table.names if name != data.sequence)
    if data.time is None:
        return Schema.decide(table, names, columns), None
    schema = Schema.decide(table, [*names, data.time], columns)  # a target is read by its own values, never left out
    *aims, time = schema.targets
    check_time(time, table.require(data.time), table.source)
    return replace(schema, targets=tuple(aims)), time


def _target_encoding(
    data: LongTable, schema: Schema, weights: RowWeights, *, steps: bool, scaled: bool, classes: bool | None
) -> TargetEncoding:
    """The encoding of the targets: of all rows where there is one for each step, else of one for each sequence."""
    aims = {each.name: data.table.require(each.name) for each in schema.targets}
    rows = np.arange(len(data.table))
    if not steps:
        rows = target_rows(data, TargetEncoding.fit(aims, schema.targets, classes=classes))
        aims = {name: column.take(rows) for name, column in aims.items()}
    counts = None if weights.rows is None else weights.rows[data.numbers[rows]]
    return TargetEncoding.fit(aims, schema.targets, counts, scaled=scaled, classes=classes)
