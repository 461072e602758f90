"""What the caller wishes of a network, checked once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.core.extent import t
from glassnet.core.operation import FLOATS
from glassnet.engines.choice import as_engine
from glassnet.engines.engine import Engine
from glassnet.errors import SettingError
from glassnet.nn import Embedding, Loss, as_layer, as_loss
from glassnet.nn.graph import Graph, chain
from glassnet.nn.layer import Input, Layer, Node
from glassnet.nn.starts import AnyStart, Start, as_start
from glassnet.optimizers.lookup import as_optimizer
from glassnet.optimizers.optimizer import Optimizer
from glassnet.plan import Planned
from glassnet.random import as_seed
from glassnet.settings import as_json, check_name

REDUCTIONS: Final = ("mean", "sum")


@dataclass(frozen=True)
class Wishes:
    """What the caller wants of a network; None where the plan decides."""

    layers: Sequence[Layer] | Node | None
    loss: Loss | None
    test_loss: Loss | None
    optimizer: Optimizer | None
    columns: Mapping[str, str]
    classes: tuple[Any, ...] | None
    engine: Engine
    dtype: str
    seed: int
    reduction: str
    initializer: Start

    @classmethod
    def checked(
        cls,
        *,
        layers: Sequence[Layer | str] | Node | None,
        loss: Loss | str | None,
        test_loss: Loss | str | None,
        optimizer: Optimizer | str | None,
        columns: Mapping[str, str] | None,
        classes: Sequence[Any] | None,
        engine: str,
        threads: int | None,
        dtype: str,
        seed: int | None,
        reduction: str,
        initializer: AnyStart,
    ) -> Wishes:
        """The wishes with every name looked up; raises SettingError for what cannot be."""
        check_name("dtype", dtype, FLOATS)
        check_name("reduction", reduction, REDUCTIONS)
        if columns is not None and not isinstance(columns, Mapping):
            raise SettingError(f"columns={columns!r}: expected what each is taken for, such as {{'zip': 'category'}}")
        laid_out = layers if layers is None or isinstance(layers, Node) else _listed(layers)
        if layers is not None and loss is None:
            raise SettingError("Network(layers) needs a loss, such as loss='squared' or loss='softmax log loss'")
        return cls(
            laid_out,
            None if loss is None else _learnt_by(as_loss(loss)),
            None if test_loss is None else as_loss(test_loss, "test_loss"),
            None if optimizer is None else as_optimizer(optimizer),
            dict(columns or {}),
            None if classes is None else _distinct(classes),
            as_engine(engine, threads),
            dtype,
            as_seed(seed),
            reduction,
            as_start(initializer),
        )

    @property
    def of_classes(self) -> bool | None:
        """Whether the loss that is wished for is one of classes; None where none is."""
        return None if self.loss is None else self.loss.classes

    @property
    def scalable(self) -> bool:
        """Whether the losses take targets that were shifted and scaled."""
        return all(loss is None or loss.scalable for loss in (self.loss, self.test_loss))

    @property
    def keeps_state(self) -> bool:
        """Whether a layer that was laid out keeps the state of sequences."""
        layers = self.layers or []
        listed = layers if not isinstance(layers, Node) else [node.layer for node in Graph.of(layers).nodes]
        return any(layer is not None and layer.carried for layer in listed)

    def begin(self, channels: int | None = None) -> Input:
        """The input that layers that were laid out begin at, for sequences where it is said of how many channels.

        It is of whole numbers for a first `Embedding`, which takes sequences of one channel as one number a step.
        """
        if isinstance(self.layers, Node):
            return Graph.of(self.layers).inputs[0]
        whole = isinstance(next(iter(self.layers or ()), None), Embedding)
        steps: tuple[int | str, ...] = ("t",) if whole and channels == 1 else ("t", channels or 1)
        return Input(() if channels is None else steps, dtype="int64" if whole else None)

    def output(self, start: Input) -> Node:
        """The output node of layers that were laid out, a list of them beginning at this input."""
        layers = self.layers or []
        return layers if isinstance(layers, Node) else chain(layers, start)

    def answers_steps(self, start: Input) -> bool:
        """Whether layers that were laid out give an answer for each step of sequences."""
        return Graph.of(self.output(start)).declare(self.dtype)[1].shape[1:2] == (t,)

    def to_json(self, planned: Planned | None) -> dict[str, Any]:
        """What a file holds of the network around what was learnt, as `stored` reads it."""
        return {
            "columns": dict(self.columns),
            "classes": None if self.classes is None else list(self.classes),
            "planned": None if planned is None else planned.to_json(),
            "explicit": self.layers is not None,
            "initializer": as_json(self.initializer, "initializer"),
        }


def _listed(layers: Iterable[Layer | str]) -> list[Layer]:
    """The layers of a list, activation functions by their names among them."""
    if isinstance(layers, str | bytes | Mapping) or not isinstance(layers, Iterable):
        raise SettingError(
            f"layers={layers!r}: expected a list of layers, such as [gn.Dense(1)], or the output node; "
            f"gn.load(path) reads a network from its file"
        )
    return [as_layer(each) for each in layers]


def _learnt_by(loss: Loss) -> Loss:
    """The loss, where it has a derivative."""
    if not loss.differentiable:
        raise SettingError(
            f"loss={loss!r} has no derivative to learn by; give another loss, and test_loss={loss!r} beside it"
        )
    return loss


def _distinct(classes: Sequence[Any]) -> tuple[Any, ...]:
    """The classes given, at least two and each once."""
    given = tuple(classes) if isinstance(classes, Iterable) and not isinstance(classes, str | bytes | type) else ()
    hashable = all(isinstance(each, Hashable) for each in given)
    if len(given) < 2 or not hashable or len(set(given)) < len(given) or np.array(given).tolist() != list(given):
        raise SettingError(f"classes={classes!r}: expected a list of at least two classes of one type, each once")
    return given
