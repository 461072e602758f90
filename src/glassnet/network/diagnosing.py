"""A network and the rows that it is to learn from, handed to what diagnoses them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from glassnet.data.coded import coded
from glassnet.data.contract import Contract
from glassnet.data.frames import as_table
from glassnet.data.leaks import aims_coded, copies, identifiers, repeats
from glassnet.data.table_contract import TableContract
from glassnet.diagnosis import Diagnosis
from glassnet.diagnosis.goal import Goal, Measure
from glassnet.diagnosis.subject import Subject
from glassnet.errors import SettingError
from glassnet.network.given import Given
from glassnet.network.learning import Learning
from glassnet.network.learnt import Learnt
from glassnet.network.one_target import check_no_lists
from glassnet.network.shown import several_of
from glassnet.nn.graph import STEP
from glassnet.nn.losses.several import Several
from glassnet.nn.starts import Start
from glassnet.training.callbacks import Callback
from glassnet.training.keeper import Keeper
from glassnet.training.layout import State
from glassnet.training.recovery import copied


def diagnosed(learning: Learning, initializer: Start, given: Given) -> Diagnosis:
    """The diagnosis of a network on a copy of its state; `initializer` is what its weights were asked to start from."""
    learnt, turns = learning.learnt, learning.turns
    with turns.gate, turns.room, turns.held:
        state = copied(learnt.state)
    check_no_lists(learnt, "diagnose")
    goals = _goals(learnt)
    told = _told(learnt.contract, given)
    return Diagnosis.of(
        Subject(
            programs=learnt.programs,
            run=learning.run(Callback(), Keeper()),
            state=state,
            start=_start(learnt, state, initializer, learning.seed),
            rows=learning.training,
            labels=learnt.contract.labels,
            copies=None if told is None else told[0],
            oddities=None if told is None else told[1],
            planned=learnt.members is not None,
            carried=learnt.streams is not None,
            seed=learning.seed,
            goals=goals,
        ),
        learning.asked.began,
    )


def _goals(learnt: Learnt) -> tuple[Goal, ...]:
    """Several targets that have a loss each; () for others.

    Raises SettingError where they are not measured each by itself.
    """
    learnt_by, measured_by = learnt.programs.model.losses
    if not isinstance(learnt_by, Several):
        return ()
    if not isinstance(measured_by, Several):
        raise SettingError(
            f"diagnose: test_loss={measured_by!r} does not say what each of several targets loses; leave it out, or "
            f"give gn.Several with a loss for each"
        )
    several, count = several_of(learnt.contract), len(learnt_by.parts)
    named: list[tuple[str, tuple[Any, ...] | None]]
    named = [(f"target {place + 1}", None) for place in range(count)]  # of arrays, which have no names
    if several is not None:
        named = [(part.names[0], part.labels or None) for part in several.parts]
    return tuple(
        Goal(name, labels, place, count, Measure.of(learnt_by, place), Measure.of(measured_by, place))
        for place, (name, labels) in enumerate(named)
    )


def _start(learnt: Learnt, state: State, initializer: Start, seed: int) -> State:
    """The state before the first step: as it stands where none was taken, since weights may have been set by hand."""
    if int(state[STEP]) == 0:
        return state
    begun = replace(learnt, state=learnt.programs.layout.initial(seed))
    if initializer is not None:
        begun.initialize(initializer, seed=seed)
    return begun.state


def _told(contract: Contract, given: Given) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Notes on the columns of a table that tell the target, and on what else makes scores too good; None for others."""
    if not isinstance(contract, TableContract) or contract.over_time:
        return None
    table = as_table(given.data)
    columns = coded(table, contract.schema)
    known = aims_coded(contract.target, contract.columns(given.data, given.targets))
    others = (*identifiers(table, contract.schema, columns), *repeats(columns, known))
    return tuple(copies(columns, known)), others
