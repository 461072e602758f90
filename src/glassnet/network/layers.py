"""The layers of a network: what each is, what feeds it, what it gives and how many weights it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from glassnet.core.extent import Shape, written
from glassnet.data.table import counted
from glassnet.display.diagram import Box, draw_boxes
from glassnet.display.parts import TOTAL, Part, as_table
from glassnet.display.shown import Shown
from glassnet.nn.graph import Graph
from glassnet.nn.layer import Input, Layer, Node
from glassnet.training.programs import Programs

LONGEST: Final = 60  # signs of a layer's settings that are shown
HEADERS: Final = ("layer", "is", "from", "gives", "parameters")


@dataclass(frozen=True)
class LayerRow:
    """A layer of a network, or an input of it.

    `feeds` are the names of what feeds it, `gives` is the shape of what it gives for n rows, `parameters` are the
    shapes of its own by their names.
    """

    name: str
    what: str
    feeds: tuple[str, ...]
    gives: Shape
    parameters: Mapping[str, tuple[int, ...]]

    @property
    def count(self) -> int:
        """How many weights it learns."""
        return sum(map(prod, self.parameters.values()))

    @property
    def words(self) -> str:
        """What it is and the shape that it gives, and on a second line how many weights it learns."""
        kind = self.what.partition("(")[0]
        return f"{kind} {written(self.gives)}\n{counted(self.count, 'weight') if self.count else ''}"


class Layers(Mapping[str, Layer], Shown):
    """The layers of a network by name, each after those that feed it: prints as a table of shapes and counts.

    `rows` holds the same as plain data, the inputs first. An extent n is the number of rows, t that of time steps.

    >>> import glassnet as gn
    >>> network = gn.Network([gn.Dense(4, "tanh"), gn.Dense(1)], loss="squared", seed=0)
    >>> report = network.learn([[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0], epochs=1, verbose=0)
    >>> [(row.name, row.gives, row.count) for row in network.layers.rows]
    [('inputs', (n, 2), 0), ('dense_1', (n, 4), 12), ('dense_2', (n, 1), 5)]
    """

    def __init__(self, programs: Programs) -> None:
        self._layers = {name: layer for layer, name in programs.model.graph.names.items()}
        self.rows = rows_of(programs)

    def __getitem__(self, name: str) -> Layer:
        return self._layers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def plot(self, ax: Any = None) -> Any:
        """Draw the layers as boxes, each below what feeds it, with shapes and counts, by matplotlib; returns the axes.

        `ax` is where to draw, a new figure of a fitting size where it is None. Raises MissingExtraError where
        matplotlib is missing.
        """
        return draw_boxes([Box(row.name, row.words, row.feeds) for row in self.rows], ax)

    def parts(self) -> Sequence[Part]:
        """Its table."""
        rows = [
            [
                row.name,
                _short(row.what),
                ", ".join(row.feeds),
                written(row.gives),
                f"{row.count:,}" if row.count else "",
            ]
            for row in self.rows
        ]
        total = [TOTAL, "", "", "", f"{sum(row.count for row in self.rows):,}"]
        return [as_table("Layers", HEADERS, [*rows, total], len(rows) + 1)]


def rows_of(programs: Programs) -> tuple[LayerRow, ...]:
    """The inputs and the layers in order.

    What a layer gives is the last value that it has on the tape by which the network is evaluated; one that passes its
    input on there, as dropout does, gives what feeds it. Of a layer that is used twice it is the last use.
    """
    graph = programs.model.graph
    last = {call.origin.place: call.shape for call in programs.evaluate.live() if call.origin.phase == "forward"}
    given: dict[Node, Shape] = {}
    rows: dict[str, LayerRow] = {}
    for node in graph.nodes:
        if isinstance(node, Input):
            given[node] = programs.evaluate.inputs[node.name].shape
            rows[node.name] = LayerRow(node.name, "input", (), given[node], {})
        elif node.layer is not None:
            name = graph.names[node.layer]
            given[node] = last.get(name, given[node.inputs[0]])
            feeds = tuple(_name(graph, each) for each in node.inputs)
            rows[name] = LayerRow(name, repr(node.layer), feeds, given[node], _own(programs, name))
    return tuple(rows.values())


def _own(programs: Programs, name: str) -> dict[str, tuple[int, ...]]:
    """The shapes of the parameters that a layer declares."""
    shapes = {full: what.shape for full, what in programs.layout.parameters.items()}
    return {full: shape for full, shape in shapes.items() if full.rpartition(".")[0] == name}


def _name(graph: Graph, node: Node) -> str:
    return node.name if isinstance(node, Input) else graph.names[node.layer] if node.layer is not None else ""


def _short(text: str) -> str:
    """The first settings of a layer, where all of them find no room."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rpartition(', ')[0] or text[:LONGEST]}, ..."
