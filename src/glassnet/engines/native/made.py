"""What the compiler made of a program, at every stage, for people to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.program import Program
from glassnet.core.tape import line


@dataclass(frozen=True)
class Made:
    """A program on its way to machine code: prints the tape and the nests after each pass.

    `tape` lists the calls that matter; `passes` holds the nests after each pass, by its name; `groups` the LLVM IR of
    each group, by the layers that it came from and its number. Every call and every loop bears the name of its layer.
    """

    tape: str
    passes: Mapping[str, str]
    groups: Mapping[str, str]

    def __str__(self) -> str:
        parts = {"the tape": self.tape, **self.passes}
        return "\n\n".join(f"-- {name}\n{text}" for name, text in parts.items())

    __repr__ = __str__


def made(program: Program) -> Made:
    """Take a program through the passes and keep what each one gives."""
    # Every network brings this file; what it needs takes long to import, and few networks are opened.
    from glassnet.engines.native.emit import Nest
    from glassnet.engines.native.fuse import fuse
    from glassnet.engines.native.lower import lower
    from glassnet.engines.native.nests import Group, every
    from glassnet.engines.native.place import in_place, settle
    from glassnet.engines.native.still import still_first

    nests = lower(program)
    passes = {"lowered": str(nests)}
    stages = {"settled": settle, "fused": fuse, "in place": in_place, "still first": still_first}
    for name, each in stages.items():
        nests = each(nests)
        passes[name] = str(nests)
    groups = {}
    for number, node in enumerate(every(nests.nodes)):
        if isinstance(node, Group):
            places = " and ".join(dict.fromkeys(loop.place for loop in node.loops))
            groups[f"{number}: {places}"] = str(Nest(f"group{number}", node).f)
    return Made("\n".join(line(call) for call in program.live()), passes, groups)
