"""`glassnet show`: what a network is, and how it came to be so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli import arguments
from glassnet.cli.folding import folded, terminal_width
from glassnet.cli.output import aligned, write_json

if TYPE_CHECKING:
    from glassnet.network.learnt import Learnt


@click.command(short_help="Show what a network is and how it learnt.")
@arguments.model_argument
@arguments.json_option
def show(model: str, as_json: bool) -> None:
    """Show the network in FILE: its columns, what was chosen and why, layers, weights, how it learnt.

    \b
    Examples:
      glassnet show price.glass
      glassnet show price.glass --json
    """
    from glassnet.network.loading import learnt_in

    document = description(learnt_in(model))
    if as_json:
        write_json(sys.stdout, {"file": model, **document})
    else:
        text, width = in_words(document), terminal_width()
        print(text if width is None else folded(text, width))


def description(learnt: Learnt) -> dict[str, Any]:
    """All that is shown of a network, as plain data."""
    from glassnet.data.table_contract import TableContract
    from glassnet.network.shown import labels_of

    contract, graph = learnt.contract, learnt.programs.model.graph
    weights = learnt.programs.layout.weights(learnt.state)
    schema = contract.schema.to_json() if isinstance(contract, TableContract) else None
    return {
        "targets": list(contract.names),
        "labels": labels_of(contract),
        "schema": schema,
        "plan": [choice._asdict() for choice in learnt.choices],
        "layers": [{"name": name, "layer": repr(layer)} for layer, name in graph.names.items()],
        "weights": [
            {"name": name, "shape": list(array.shape), "count": int(array.size)} for name, array in weights.items()
        ],
        "parameters": sum(int(array.size) for array in weights.values()),
        "dtype": learnt.programs.model.dtype,
        "seed": learnt.seed,
        "epochs": learnt.epochs,
        "report": None if learnt.report is None else learnt.report.to_json(),
        "told": str(learnt.report or "nothing learnt yet"),
    }


def in_words(document: dict[str, Any]) -> str:
    """The description for people: a heading and a table for each part."""
    from glassnet.plan import Choice, Choices

    layers = [(each["name"], each["layer"]) for each in document["layers"]]
    weights = [
        (each["name"], " x ".join(map(str, each["shape"])) or "one number", f"{each['count']:,}")
        for each in document["weights"]
    ]
    total = f"{document['parameters']:,} parameters, {document['dtype']}, seed {document['seed']}"
    parts = [("Plan", str(Choices(Choice(**choice) for choice in document["plan"])))]
    if isinstance(labels := document["labels"], dict):
        parts += [(f"Classes of {name}", "\n".join(map(str, each))) for name, each in labels.items()]
    elif labels is not None:
        parts.append(("Classes", "\n".join(map(str, labels))))
    parts += [
        ("Layers", aligned(layers)),
        ("Weights", f"{aligned(weights)}\n{total}"),
        ("How it learnt", document["told"]),
    ]
    return "\n\n".join(f"{heading}\n{_indented(text)}" for heading, text in parts)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
