"""A program through all passes, to the text of its code and the manifest that goes with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.core.program import Program
from glassnet.engines.engine import LOSS, WEIGHT
from glassnet.engines.native.fuse import fuse
from glassnet.engines.native.lower import lower
from glassnet.engines.native.manifest import Fault, Held, Manifest
from glassnet.engines.native.module import Module
from glassnet.engines.native.nests import Nests, Product, Turn, every
from glassnet.engines.native.place import in_place, lifetimes, settle
from glassnet.engines.native.processor import Manners
from glassnet.engines.native.schedule import scheduled
from glassnet.engines.native.still import still_first


def nested(program: Program) -> Nests:
    """A program through all passes that make nests of nests."""
    return still_first(in_place(fuse(settle(lower(program)))))


def built(program: Program, manners: Manners, *, checked: bool) -> tuple[Manifest, str]:
    """The manifest and the IR text of a program.

    Raises UnsupportedError, naming the operation and the layer, for an operation that this engine has no rule for.
    """
    nests = nested(program)
    schedule = scheduled(nests)
    module = Module(nests, schedule, LOSS, WEIGHT, manners, checked=checked)
    return _manifest(nests, module, schedule.phases), module.text


def _manifest(nests: Nests, module: Module, phases: Sequence[int]) -> Manifest:
    spans = lifetimes(nests, phases)
    held = [Held(b.size, b.dtype, b.role, b.name, spans.get(b), b.pieces) for b in module.slots]
    constants = {slot: np.asarray(b.value) for b, slot in module.slots.items() if b.role == "constant"}
    return Manifest(
        tuple(held),
        {name: module.slots[view.buffer] for name, view in nests.outputs.items()},
        tuple(Fault(module.slots[buffer], where, size) for buffer, where, size in nests.faults),
        constants,
        module.entries,
        tuple(dict.fromkeys(node.c.dtype for node in every(nests.nodes) if isinstance(node, Product | Turn))),
    )
