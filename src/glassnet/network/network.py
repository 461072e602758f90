"""Network: a black box with two methods, learn and predict. It holds no mathematics, only the way between the rooms."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array
from glassnet.data.schema import Schema
from glassnet.data.table import counted
from glassnet.data.table_contract import TableContract
from glassnet.display.html import as_html
from glassnet.display.progress import Progress
from glassnet.errors import SettingError, nearest
from glassnet.files import write
from glassnet.network.answering import Answering
from glassnet.network.checkpoint import Checkpoint, as_checkpoint
from glassnet.network.example import is_example, one_row
from glassnet.network.from_batches import Ways, held, streamed
from glassnet.network.given import Given
from glassnet.network.layers import Layers
from glassnet.network.learning import Learning
from glassnet.network.learnt import Learnt
from glassnet.network.loading import Stored, stored, stored_run
from glassnet.network.long_tables import as_examples
from glassnet.network.making import as_learnt, first
from glassnet.network.online import OnlineStep
from glassnet.network.options import METHODS, NEEDS_TARGETS, arguments_of, check_target, refuse
from glassnet.network.room import Room
from glassnet.network.serial import learnt_to_json
from glassnet.network.shown import labels_of
from glassnet.network.terms import Asked
from glassnet.network.unfinished import Unfinished
from glassnet.network.watching import Passed, Shown
from glassnet.network.weights import Weights
from glassnet.network.wishes import Wishes
from glassnet.nn import Loss
from glassnet.nn.graph import STEP
from glassnet.nn.layer import Layer, Node
from glassnet.nn.starts import AnyStart, as_start
from glassnet.optimizers.optimizer import Optimizer
from glassnet.plan import Choices, Planned
from glassnet.random import as_seed
from glassnet.settings import Configured, as_names
from glassnet.training.callbacks import Callback, Callbacks, as_callbacks
from glassnet.training.report import Report
from glassnet.training.stopping import Moment, Rule
from glassnet.training.turnstile import Turnstile

if TYPE_CHECKING:
    pass

T = TypeVar("T")


class Network(Answering):
    """A neural network that learns from data and predicts.

    Arguments, each planned from the data where it is not given: `layers`, a list of layers or the output node of a
    graph; `loss` and `optimizer`, an object or a name; `test_loss`, the loss that curves, stopping rules and `test` go
    by, where it is not the one that is learnt by; `columns`, what some columns are taken for, as in
    {"zip": "category", "price": "decimal comma", "day": "month first"}; `classes`, those of the target where examples
    come one at a time and may be asked about before any is learnt, or where layers that are laid out meet rows of some
    of them only; `engine`, and `threads`, on how many it computes; `dtype`, "float32" or "float64"; `seed`, a whole
    number that fixes everything random, None for a new one; `reduction`, "mean" or "sum", whether an update divides by
    the rows of a batch; `initializer`, what the weights start from, as in `initialize`.

    Without layers a table is learnt by an ensemble, whose members each leave a part of the rows unseen; what they
    answer for it scores, blends and calibrates them. Explicit layers on numeric arrays get no scaling, and on a table
    numbers that are standardised and categories one-hot.
    """

    def __init__(
        self,
        layers: Sequence[Layer | str] | Node | None = None,
        *,
        loss: Loss | str | None = None,
        test_loss: Loss | str | None = None,
        optimizer: Optimizer | str | None = None,
        columns: Mapping[str, str] | None = None,
        classes: Sequence[Any] | None = None,
        engine: str = "native",
        threads: int | None = None,
        dtype: str = "float32",
        seed: int | None = None,
        reduction: str = "mean",
        initializer: AnyStart = None,
        **others: Any,
    ) -> None:
        refuse("Network", others, arguments_of(Network.__init__))
        self._wishes = Wishes.checked(
            layers=layers,
            loss=loss,
            test_loss=test_loss,
            optimizer=optimizer,
            columns=columns,
            classes=classes,
            engine=engine,
            threads=threads,
            dtype=dtype,
            seed=seed,
            reduction=reduction,
            initializer=initializer,
        )
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Be a network that has learnt nothing."""
        self._learnt: Learnt | None = None
        self._planned: Planned | None = None
        self._unfinished: Unfinished | None = None
        self._turns = Turnstile()
        self._online = OnlineStep(self)

    # -- learning --------------------------------------------------------------------------------------------------
    def learn(
        self,
        data: Any,
        targets: Any = None,
        *,
        target: str | Sequence[str] | None = None,
        mode: str | None = None,
        batch_size: int | None = None,
        epochs: int | None = None,
        time_limit: float | None = None,
        until: Rule | None = None,
        validation: Any = None,
        keep: str | None = None,
        sample_weight: npt.ArrayLike | None = None,
        class_weight: str | Mapping[Any, float] | None = None,
        metric: str | Sequence[str] | None = None,
        truncate: int | None = None,
        sequence: str | None = None,
        time: str | None = None,
        memory_limit: float | None = None,
        callbacks: Sequence[Callable[[Moment], Any] | Callback] = (),
        checkpoint: str | Path | Checkpoint | None = None,
        verbose: int | None = None,
        **others: Any,
    ) -> Report:
        """Learn from examples; again, to go on from where it stands.

        `data` is a table (path, frame, dictionary of columns) with `target` naming its target column or columns, or
        inputs with `targets` beside them, or what gives such tables, or pairs (inputs, targets), or these and weights,
        in batches: an iterator, or a function that gives one, which is called anew for each epoch. Large files and
        batches that do not fit are learnt from within about 500,000,000 bytes, or the `memory_limit` given: an ensemble
        learns rows drawn evenly from all of them, layers laid out by hand every row, shuffled within a buffer.
        `mode` is "online", "mini-batch" (with `batch_size`) or "full-batch". `epochs`, `time_limit` (seconds from this
        call on) and `until` (rules, joined by | and &) end the run, whichever comes first; a network that designs
        itself plans for them.
        `validation` is a share of the rows, or a table with its targets, or (inputs, targets), or these and a weight
        for each row, or a `ByTime` or `ByGroup` of a column; `keep="best"` keeps the weights of its least loss.
        `sample_weight` has a weight for each row, or names the column of a table that has, which is then no input: one
        of weight 2 counts as the row twice, one of weight 0 as left out; in an ensemble weights that are not all whole
        numbers count relative to their mean. `class_weight` is "balanced" or a weight a class. `metric` names
        the scores that the report and `test` give. `truncate` has layers that keep their states (stateful=True)
        learn sequences in pieces of so many steps, no derivative reaching back beyond. `sequence` names the
        column of a table that has a row for each time step: rows of one value in it are one sequence, ordered
        by the column `time`, or as they stand; a share of `validation` and `sample_weight` are those of
        sequences.
        `callbacks` are functions that are called with the moment of the run, or objects of `Callback`. `checkpoint` is
        a file that the run is kept in as it goes on, every 5 seconds or as a `Checkpoint` says, so that
        `Network.resume` can go on with it. `verbose`: 0 silent, 1 progress, 2 a line an epoch. A row with a single
        target, and nothing else, is one example and one step, that of `online`.

        A target whose values are lists of labels, such as tags, has an output for each label; [] is a row without any.

        Several targets may be of different kinds: a row that lacks some of them learns the others. `class_weight` is
        then "balanced" in each that has classes, or what it would be for one alone by the name of the target.

        Returns the report; of a network from `resume`, that of the whole run. Raises DataError, TargetError, ShapeError
        or SettingError for what cannot be learnt from, and ModelFileError where no checkpoint can be written; the
        network is then as it was. BusyError where it is learning already. An error on the way, such as that of a
        callback, leaves the network as after the last whole step.
        """
        alone = (
            target is None and mode is None and batch_size is None and epochs is None and time_limit is None
            and until is None and validation is None and keep is None and sample_weight is None
            and class_weight is None and metric is None and truncate is None and checkpoint is None
            and sequence is None and time is None and memory_limit is None and self._unfinished is None
            and not (callbacks or verbose or others)
        )  # fmt: skip
        self._check_no_stream("learn")
        if alone and is_example(data, targets):
            return self._online.report(data, targets)
        refuse("learn", others, arguments_of(Network.learn))
        check_target(target, targets, None if self._learnt is None else self._learnt.contract.names)
        asked = Asked(mode, batch_size, epochs, time_limit, until, validation, keep, metric, truncate)
        several, kept = as_callbacks(callbacks), None if checkpoint is None else as_checkpoint(checkpoint)
        given = Given.checked(data, targets, target, sample_weight, class_weight)
        with Progress(verbose=verbose) as progress:
            given, asked = self._held(given, asked, Room.of(memory_limit), Passed(progress))
        if asked.stream is not None:
            asked = streamed(
                asked, given.weights, sampled=self._samples, checkpoint=kept is not None, sequence=sequence
            )
        given = as_examples(given, sequence, time, None if self._learnt is None else self._learnt.contract)
        if is_example(given.data, given.targets):
            given = replace(given, data=one_row(given.data), targets=np.reshape(given.targets, (1,)))
            once = epochs is None and until is None and time_limit is None and self._unfinished is None
            asked = replace(asked, epochs=1) if once else asked
        with self._turns.alone("learn"):
            return self._learn(given.counting(), asked, several, kept, verbose)

    @property
    def _samples(self) -> bool:
        """Whether an ensemble learns, which goes through so many rows that a sample of a longer table has them all."""
        if self._learnt is not None:
            return self._learnt.members is not None
        return self._wishes.layers is None and self._wishes.classes is None

    def _held(self, given: Given, asked: Asked, room: Room, passed: Callable[[int], None]) -> tuple[Given, Asked]:
        """What lies in memory, and the terms with the stream that it is a part of, if any."""
        if self._learnt is None:
            tables = given.target is not None or isinstance(given.data, str | os.PathLike)
            names = () if given.target is None else as_names("target", given.target)
            if tables and not given.told:
                raise SettingError(NEEDS_TARGETS)
        else:
            contract = self._learnt.contract
            tables, names = isinstance(contract, TableContract) and not contract.beside, contract.names
        ways = Ways(tables, self._samples, self._wishes.seed, room, names, passed)
        found = held(given, ways)
        return found.given, replace(asked, stream=found.stream)

    def _learn(
        self,
        given: Given,
        asked: Asked,
        callbacks: list[Callback],
        checkpoint: Checkpoint | None,
        verbose: int | None,
    ) -> Report:
        """One run, begun or gone on with; a network that fails before its first step is as it was."""
        before = self._learnt, self._planned, self._unfinished
        unfinished = self._unfinished
        learning, planned = self._prepared(given, asked, unfinished)
        learnt, metrics = learning.learnt, learning.learnt.metrics
        if unfinished is not None and checkpoint is None:
            checkpoint = unfinished.checkpoint
        with Progress(verbose=verbose) as progress:
            self._learnt, self._planned, self._unfinished = learnt, planned, None
            learnt.metrics = learning.terms.metrics
            try:
                report = learning.go(Callbacks([Shown(progress, learning.terms.until), *callbacks]), checkpoint)
            except BaseException:
                if not learning.begun:
                    self._learnt, self._planned, self._unfinished = before
                    learnt.metrics = metrics
                raise
            progress.finish(str(report).split("\n")[0])
        return report

    def _prepared(
        self, given: Given, asked: Asked, resumed: Unfinished | None = None
    ) -> tuple[Learning, Planned | None]:
        """The run that is asked for, and the plan behind it: of this network, or of one made for these data."""
        learnt, planned = self._learnt, self._planned
        given = as_learnt(self._wishes, given)
        if learnt is None:
            learnt, planned = first(self._wishes, given, asked)
        return Learning.of(learnt, planned, resumed, self._wishes, self._turns, asked, given), planned

    def online(self) -> OnlineStep:
        """The step on one example, bound once, for streams: `step(x, y)` learns and gives the loss before the step.

        It goes on from where the network stands, and the network from where it leaves off. A network that has learnt
        nothing is made from the first example: from a dictionary {column: value} with nothing said beforehand, from
        numbers alone with its layers, or its classes, given. Steps are counted, epochs are not.

        >>> step = Network(seed=0).online()
        >>> losses = [step({"a": i % 3, "kind": "xy"[i % 2]}, "odd" if i % 2 else "even") for i in range(100)]
        >>> step.predict_one({"kind": "y", "a": 1})
        'odd'

        >>> from glassnet.nn import Dense
        >>> from glassnet.optimizers import Adam
        >>> step = Network([Dense(1)], loss="squared", optimizer=Adam(0.01), seed=0).online()
        >>> losses = [step([i % 3, 1.0], i % 3) for i in range(3000)]
        >>> losses[-1] < 0.01
        True
        """
        return OnlineStep(self)

    # -- the network itself ----------------------------------------------------------------------------------------
    @property
    def plan(self) -> Choices:
        """What the network chose, each choice with its reason; prints a line a choice."""
        return self._ready("plan").choices

    @property
    def schema(self) -> Schema | None:
        """What each column of the table is taken for, decided at the first `learn`; None for arrays, taken as they are.

        Prints a line a column.
        """
        contract = self._ready("schema").contract
        return contract.schema if isinstance(contract, TableContract) else None

    @property
    def layers(self) -> Layers:
        """The layers by name, such as "dense_1", each after those that feed it; prints their shapes and counts."""
        return Layers(self._ready("layers").programs)

    @property
    def report(self) -> Report | None:
        """The report of the last `learn`, or None."""
        return None if self._learnt is None else self._learnt.report

    @property
    def labels(self) -> Sequence[Any] | Mapping[str, Sequence[Any]] | None:
        """The classes in the order of the columns of probabilities, or None for numbers.

        Of lists of labels they are the labels that occur. Of several targets, each of its own kind, they are those of
        each that has classes, by name.
        """
        if self._learnt is None and self._wishes.classes is not None:
            return self._wishes.classes
        return labels_of(self._ready("labels").contract)

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets."""
        return self._ready("targets").contract.names

    @property
    def weights(self) -> MutableMapping[str, Array]:
        """The parameters by name, such as "dense_1.weights" (inputs, outputs): to look at, and to set."""
        learnt = self._ready("weights")
        return Weights(learnt.programs.layout.weights(learnt.state))

    def initialize(self, initializer: AnyStart = None, *, seed: int | None = None) -> None:
        """Let parameters start anew, in a network that has learnt or has been made by `learn(..., epochs=0)`.

        `initializer` is a name such as "orthogonal" or an initializer for every parameter of two or more axes, the
        others starting by their layer's rule; or {name: initializer} for single layers, such as "dense_1", in the same
        way, and for single parameters, such as "dense_1.bias", whatever their axes, the rest staying as it is. Without
        it all start as they did at first. `seed` is the network's own unless given.

        The optimizer's memory, running statistics and the count of steps stay; `reset` forgets everything. Raises
        NotLearntError before the first `learn`, SettingError for a name that the network does not have, ShapeError for
        values that do not fit; nothing is changed then.
        """
        learnt = self._ready("initialize")
        starts = (None, self._wishes.initializer) if initializer is None else (as_start(initializer),)
        with self._turns.gate, self._turns.room, self._turns.held:
            learnt.initialize(*starts, seed=self._wishes.seed if seed is None else as_seed(seed))

    def reset_state(self) -> None:
        """Let the states that recurrent layers keep (stateful=True) be 0, so that the next call begins new sequences.

        Raises SettingError where no layer keeps any, NotLearntError before the first `learn`.
        """
        learnt = self._ready("reset_state")
        if learnt.streams is None:
            raise SettingError("reset_state: no layer keeps its state; give a recurrent one stateful=True")
        with self._turns.gate, self._turns.room, self._turns.held:
            learnt.reset_state()

    def reset(self) -> None:
        """Forget what was learnt, schema and encoders included; the next `learn` starts afresh."""
        with self._turns.alone("reset"):
            self._begin_anew()

    def clone(self) -> Network:
        """An untrained network with the same settings."""
        return self._of(self._wishes)

    @classmethod
    def _of(cls, wishes: Wishes) -> Network:
        """A network of wishes that have been checked."""
        network = cls.__new__(cls)
        network._wishes = wishes
        network._begin_anew()
        return network

    def save(self, path: str | Path) -> Path:
        """Write the network to one file, without training rows or code; returns its path.

        Raises ModelFileError where it cannot be written; a file that was there stays as it was.
        """
        learnt = self._ready("save")
        with self._turns.gate, self._turns.room, self._turns.held:
            arrays, document = learnt.arrays(), learnt_to_json(learnt, self._wishes.to_json(self._planned))
        return write(path, arrays, document)

    @classmethod
    def resume(
        cls,
        path: str | Path,
        *,
        engine: str = "native",
        threads: int | None = None,
        classes: Sequence[type[Configured]] = (),
    ) -> Network:
        """The network of a run that did not end, from its checkpoint; `learn` with the same data goes on to the end.

        What `learn(data, targets, checkpoint=path)` was asked for is kept: only the data, the targets, the weights and
        validation rows that were given are to be given again, and the callbacks. Weights, slots, statistics, orders,
        schedules, rules and curves are, bit for bit, those of a run that was never interrupted; other data or other
        settings are refused with DataError or SettingError.

        `classes` gives own layers, losses, optimizers or rules that it names. Where the newest checkpoint is damaged,
        the one before it is taken, with a CheckpointWarning. Raises ModelFileError for a file without an unfinished
        run.
        """
        return cls._from(stored_run(path, engine, threads, classes))

    @classmethod
    def _from(cls, stored: Stored) -> Network:
        """The network that a file holds."""
        network = cls._of(stored.wishes)
        network._learnt, network._planned, network._unfinished = stored.learnt, stored.planned, stored.unfinished
        return network

    def __getattr__(self, name: str) -> Any:
        """Name what other libraries call a method; nothing of that name is here."""
        ours = METHODS.get(name)
        hint = f"; here it is {ours}" if ours else "" if name.startswith("_") else nearest(name, dir(Network))
        raise AttributeError(f"a Network has no {name!r}{hint}")

    def __repr__(self) -> str:
        layers = "" if self._wishes.layers is None else "layers, "
        state = "learnt nothing yet" if self._learnt is None else _state(self._learnt)
        return f"Network({layers}seed={self._wishes.seed})\n{state}"

    def _repr_html_(self) -> str:
        """The network as a notebook shows it: its state, its layers and their shapes, how it learnt."""
        return as_html([repr(self), *([] if self._learnt is None else self.layers.parts())])


def load(
    path: str | Path,
    *,
    engine: str = "native",
    threads: int | None = None,
    classes: Sequence[type[Configured]] = (),
) -> Network:
    """The network that `save` wrote; no code of the file is run, since it holds none.

    `classes` gives own layers, losses or optimizers that it names. Of a checkpoint it is the network as after its last
    whole step; `Network.resume` goes on with its run. Raises ModelFileError for a file that is damaged, foreign or from
    a later release.
    """
    return Network._from(stored(path, engine, threads, classes))


def _state(learnt: Learnt) -> str:
    """How far a network has come, with its loss on rows held out unless it has gone on in a stream since."""
    report, steps = learnt.report, int(learnt.state[STEP])
    words = f"learnt {counted(steps, 'step')}"
    if report is None or not report.validation_losses or "loss" not in report.score:
        return words
    measured = steps <= report.continued_from + report.steps
    return f"{words}, validation {report.score['loss']:.4g}" if measured else words
