"""Network: a black box with two methods, learn and predict. It holds no mathematics, only the way between the rooms."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array, ArrayContract, TableContract
from glassnet.display.progress import Progress
from glassnet.errors import DataWarning, NotLearntError, SettingError
from glassnet.network.learnt import Learnt, as_engine
from glassnet.network.opened import Opened
from glassnet.network.options import batch_of, refuse, rule_of
from glassnet.network.preparation import (
    array_contract,
    given_rows,
    is_numeric,
    rows_of,
    sample_of,
    share_of,
    table_contract,
)
from glassnet.network.weights import Weights
from glassnet.nn import BinaryLogLoss, Loss, SoftmaxLogLoss, as_layer, as_loss
from glassnet.nn.graph import STEP, Graph, chain
from glassnet.nn.last import raw_output
from glassnet.nn.layer import Input, Layer, Node
from glassnet.optimizers.adam import Adam
from glassnet.optimizers.lookup import as_optimizer
from glassnet.optimizers.optimizer import Optimizer
from glassnet.plan import Choice, as_planned, column_choices, written
from glassnet.random import as_seed
from glassnet.settings import Configured
from glassnet.training.glass import open_step, step_settings
from glassnet.training.loop import Course, Rows, Run, learn
from glassnet.training.programs import Model
from glassnet.training.report import Report, advise
from glassnet.training.stopping import Moment, Rule

KEEP = ("best", "last")

T = TypeVar("T")


class Network:
    """A neural network that learns from data and predicts.

    Arguments, each planned from the data where it is not given: `layers`, a list of layers or the output node of a
    graph; `loss` and `optimizer`, an object or a name; `columns`, what some columns are taken for, as in
    {"zip": "category"}; `engine`; `dtype`, "float32" or "float64"; `seed`, a whole number that fixes everything random,
    None for a new one; `reduction`, "mean" or "sum", whether an update divides by the rows of a batch.

    Explicit layers on numeric arrays get no scaling; tables are encoded, categories one-hot.
    """

    def __init__(
        self,
        layers: Sequence[Layer | str] | Node | None = None,
        *,
        loss: Loss | str | None = None,
        optimizer: Optimizer | str | None = None,
        columns: Mapping[str, str] | None = None,
        engine: str = "reference",
        dtype: str = "float32",
        seed: int | None = None,
        reduction: str = "mean",
        **others: Any,
    ) -> None:
        refuse("Network", others, ("layers", "loss", "optimizer", "columns", "engine", "dtype", "seed", "reduction"))
        as_engine(engine)
        if dtype not in ("float32", "float64"):
            raise SettingError(f"dtype={dtype!r}: expected 'float32' or 'float64'")
        if reduction not in ("mean", "sum"):
            raise SettingError(f"reduction={reduction!r}: expected 'mean' or 'sum'")
        self._layers = layers if layers is None or isinstance(layers, Node) else [as_layer(each) for each in layers]
        self._loss = None if loss is None else as_loss(loss)
        self._optimizer = None if optimizer is None else as_optimizer(optimizer)
        if layers is not None and self._loss is None:
            raise SettingError("Network(layers) needs a loss, such as loss='squared' or loss='softmax log loss'")
        self._columns = dict(columns or {})
        self._engine, self._dtype, self._seed, self._reduction = engine, dtype, as_seed(seed), reduction
        self._learnt: Learnt | None = None
        self._planned: tuple[int, int] | None = None  # the batch size and the epochs of the plan

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
        callbacks: Sequence[Callable[[Moment], None]] = (),
        verbose: int | None = None,
        **others: Any,
    ) -> Report:
        """Learn from examples; again, to go on from where it stands.

        `data` is a table (path, frame, dictionary of columns) with `target` naming its target column or columns, or
        inputs with `targets` beside them. `mode` is "online", "mini-batch" (with `batch_size`) or "full-batch".
        `epochs`, `time_limit` (seconds) and `until` (rules, joined by | and &) end the run, whichever comes first.
        `validation` is a share of the rows or a pair (inputs, targets); with `keep="best"` the weights of the least
        validation loss are kept. `sample_weight` has a weight for each row; `class_weight` is "balanced" or a weight a
        class. `callbacks` are called with the moment of the run. `verbose`: 0 silent, 1 progress, 2 a line an epoch.

        Returns the report. Raises DataError, TargetError, ShapeError or SettingError for what cannot be learnt from;
        the network is then as it was.
        """
        refuse("learn", others, _arguments(Network.learn))
        if keep is not None and keep not in KEEP:
            raise SettingError(f"keep={keep!r}: expected 'best' or 'last'")
        if targets is not None and np.ndim(targets) == 0 and is_numeric(data):
            data, targets = np.reshape(data, (1, -1)), np.reshape(targets, (1,))
            epochs = 1 if epochs is None and until is None and time_limit is None else epochs
        if self._learnt is None:
            learnt, planned = self._first(data, targets, target, validation)
        else:
            learnt, planned = self._learnt, self._planned
        training, held, notes = rows_of(
            learnt.contract,
            data,
            targets,
            validation=validation,
            share=share_of(validation, explicit=self._layers is not None),
            sample_weight=sample_weight,
            class_weight=class_weight,
            seed=self._seed,
        )
        for rows in (training, held):
            if rows is not None:
                learnt.check(rows.targets)
        size, shuffle = batch_of(mode, batch_size, len(training), planned[0] if planned else None)
        until_rule = rule_of(epochs, time_limit, until, planned[1] if planned else None)
        before = int(learnt.state[STEP])
        with Progress(verbose=verbose) as progress:
            run = Run(
                learnt.train,
                learnt.evaluate,
                training,
                sample_of(training, self._seed),
                held,
                size,
                shuffle,
                until_rule,
                self._seed,
                keep != "last",
                float(training.weights.mean()),
                _watcher(progress, until_rule, size, callbacks),
            )
            self._learnt, self._planned = learnt, planned
            course = learn(run, learnt.state, learnt.epochs)
            learnt.epochs += course.epochs
            learnt.report = self._report(learnt, course, training, held, before, notes)
            progress.finish(str(learnt.report).split("\n")[0])
        return learnt.report

    def _first(
        self, data: Any, targets: Any, target: str | Sequence[str] | None, validation: Any
    ) -> tuple[Learnt, tuple[int, int] | None]:
        """The network for data seen for the first time, with what the plan says of batches and epochs."""
        if targets is None and target is None:
            raise SettingError(
                "learn needs targets: learn(inputs, targets), or learn(table, target='name of a column')"
            )
        if self._layers is not None and targets is not None and is_numeric(data):
            classes = isinstance(self._loss, SoftmaxLogLoss | BinaryLogLoss)
            name = Graph.of(self._layers).inputs[0].name if isinstance(self._layers, Node) else "inputs"
            arrays = array_contract(data, targets, classes=classes, dtype=self._dtype, name=name)
            return self._explicit(arrays, arrays.targets(data, targets)[0]), None
        contract, rows = table_contract(
            data,
            targets,
            target,
            columns=self._columns,
            dtype=self._dtype,
            one_hot=self._layers is not None,
            share=share_of(validation, explicit=self._layers is not None),
            seed=self._seed,
        )
        if self._layers is not None:
            ids = np.zeros((1,), np.int64) if contract.labels is not None else np.zeros((1, len(contract.target.names)))
            return self._explicit(contract, ids), None
        plan = as_planned(contract, rows, self._loss, self._optimizer)
        shape, dtype = ((), "int64") if contract.labels is not None else ((len(contract.target.names),), self._dtype)
        model = Model(Graph.of(plan.output), plan.loss, plan.optimizer, shape, dtype, self._dtype, self._reduction)
        learnt = Learnt.of(contract, plan.choices, model, self._engine, self._seed)
        return learnt, (plan.batch_size, plan.epochs)

    def _explicit(self, contract: ArrayContract | TableContract, targets: Array) -> Learnt:
        """The network of layers that the caller laid out."""
        if isinstance(self._layers, Node):
            output = self._layers
        else:
            row = contract.row if isinstance(contract, ArrayContract) else contract.encoding.inputs[0].shape
            output = chain(self._layers or [], Input(row, name=_input_name(contract)))
        assert self._loss is not None  # checked when the network was made
        raw = raw_output(output, self._loss)
        dtype = "int64" if targets.dtype.kind in "iu" else self._dtype
        model = Model(
            Graph.of(raw),
            self._loss,
            self._optimizer or Adam(),
            targets.shape[1:],
            dtype,
            self._dtype,
            self._reduction,
        )
        graph = model.graph
        choices = [
            *column_choices(contract),
            *[Choice(graph.names[node.layer], repr(node.layer), "") for node in graph.nodes if node.layer is not None],
            Choice(
                "loss", repr(model.loss), "given" if raw is output else f"it brings the final {model.loss.final} itself"
            ),
            Choice("optimizer", repr(model.optimizer), "given" if self._optimizer else "the default"),
        ]
        return Learnt.of(contract, choices, model, self._engine, self._seed)

    def _report(
        self, learnt: Learnt, course: Course, training: Rows, held: Rows | None, before: int, notes: tuple[str, ...]
    ) -> Report:
        assert course.stop is not None  # the loop ends only with a reason
        judged = training if held is None else held
        scale = learnt.contract.labels is None
        known, average = (
            (learnt.contract.numbers(judged.targets), learnt.contract.numbers(training.targets))
            if scale
            else (judged.targets, training.targets)
        )
        simple = known.ndim == 1 or scale
        score = learnt.scores(judged, known) if simple else {}
        baseline = learnt.baseline(average, known, judged.weights) if simple else {}
        where = "the training rows" if held is None else f"{len(held):,} rows held out"
        losses = course.validation_losses or course.training_losses
        if course.retries:
            notes = (*notes, f"diverged {course.retries} times; the learning rate was scaled by {course.rate_scale:g}")
        return Report(
            converged=course.stop.converged,
            reason=course.stop.reason,
            advice=advise(converged=course.stop.converged, diverged=course.diverged, losses=tuple(losses)),
            steps=course.steps,
            epochs=course.epochs,
            seconds=course.seconds,
            training_losses=tuple(course.training_losses),
            validation_losses=tuple(course.validation_losses),
            best_epoch=course.best_epoch if held is not None else None,
            score=score,
            baseline=baseline,
            continued_from=before,
            notes=(*notes, f"scores are those of {where}"),
        )

    # -- answering -------------------------------------------------------------------------------------------------
    def predict(self, data: Any) -> Any:
        """The answers for rows of data, in the user's own types: labels or numbers, a series for a frame.

        Values that were never seen when learning get an answer and one DataWarning a kind, counted. Raises
        NotLearntError before the first `learn`, and SchemaError or DataError for rows that do not fit.
        """
        learnt = self._ready("predict")
        inputs = _noted(*learnt.contract.inputs(data))
        return learnt.contract.answers(data, learnt.answers(inputs))

    def predict_probabilities(self, data: Any) -> Any:
        """For each row the probability of each class, a column a class in the order of `labels`."""
        learnt = self._ready("predict_probabilities")
        if learnt.contract.labels is None:
            raise SettingError("predict_probabilities: the target is a number, not a class; use predict")
        inputs = _noted(*learnt.contract.inputs(data))
        return learnt.contract.probabilities(data, learnt.answers(inputs))

    def test(self, data: Any, targets: Any = None) -> dict[str, float]:
        """The loss and the scores on rows with known targets; "loss" comes first."""
        learnt = self._ready("test")
        rows = _noted(*given_rows(learnt.contract, data, targets))
        if learnt.contract.labels is None:
            return learnt.scores(rows, learnt.contract.numbers(rows.targets))
        return learnt.scores(rows, rows.targets)

    def open(
        self,
        data: Any,
        targets: Any = None,
        *,
        sample_weight: npt.ArrayLike | None = None,
        class_weight: str | Mapping[Any, float] | None = None,
    ) -> Opened:
        """One learning step on all of these rows, laid open: prints as tables, `.glass` holds the numbers.

        It is the step that `learn(..., mode="full-batch")` would take on them with these weights. Looking changes
        nothing: no weight, no counter, no order.
        """
        learnt = self._ready("open")
        rows, _, _ = rows_of(
            learnt.contract,
            data,
            targets,
            validation=None,
            share=0.0,
            sample_weight=sample_weight,
            class_weight=class_weight,
            seed=self._seed,
        )
        learnt.check(rows.targets)
        settings = step_settings(float(rows.weights.mean()))
        return Opened(open_step(learnt.programs, learnt.state, rows.data, settings))

    def _ready(self, call: str) -> Learnt:
        if self._learnt is None:
            raise NotLearntError(f"{call}: the network has learnt nothing yet; call learn(data, target=...) first")
        return self._learnt

    # -- the network itself ----------------------------------------------------------------------------------------
    @property
    def plan(self) -> str:
        """What the network chose, and why, a line a choice."""
        return written(self._ready("plan").choices)

    @property
    def report(self) -> Report | None:
        """The report of the last `learn`, or None."""
        return None if self._learnt is None else self._learnt.report

    @property
    def labels(self) -> Sequence[Any] | None:
        """The classes in the order of the columns of probabilities, or None for numbers."""
        return self._ready("labels").contract.labels

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets."""
        return self._ready("targets").contract.names

    @property
    def weights(self) -> MutableMapping[str, Array]:
        """The parameters by name, such as "dense_1.weights" (inputs, outputs): to look at, and to set."""
        learnt = self._ready("weights")
        return Weights(learnt.programs.layout.weights(learnt.state))

    def reset(self) -> None:
        """Forget what was learnt, schema and encoders included; the next `learn` starts afresh."""
        self._learnt = self._planned = None

    def clone(self) -> Network:
        """An untrained network with the same settings."""
        return Network(
            self._layers, loss=self._loss, optimizer=self._optimizer, columns=self._columns, engine=self._engine,
            dtype=self._dtype, seed=self._seed, reduction=self._reduction,
        )  # fmt: skip

    def save(self, path: str | Path) -> Path:
        """Write the network to one file, without training rows or code; returns its path.

        Raises ModelFileError where it cannot be written; a file that was there stays as it was.
        """
        learnt = self._ready("save")
        learnt.settings = {"columns": self._columns, "planned": self._planned, "explicit": self._layers is not None}
        return learnt.save(path)

    def __repr__(self) -> str:
        layers = "" if self._layers is None else "layers, "
        state = "learnt nothing yet"
        if self._learnt is not None:
            state = f"learnt {int(self._learnt.state[STEP]):,} steps"
        return f"Network({layers}seed={self._seed})\n{state}"


