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
from glassnet.diagnosis.subject import Subject
from glassnet.errors import SettingError
from glassnet.network.learning import Learning
from glassnet.network.learnt import Learnt
from glassnet.network.scoring import TOGETHER
from glassnet.network.shown import aims_of
from glassnet.nn.graph import STEP
from glassnet.nn.starts import Start
from glassnet.training.callbacks import Callback
from glassnet.training.keeper import Keeper
from glassnet.training.layout import State
from glassnet.training.recovery import copied


def diagnosed(learning: Learning, initializer: Start, data: Any, targets: Any) -> Diagnosis:
    """The diagnosis of a network on a copy of its state; `initializer` is what its weights were asked to start from."""
    learnt, turns = learning.learnt, learning.turns
    with turns.gate, turns.room, turns.held:
        state = copied(learnt.state)
    if learnt.kind in TOGETHER:
        raise SettingError(
            f"diagnose: {aims_of(learnt.contract)} are learnt together, which is not diagnosed "
            f"yet; diagnose a network of one of them"
        )
    told = _told(learnt.contract, data, targets)
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
        ),
        learning.asked.began,
    )


def _start(learnt: Learnt, state: State, initializer: Start, seed: int) -> State:
    """The state before the first step: as it stands where none was taken, since weights may have been set by hand."""
    if int(state[STEP]) == 0:
        return state
    begun = replace(learnt, state=learnt.programs.layout.initial(seed))
    if initializer is not None:
        begun.initialize(initializer, seed=seed)
    return begun.state


def _told(contract: Contract, data: Any, targets: Any) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Notes on the columns of a table that tell the target, and on what else makes scores too good; None for others."""
    if not isinstance(contract, TableContract) or contract.over_time:
        return None
    table = as_table(data)
    columns = coded(table, contract.schema)
    known = aims_coded(contract.target, contract.columns(data, targets))
    others = (*identifiers(table, contract.schema, columns), *repeats(columns, known))
    return tuple(copies(columns, known)), others
