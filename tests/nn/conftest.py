"""Layers recorded alone and evaluated in float64."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.nn import Input, Layer, Parameter
from glassnet.nn.graph import Graph


@pytest.fixture
def apply() -> Callable[..., tuple[np.ndarray, dict[str, np.ndarray]]]:
    """Give a function that applies a layer: the output, and the next values of its statistics."""

    def applied(
        layer: Layer, *inputs: Any, given: Mapping[str, Any] | None = None, training: bool = False, step: int = 0
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        arrays = [np.asarray(x) for x in inputs]
        nodes = [
            Input(x.shape[1:], name=f"x{i}", dtype="int64" if x.dtype.kind in "iu" else "float64")
            for i, x in enumerate(arrays)
        ]
        graph, tape, feed = Graph.of(layer(*nodes)), Tape(), {}
        tensors = {}
        for node, x in zip(nodes, arrays, strict=True):
            tensors[node.name] = tape.input(node.name, (n, *node.row), node.dtype)
            feed[tensors[node.name]] = x

        def provide(name: str, what: Any) -> Any:
            part = name.split(".")[1]
            tensor = tape.state(name, what.shape, "float64")
            start = what.initializer.values(what.shape, 0, name) if isinstance(what, Parameter) else None
            feed[tensor] = (given or {}).get(part, np.full(what.shape, what.initial) if start is None else start)
            return tensor

        seed, count = tape.state("seed", (), "int64"), tape.state("step", (), "int64")
        output, kept = graph.forward(tensors, provide, training=training, seed=seed, step=count)
        feed.update({seed: 7, count: step})
        found = evaluate([output, *kept.values()], feed)
        return found[0], {name.split(".")[1]: value for name, value in zip(kept, found[1:], strict=True)}

    return applied
