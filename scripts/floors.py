"""The floors of the house: a room imports only from rooms on floors below its own.

A room is a package or module directly under glassnet. Imports that exist
for type checkers alone are not looked at; imports inside functions are, since they would otherwise hide a cycle. Star
imports are refused everywhere.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "glassnet"
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "version"),  # under all others: whoever finds something wrong says so
    ("random", "places", "process", "settings"),
    ("core", "data", "metrics", "files", "display"),
    ("nn", "optimizers", "engines", "judging"),
    ("training", "glass"),
    ("plan", "explain", "stream", "diagnosis", "export"),
    ("network",),
    ("walkthrough", "estimators"),
    ("cli", "service", "dashboard"),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
EXEMPT = ("__init__", "__main__")  # the doors of the house: they name rooms of every floor


def breaches(source: Path) -> list[str]:
    """Return one sentence for each import under the package folder `source` that breaks a rule, in order of files."""
    found = []
    for path in sorted(source.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        parts = path.relative_to(source).with_suffix("").parts
        room = parts[0]
        for line, target in imports(tree, parts):
            wrong = breach(room, target)
            if wrong:
                found.append(f"{path.relative_to(source.parent)}:{line}: {wrong}")
    return list(dict.fromkeys(found))


def breach(room: str, target: tuple[str, ...]) -> str | None:
    """Say what is wrong with an import of `target` from `room`, if anything."""
    if target[-1] == "*":
        return f"a star import from {'.'.join(target[:-1])}; name what is needed"
    if room in EXEMPT or target[0] != PACKAGE:
        return None
    if room not in FLOOR:
        return f"the room {room} has no floor; give it one in scripts/floors.py"
    if len(target) == 1:
        return f"{room} imports the whole package, which holds every floor; import from the room that is meant"
    other = target[1]
    if other == room:
        return None
    if other not in FLOOR:
        return f"{room} imports {other}, which has no floor; give it one in scripts/floors.py"
    if FLOOR[other] >= FLOOR[room]:
        return f"{room} (floor {FLOOR[room]}) imports {other} (floor {FLOOR[other]}); only lower floors are open to it"
    return None


def imports(tree: ast.Module, parts: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give the line and the full dotted target of every import that runs, relative ones made absolute."""
    for node in running(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            here = (PACKAGE, *parts)[: -node.level] if node.level else ()
            module = (*here, *(node.module.split(".") if node.module else ()))
            for alias in node.names:
                yield node.lineno, (*module, alias.name)


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a syntax tree, leaving out the bodies of `if TYPE_CHECKING`."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for other in child.orelse:
                yield from running(other)
        else:
            yield from running(child)


def main() -> int:
    """Print every breach; the exit code is 1 where there is one."""
    found = breaches(ROOT / "src" / PACKAGE)
    for sentence in found:
        print(sentence, file=sys.stderr)
    if not found:
        print("Floors: every import goes down.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
