"""From the tape to loop nests: each call becomes a loop, a product, or nothing at all where a view says it."""

from __future__ import annotations

from typing import Final

from glassnet.core.program import Program
from glassnet.engines.native.lower import arithmetic, indexing, leaves, moving, placing, products, scanning
from glassnet.engines.native.lower.lowering import Lowering, Rules
from glassnet.engines.native.nests import Nests

RULES: Final[Rules] = {
    "input": leaves.leaf,
    "state": leaves.leaf,
    "setting": leaves.leaf,
    "constant": leaves.constant,
    "extent": leaves.extent,
    "iota": leaves.iota,
    "random": leaves.random,
    "elementwise": arithmetic.elementwise,
    "add": arithmetic.added,
    "reduction": arithmetic.reduced,
    "reshape": moving.reshape,
    "transpose": moving.transpose,
    "broadcast": moving.broadcast,
    "slice": moving.slice_,
    "flip": moving.flip,
    "stop": moving.stop,
    "pad": placing.pad,
    "concatenate": placing.concatenate,
    "contract": products.contract,
    "gather": indexing.gather,
    "scatter_add": indexing.scatter_add,
    "scan": scanning.scan,
    "read": scanning.read,
}


def lower(program: Program) -> Nests:
    """A program as loop nests, a node for each call that computes something.

    Raises UnsupportedError, naming the operation and the layer, for an operation that this engine has no rule for.
    """
    return Lowering(program.tape, RULES).program(program)
