"""A graph of layers as plain JSON, and back: names and settings only, never code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from glassnet.core.extent import Shape, t
from glassnet.nn.graph import Graph
from glassnet.nn.layer import Input, Layer, Node
from glassnet.settings import Configured, as_json, from_json


def graph_to_json(graph: Graph) -> list[dict[str, Any]]:
    """The nodes in order, each with its layer and the numbers of the nodes that feed it; shared layers once."""
    numbers = {node: i for i, node in enumerate(graph.nodes)}
    first: dict[Layer, int] = {}
    document: list[dict[str, Any]] = []
    for i, node in enumerate(graph.nodes):
        if isinstance(node, Input):
            document.append({"input": node.name, "shape": shape_to_json(node.row), "dtype": node.dtype})
        elif node.layer is not None:
            shared = first.setdefault(node.layer, i)
            layer = {"as": shared} if shared != i else as_json(node.layer, graph.names[node.layer])
            document.append({"layer": layer, "inputs": [numbers[source] for source in node.inputs]})
    return document


def shape_to_json(shape: Shape) -> list[int | str]:
    """A shape of which a symbol stands as its name."""
    return [size if isinstance(size, int) else str(size) for size in shape]


def shape_from_json(sizes: Iterable[int | str]) -> Shape:
    """The shape that `shape_to_json` wrote, of numbers and the steps of a sequence."""
    return tuple(t if size == str(t) else int(size) for size in sizes)


def graph_from_json(document: list[dict[str, Any]], classes: Mapping[str, type[Configured]]) -> Graph:
    """The graph that `graph_to_json` wrote; raises SettingError for a layer that is not among `classes`."""
    nodes: list[Node] = []
    for item in document:
        if "input" in item:
            nodes.append(Input(tuple(item["shape"]), name=item["input"], dtype=item["dtype"]))
            continue
        described = item["layer"]
        layer = nodes[described["as"]].layer if "as" in described else from_json(described, classes)
        nodes.append(Node(layer, tuple(nodes[i] for i in item["inputs"])))
    return Graph.of(nodes[-1])