def load(path: str | Path, *, engine: str = "reference", classes: Sequence[type[Configured]] = ()) -> Network:
    """The network that `save` wrote; no code of the file is run, since it holds none.

    `classes` gives own layers, losses or optimizers that it names. Raises ModelFileError for a file that is damaged,
    foreign or from a later release.
    """
    learnt = Learnt.load(path, engine, classes)
    model, settings = learnt.programs.model, learnt.settings
    explicit = settings["explicit"]
    network = Network(
        model.graph.output if explicit else None, loss=model.loss if explicit else None, optimizer=model.optimizer,
        columns=settings["columns"], engine=engine, dtype=model.dtype, seed=learnt.seed, reduction=model.reduction,
    )  # fmt: skip
    network._learnt = learnt
    network._planned = None if settings["planned"] is None else (settings["planned"][0], settings["planned"][1])
    return network


def _noted(value: T, notes: tuple[str, ...]) -> T:
    """The value, after a warning for each note, at the line of the caller of the network."""
    for note in notes:
        warnings.warn(note, DataWarning, stacklevel=3)
    return value


def _arguments(method: Callable[..., Any]) -> tuple[str, ...]:
    code = method.__code__
    return code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]


def _input_name(contract: ArrayContract | TableContract) -> str:
    return contract.name if isinstance(contract, ArrayContract) else contract.encoding.inputs[0].name


def _watcher(
    progress: Progress, until: Rule, batch_size: int, callbacks: Sequence[Callable[[Moment], None]]
) -> Callable[[Moment], None]:
    """What is called as a run goes on: the display and the caller's own functions."""

    def watch(moment: Moment) -> None:
        share = until.share(moment)
        words = {"epoch": f"{moment.epochs:,}", "loss": f"{moment.training_loss:.4g}"}
        if moment.validation_loss is not None:
            words["validation"] = f"{moment.validation_loss:.4g}"
        if moment.seconds > 0:
            words["rows/s"] = f"{moment.steps * batch_size / moment.seconds:,.0f}"
        left = moment.seconds * (1 - share) / share if share else None
        progress.update(share, words, left, epoch_ended=moment.epoch_ended)
        for callback in callbacks:
            callback(moment)

    return watch
