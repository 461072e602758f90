"""All that a network is once it has data: its contract, its programs on an engine, its state and its counters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NoReturn

import numpy as np

from glassnet.core.program import Program
from glassnet.data.contract import Array, ArrayContract, Contract
from glassnet.data.encode import MemberEncoding
from glassnet.data.encode.encoding import NUMBERS
from glassnet.data.frames import as_table
from glassnet.data.sequences import there
from glassnet.data.steps import of_all
from glassnet.data.table_contract import TableContract
from glassnet.engines.engine import Engine, Executable
from glassnet.errors import DataError, DivergenceError, SettingError, UnsupportedError
from glassnet.network.asking import RowAnswers
from glassnet.network.judged import Judged
from glassnet.network.pieces import begun
from glassnet.network.scoring import Kind, as_metrics, kind_of
from glassnet.network.shown import Shown, classes_of, several_of, shown_of
from glassnet.nn.graph import FRESH, LENGTHS
from glassnet.nn.initializers import Initializer
from glassnet.nn.starts import Start, rules
from glassnet.plan import Choices
from glassnet.stream import Kept
from glassnet.training.layout import State
from glassnet.training.loop import mean_loss
from glassnet.training.members import NO_FOLD, Members
from glassnet.training.programs import ANSWER, CORNERS, OUTPUT, PLACES, SHARES, TARGET, MixedInput, Model, Programs
from glassnet.training.recovery import copied
from glassnet.training.report import Report
from glassnet.training.rows import MAP_ROWS, MIXED_ROWS, Rows
from glassnet.training.turnstile import Turnstile


@dataclass(eq=False)
class Learnt:
    """A network with its data's contract; `epochs` counts those learnt over all calls, `metrics` are its scores.

    `seen` is a checksum of the rows that the members of an ensemble learnt from, divided into folds; `kept` is what
    the network of a stream has beside it, and `bound` its steps.
    """

    contract: Contract
    choices: Choices
    programs: Programs
    state: State
    train: Executable
    evaluate: Executable
    engine: Engine
    seed: int
    metrics: tuple[str, ...]
    epochs: int = 0
    report: Report | None = None
    judged: Judged | None = None
    seen: str | None = None
    kept: Kept | None = None
    bound: object = None
    _of_row: RowAnswers | None = None

    def __reduce__(self) -> NoReturn:
        raise UnsupportedError(
            "a network that has learnt holds machine code, and is neither pickled nor copied: network.save(path) and "
            "gn.load(path) give the same network again; an estimator, such as gn.NetworkClassifier, is pickled"
        )

    @classmethod
    def of(cls, contract: Contract, choices: Choices, model: Model, engine: Engine, seed: int) -> Learnt:
        """Record the programs, compile them, and draw the first weights."""
        programs = Programs.of(model)
        train, evaluate = map(engine.compile, (programs.train, programs.evaluate))
        state, metrics = programs.layout.initial(seed), as_metrics(None, kind_of(contract, model.loss))
        return cls(contract, choices, programs, state, train, evaluate, engine, seed, metrics)

    @cached_property
    def streams(self) -> int | None:
        """Of how many sequences the layers keep states, None where none does.

        Raises SettingError where layers keep those of different numbers.
        """
        statistics = self.programs.layout.statistics
        streams = {name: statistics[name].shape[0] for name in self.programs.model.graph.carried}
        if len(set(streams.values())) > 1:
            raise SettingError(
                f"layers keep the states of different numbers of sequences: "
                f"{', '.join(f'{name} of {each}' for name, each in streams.items())}; give all the same streams="
            )
        return next(iter(streams.values()), None)

    def reset_state(self) -> None:
        """Let the states that layers keep be 0."""
        for array in self._states().values():
            array[...] = 0

    def begun(self, rows: Rows) -> Rows:
        """Rows of which each begins with states of 0, where layers keep any, and is seen by all members, if any."""
        if self.members is not None and rows.folds is None:
            return replace(rows, folds=np.full((len(rows), self.members.groups), NO_FOLD))
        return rows if self.streams is None else begun(rows)

    @property
    def members(self) -> Members | None:
        """The members of an ensemble, None of a single network."""
        return self.programs.model.members

    def _states(self) -> dict[str, Array]:
        """The arrays of the states that layers keep, by name."""
        names = [f"running/{name}" for name in self.programs.model.graph.carried]
        return {name: self.state[name] for name in names}

    @cached_property
    def unseen(self) -> Executable | None:
        """The program by which the members of an ensemble answer rows that they did not see."""
        program = self.programs.held_out
        return None if program is None else self.engine.compile(program)

    @cached_property
    def apart(self) -> Executable | None:
        """The program that gives the raw output of each member of an ensemble, compiled when it is asked for."""
        program = self.programs.apart
        return None if program is None else self.engine.compile(program)

    @cached_property
    def predictor(self) -> Executable:
        """The program that answers, compiled when it is asked for: the first step does not wait for it."""
        return self.engine.compile(self.programs.predict)

    @cached_property
    def mixing(self) -> Executable | None:
        """The program that answers for rows of a table that come as sums of corners; None where they never do."""
        return None if self._mixed is None else self.engine.compile(self._mixed[0])

    @cached_property
    def mixing_apart(self) -> Executable | None:
        """The same of the program that gives the raw output of each member, compiled when it is asked for."""
        return None if self._mixed is None else self.engine.compile(self._mixed[1])

    @cached_property
    def _mixed(self) -> tuple[Program, Program] | None:
        encoding = self.contract.encoding if isinstance(self.contract, TableContract) else None
        if not isinstance(encoding, MemberEncoding) or encoding.corners is None:
            return None
        return self.programs.mixing(MixedInput(NUMBERS, len(encoding.corners), encoding.terms))

    def initialize(self, *starts: Start, seed: int) -> None:
        """Let parameters start anew, by each of the starts in turn; see `rules`. All or none are changed.

        Raises SettingError for a name that the network does not have, ShapeError for values that do not fit.
        """
        layout = self.programs.layout
        arrays, chosen = layout.weights(self.state), dict[str, Initializer]()
        for start in starts:
            chosen.update(rules(start, layout.parameters))
        values = {name: rule.values(arrays[name].shape, seed, name) for name, rule in chosen.items()}
        for name, array in values.items():
            arrays[name][...] = array

    @property
    def kind(self) -> Kind:
        """What the target of a row is."""
        return kind_of(self.contract, self.programs.model.loss)

    @property
    def outputs(self) -> int:
        """How many numbers the last layer gives for a row, or for each step of it."""
        width = self.programs.train.outputs[OUTPUT].shape[-1]
        return width if isinstance(width, int) else 1

    @property
    def answered(self) -> int:
        """How many numbers answer a row, or each step of it."""
        width = self.programs.evaluate.outputs[ANSWER].shape[-1]
        return width if isinstance(width, int) else 1

    def check(self, targets: Array) -> None:
        """Raise TargetError where encoded targets do not fit the losses and the outputs of the network."""
        for loss in dict.fromkeys(self.programs.model.losses):
            if self.programs.model.answers_steps:
                of_all(list(targets), partial(loss.check, outputs=self.outputs))
            else:
                loss.check(targets, self.outputs)

    def asked(self, data: Any, turns: Turnstile) -> tuple[Array, tuple[str, ...]]:
        """The answers for rows of data as they were given, and notes on what was met; others may learn meanwhile.

        Raises SchemaError or DataError for rows that do not fit, DivergenceError rather than answer NaN or infinity.
        """
        if type(data) is np.ndarray and isinstance(self.contract, ArrayContract) and self.contract.one_shape:
            if self._of_row is None:
                self._of_row = RowAnswers(self.contract, self.predictor, self.state)
            if not (turns.quick or turns.held.now):
                turns.quick = True
                try:
                    answer = self._of_row(data)
                finally:
                    turns.quick = False
                if answer is not None:
                    return answer, ()
        inputs, notes = self.taken(data)
        with turns.gate, turns.room, turns.held:
            return self._asked(inputs), notes

    def taken(self, data: Any) -> tuple[dict[str, Array], tuple[str, ...]]:
        """The rows of data as the program takes them that answers so many the quickest, and notes."""
        if not (isinstance(self.contract, TableContract) and self.contract.folded):
            return self.contract.inputs(data)
        table = as_table(data)
        found = self.contract.mixed(table)
        if found is None:
            return self.contract.inputs(table)
        mixed, encoded = found
        parts = {CORNERS: mixed.corners, PLACES: mixed.places, SHARES: mixed.shares}
        return {**encoded.inputs, **parts}, encoded.notes

    def _asked(self, inputs: Mapping[str, Array]) -> Array:
        """The answers for encoded rows as the user asks for them: layers that keep states go on with them."""
        if self.streams is None:
            return self.answers(inputs)
        count = len(inputs[LENGTHS])
        if count > self.streams:
            raise DataError(
                f"{count:,} sequences were given, and the layers keep the states of {self.streams:,}; expected at most "
                f"so many, or layers with streams={count}"
            )
        before = {name: array.copy() for name, array in self._states().items()}
        try:
            return self.answers({**inputs, FRESH: np.zeros(count, np.int64)})
        except BaseException:
            for name, array in before.items():
                self.state[name][...] = array
            raise

    def get_ready(self) -> None:
        """Compile what answers now, rather than when it is first asked: a table has taken longer by far."""
        _ = self.predictor, self.mixing

    def answers(self, inputs: Mapping[str, Array]) -> Array:
        """The answers of the network for encoded rows.

        Raises DivergenceError rather than answer NaN or infinity.
        """
        if CORNERS not in inputs:
            return _finite(self.predictor.map(self.state, inputs, MAP_ROWS)[ANSWER])
        assert self.mixing is not None  # no other rows come as sums of corners
        return _finite(self.mixing.map(self.state, inputs, MIXED_ROWS)[ANSWER])

    def scores(self, rows: Rows) -> dict[str, float]:
        """The loss and the scores on rows whose targets are known."""
        return self.scored(rows, self._from_the_start(rows), mean_loss(self.evaluate, self.state, rows))

    def scored(self, rows: Rows, answers: Array, loss: float) -> dict[str, float]:
        """The loss and the scores of answers for rows whose targets are known."""
        found = {"loss": loss}
        for each in self.shown(rows, answers):
            found.update(each.scores())
        return found

    def beside(self, rows: Rows) -> tuple[Array, Array]:
        """The targets of rows, and the answers of the network for them, as scores take them; of one target."""
        (shown,) = self.shown(rows, self._from_the_start(rows))
        return shown.known, shown.answers

    def shown(self, rows: Rows, answers: Array) -> list[Shown]:
        """The targets of rows and the answers for them as scores take them; of several targets, those in some row."""
        if self.kind == "several":
            several = several_of(self.contract)  # of arrays nothing but the loss is known
            apart = [] if several is None else several.apart(rows.targets, answers)
            return [shown_of(one, self.metrics, rows.weights) for one in apart if one.counts.any()]
        answers = self.contract.numbers(answers) if self.contract.labels is None else answers
        known, answers, weights = (self._each(rows, each) for each in (self._known(rows), answers, rows.weights))
        paired = self.kind == "list of labels"
        return [Shown("", self.metrics, known, answers, weights, classes_of(self.contract.labels), paired)]

    def numbers(self, answers: Array) -> Array:
        """The answers that are numbers, (rows, such targets), on the user's own scale."""
        several = several_of(self.contract)
        return self.contract.numbers(answers) if several is None else several.numbers(answers)

    def known_numbers(self, targets: Array) -> tuple[Array, Array]:
        """Targets as `numbers` gives answers, and what each counts."""
        several = several_of(self.contract)
        if several is not None:
            return several.known_numbers(targets)
        known = self.contract.numbers(targets)
        return known, np.ones(known.shape)

    def _from_the_start(self, rows: Rows) -> Array:
        """The answers for rows with targets; states that layers keep are neither looked at nor changed."""
        if self.streams is None:
            return self.answers(rows.inputs)
        return _finite(self.evaluate.map(self.state, {**rows.inputs, TARGET: rows.targets}, MAP_ROWS)[ANSWER])

    def baseline(self, training: Rows, rows: Rows) -> dict[str, float]:
        """The scores of the plain average of the training targets, or of their majority and shares of the classes."""
        learnt, judged = ({each.of: each for each in self.shown(some, self._none(some))} for some in (training, rows))
        found: dict[str, float] = {}
        for of, each in judged.items():
            if of in learnt:  # by whatever rows have the target
                found.update(each.beside(learnt[of]).scores())
        return found

    def _none(self, rows: Rows) -> Array:
        """Answers for rows that nobody looks at."""
        shape = self.programs.evaluate.outputs[ANSWER].shape
        return np.zeros((*rows.targets.shape[: len(shape) - 1], *(e for e in shape[-1:] if isinstance(e, int))))

    def _each(self, rows: Rows, values: Array) -> Array:
        """Values of rows as scores take them: where the network answers after each step, those of every true step."""
        if not self.programs.model.answers_steps:
            return values
        counted = there(rows.inputs[LENGTHS], rows.targets.shape[1])
        if values.ndim == 1:
            values = np.broadcast_to(values[:, None], counted.shape)
        return values[counted]

    def _known(self, rows: Rows) -> Array:
        """The targets of rows as scores take them: numbers on the user's own scale, or class numbers."""
        return self.contract.numbers(rows.targets) if self.contract.labels is None else rows.targets

    def arrays(self) -> dict[str, Array]:
        """A copy of the state a parameter at a time, as a file holds it."""
        return self.programs.layout.arrays(copied(self.state))


def _finite(answers: Array) -> Array:
    """Answers as they are; raises DivergenceError where one is not finite, naming the row."""
    if not np.isfinite(answers).all():
        row = int(np.argwhere(~np.isfinite(answers))[0][0]) + 1
        raise DivergenceError(
            f"the answer for row {row:,} is not finite; the row lies far outside what was learnt, or the weights "
            f"were set to extreme values; look at the row, or learn again after reset()"
        )
    return answers
