"""What looks at a network and at what it would do on some rows, and leaves it as it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from glassnet.data.contract import Array
from glassnet.data.division import Division
from glassnet.data.frames import opened
from glassnet.errors import NotLearntError, SettingError
from glassnet.network.forwarding import ran
from glassnet.network.from_batches import nowhere, streamed
from glassnet.network.given import Given
from glassnet.network.learning import Learning
from glassnet.network.learnt import Learnt
from glassnet.network.long_tables import as_examples
from glassnet.network.noting import noted
from glassnet.network.opened import Opened
from glassnet.network.options import arguments_of, check_target, refuse
from glassnet.network.preparation import rows_of
from glassnet.network.rates import Rates, found
from glassnet.network.room import Room
from glassnet.network.terms import Asked
from glassnet.network.unfinished import Unfinished
from glassnet.network.wishes import Wishes
from glassnet.plan import Planned
from glassnet.random import as_seed
from glassnet.training.glass import open_step, step_settings
from glassnet.training.rate_range import RangeTest
from glassnet.training.stopping import Rule
from glassnet.training.turnstile import Turnstile

if TYPE_CHECKING:
    from glassnet.diagnosis import Diagnosis
    from glassnet.explain import Explanation
    from glassnet.network.comparison import Comparison
    from glassnet.network.estimating import Estimate
    from glassnet.network.landscape import Landscape


class Looking(ABC):
    """The part of a `Network` that looks: at its steps, its answers, its loss, its rate, and why it does not learn.

    Each method leaves the network as it was: no weight, no counter, no order is changed.
    """

    _learnt: Learnt | None
    _turns: Turnstile
    _wishes: Wishes

    def _check_no_stream(self, call: str) -> None:
        """Raise SettingError where the network is that of a stream, which learns by the steps of `online` alone."""
        if self._learnt is not None and self._learnt.kept is not None:
            raise SettingError(
                f"{call}: the network of a stream learns one example at a time: step = network.online(), then "
                f"step({{column: value}}, y) for each; Network().learn(table, target=...) makes one for a table"
            )

    def _ready(self, call: str) -> Learnt:
        """What has been learnt; raises NotLearntError where nothing has."""
        if self._learnt is None:
            raise NotLearntError(f"{call}: the network has learnt nothing yet; call learn(data, target=...) first")
        return self._learnt

    @property
    @abstractmethod
    def _samples(self) -> bool:
        """Whether an ensemble learns, which goes through so many rows that a sample of a longer table has them all."""

    @abstractmethod
    def _held(self, given: Given, asked: Asked, room: Room, passed: Callable[[int], None]) -> tuple[Given, Asked]:
        """What lies in memory, and the terms with the stream that it is a part of, if any."""

    @abstractmethod
    def _prepared(
        self, given: Given, asked: Asked, resumed: Unfinished | None = None
    ) -> tuple[Learning, Planned | None]:
        """The run that is asked for, and the plan behind it."""

    def find_rate(
        self,
        data: Any,
        targets: Any = None,
        *,
        target: str | Sequence[str] | None = None,
        mode: str | None = None,
        batch_size: int | None = None,
        sample_weight: npt.ArrayLike | None = None,
        class_weight: str | Mapping[Any, float] | None = None,
        truncate: int | None = None,
        lowest: float = 1e-7,
        highest: float = 10.0,
        steps: int = 100,
        **others: Any,
    ) -> Rates:
        """Find a learning rate by a range test: `steps` steps at rates that rise from `lowest` to `highest`.

        rate(i) = lowest (highest / lowest)^((i - 1) / (steps - 1))

        Data, weights and batches are given as to `learn`, and the steps are those that it would take from here, but for
        the rate: that of the optimizer is scaled, with all that is in proportion to it, such as `rates` and the rule
        for the others of `Muon`. They are taken on a copy, and the network is as it was: one that has learnt nothing
        still has not. The rate suggested is the one where the smoothed loss falls most steeply; what is good for the
        first steps may be too high later on, so that a schedule which falls from there is a good use of it.

        Returns the rates, their losses and the suggestion; `print` shows a picture. Raises DataError, TargetError,
        ShapeError or SettingError for what cannot be learnt from, for rates out of range, and where the schedule has
        the rate 0; DivergenceError where the loss is not finite from the start; BusyError while the network learns.

        Source: Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3; here the rates rise
        by a factor, as in later practice, where the paper has a line.
        """
        refuse("find_rate", others, arguments_of(Looking.find_rate))
        test = RangeTest(lowest, highest, steps)
        asked = Asked(mode, batch_size, None, None, None, None, None, None, truncate)
        given = Given.checked(data, targets, target, sample_weight, class_weight)
        given, asked = self._to_try("find_rate", given, asked)
        with self._turns.alone("find_rate"):
            return found(self._prepared(given, asked)[0], test)

    def estimate(
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
        sample_weight: npt.ArrayLike | None = None,
        class_weight: str | Mapping[Any, float] | None = None,
        truncate: int | None = None,
        sequence: str | None = None,
        time: str | None = None,
        memory_limit: float | None = None,
        **others: Any,
    ) -> Estimate:
        """How long `learn` would take from here, and how much memory, by a few steps that are measured.

        It is given what `learn` would be given. All is made ready as `learn` makes it, which takes the time that it
        says; then some steps are taken on a copy, and the network is as it was: one that has learnt nothing still has
        not. What was compiled is kept, so that learning then begins sooner. A rule such as `Plateau` decides as it goes
        when a run ends: then the time of an epoch is told, and `seconds` is None.

        >>> import numpy as np
        >>> import glassnet as gn
        >>> x = np.linspace(-1, 1, 1000)[:, None]
        >>> network = gn.Network([gn.Dense(8, "tanh"), gn.Dense(1)], loss="squared", seed=0)
        >>> estimate = network.estimate(x, x**2, batch_size=50, epochs=30)
        >>> estimate.steps, estimate.judgements
        (600, 31)

        Returns the estimate, which prints. Raises DataError, TargetError, ShapeError or SettingError for what cannot be
        learnt from, and for an iterator, which would be used up; BusyError while the network learns.
        """
        from glassnet.network.estimating import check_again, estimated  # who never asks does not wait for it
        from glassnet.process import memory

        before = memory()
        refuse("estimate", others, arguments_of(Looking.estimate))
        check_again(data)
        asked = Asked(mode, batch_size, epochs, time_limit, until, validation, None, None, truncate)
        given = Given.checked(data, targets, target, sample_weight, class_weight)
        room = Room.of(memory_limit)
        given, asked = self._to_try("estimate", given, asked, sequence=sequence, time=time, room=room)
        with self._turns.alone("estimate"):
            return estimated(self._prepared(given, asked)[0], before)

    def diagnose(
        self,
        data: Any,
        targets: Any = None,
        *,
        target: str | Sequence[str] | None = None,
        mode: str | None = None,
        batch_size: int | None = None,
        sample_weight: npt.ArrayLike | None = None,
        class_weight: str | Mapping[Any, float] | None = None,
        truncate: int | None = None,
        sequence: str | None = None,
        time: str | None = None,
        **others: Any,
    ) -> Diagnosis:
        """Why the network does not learn: the checks that an expert makes, each with what it found and a remedy.

        Data, weights and batches are given as to `learn`. The checks are whether classes are missing, an input tells
        the target, inputs and targets have a size that can be learnt, the last layer can give what is asked for, units
        are all alike, dead or saturated, deltas vanish or explode, a layer has no effect, the targets were shuffled
        against the inputs, the rate is too high or too low, the output is constant, the loss at the start is that of a
        constant answer, and whether ten rows can be learnt by heart. They take a few seconds, on samples of at most
        1,000 rows; what they try, they try on copies, and the network is as it was: one that has learnt nothing still
        has not. What is about the targets is looked at for each of several by itself, and told with its name.

        >>> import numpy as np
        >>> import glassnet as gn
        >>> x = np.linspace(-1, 1, 60)[:, None]
        >>> network = gn.Network([gn.Dense(8, "tanh"), gn.Dense(1)], loss="squared", optimizer="adam", seed=0)
        >>> print(network.diagnose(1e6 * x, x**2).likely.words)
        the features have root mean squares from 5.87e+05 to 5.87e+05: too large for weights that start near 0 and 1

        Returns the diagnosis, which prints; `causes` are what is wrong or suspect, the likeliest first. Raises
        DataError, TargetError, ShapeError or SettingError for what cannot be learnt from; BusyError while the network
        learns.
        """
        from glassnet.network.diagnosing import diagnosed  # who never asks does not wait for it at the start

        refuse("diagnose", others, arguments_of(Looking.diagnose))
        asked = Asked(mode, batch_size, None, None, None, None, None, None, truncate)
        given = Given.checked(data, targets, target, sample_weight, class_weight)
        given, asked = self._to_try("diagnose", given, asked, sequence=sequence, time=time)
        with self._turns.alone("diagnose"):
            return diagnosed(self._prepared(given, asked)[0], self._wishes.initializer, given)

    def _to_try(
        self,
        call: str,
        given: Given,
        asked: Asked,
        *,
        sequence: str | None = None,
        time: str | None = None,
        room: Room | None = None,
    ) -> tuple[Given, Asked]:
        """What lies in memory, and the terms, for a call that tries on a copy.

        With a `room` the terms are those of a run on all rows, where these are more than lie in memory.
        """
        self._check_no_stream(call)
        contract = None if self._learnt is None else self._learnt.contract
        check_target(given.target, given.targets, None if contract is None else contract.names)
        given, asked = self._held(given, asked, room or Room(), nowhere)
        if room is None:
            asked = replace(asked, stream=None)
        elif asked.stream is not None:
            asked = streamed(asked, given.weights, sampled=self._samples, checkpoint=False, sequence=sequence)
        return as_examples(given, sequence, time, contract).counting(), asked

    def explain(self, data: Any, targets: Any = None, *, target: str | None = None) -> Explanation:
        """Why the network answers as it does: which columns matter, how, and what moved the answer for one row.

        `data` is a table of rows to explain, with or without its targets, which may come beside it as `targets`; only
        `importance` needs them. `target` names the one of several targets whose answers are explained, as those of a
        network of this target alone; rows without it are left out of `importance` only. The explanation is of the
        network as it stands now: learning on changes nothing of it.

        >>> import glassnet as gn
        >>> table = {"size": [1, 2, 3, 4] * 25, "colour": ["red", "blue"] * 50, "price": [1.5, 4, 2.5, 5] * 25}
        >>> network = gn.Network(seed=0)
        >>> report = network.learn(table, target="price", epochs=100)
        >>> network.explain(table)
        Explanation of 'price' on 100 rows: importance(), attributions(), dependence(column), reasons(row), outside()

        Raises NotLearntError before the first `learn`; SettingError where it did not learn a table, for a `target` that
        it did not learn, and for none where it learnt several; SchemaError, DataError or TargetError for rows that do
        not fit.
        """
        from glassnet.network.explaining import explained  # who never asks why does not wait for it at the start

        return noted(*explained(self._ready("explain"), data, targets, target, self._turns))

    def forward(self, data: Any, *, start: str | int | None = None, stop: str | int | None = None) -> Array:
        """The values after a layer for rows of data: a part of the layers run, as `predict` runs all of them.

        `stop` is the last layer that is run, by its name in `layers` or its number from 0, -1 being the last one, which
        is meant where nothing is said: its values are the raw output, from which the loss makes the answer. `start` is
        the first layer that is run: `data` are then the values that go into it, such as `forward` gave. Statistics are
        used as they are, nothing is dropped out, and looking changes nothing.

        >>> import glassnet as gn
        >>> network = gn.Network([gn.Dense(2, "tanh"), gn.Dense(1)], loss="squared", seed=0)
        >>> report = network.learn([[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0], epochs=1, verbose=0)
        >>> hidden = network.forward([[0.5, 0.5]], stop="dense_1")
        >>> hidden.shape
        (1, 2)
        >>> bool(network.forward(hidden, start="dense_2")[0, 0] == network.predict([[0.5, 0.5]])[0])
        True

        Returns an array with a row for each row of data. Raises NotLearntError before the first `learn`; SettingError
        for a layer that there is not, and for a `start` that is not all that leads to `stop`; SchemaError or DataError
        for rows that do not fit.
        """
        return noted(*ran(self._ready("forward"), data, start, stop, self._turns))

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
        examples = learnt.contract.examples(opened(data))
        rows, _, _ = rows_of(
            learnt.contract,
            Given.checked(examples, targets, None, sample_weight, class_weight).counting(),
            validation=None,
            division=Division(),
            check=learnt.check,
            seed=self._wishes.seed,
            members=learnt.members,
        )
        settings = step_settings(rows.mean_weight(learnt.members), ends=True)
        with self._turns.gate, self._turns.room, self._turns.held:
            glass = open_step(learnt.programs, learnt.state, learnt.begun(rows).data, settings)
        return Opened(glass, learnt.programs.train)

    def compare(self, data: Any, targets: Any = None, *, target: str | None = None) -> Comparison:
        """The answers beside the desired ones, for rows with known targets: prints, and `.plot()` draws.

        Numbers are drawn as answer against desired, classes as how many rows of each were given each. Rows that the
        network did not learn from show how good it is; those that it learnt from, how well it remembers. `target` names
        the one of several targets that is compared, in the rows that have it.

        Raises NotLearntError before the first `learn`; SettingError for a `target` that was not learnt, and for none
        where several were; SchemaError, DataError or TargetError for rows that do not fit.
        """
        from glassnet.network.comparison import comparison_of  # who never looks does not wait for it at the start

        return noted(*comparison_of(self._ready("compare"), self._turns, data, targets, target))

    def landscape(
        self, data: Any, targets: Any = None, *, points: int = 17, span: float = 1.0, seed: int = 0
    ) -> Landscape:
        """The loss around the weights, along two directions drawn by the `seed`: prints, and `.plot()` draws.

        f(a, b) = loss(weights + a d + b e)

        for `points` values of a and of b from -`span` to `span`; each filter of the directions d and e is as long as
        that of the weights. It is the loss that `test` gives, on at most 500 of the rows; of rows learnt from it is
        what the optimizer walks on. The network is as it was.

        Raises NotLearntError before the first `learn`; SchemaError, DataError or TargetError for rows that do not fit;
        SettingError for points or a span that cannot be.

        Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets", 2018.
        """
        from glassnet.network.landscape import landscape_of  # as above
        from glassnet.training.surface import Surface

        surface, seed = Surface(points, span), as_seed(seed)
        return noted(*landscape_of(self._ready("landscape"), self._turns, data, targets, surface, seed))
