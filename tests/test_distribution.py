"""What a plain install brings: the pinned dependencies, the types, and no more bytes than promised."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, distribution
from importlib.resources import files
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
DEPENDENCIES = ["click", "duckdb", "llvmlite", "narwhals", "numpy", "rich", "threadpoolctl"]
LIMIT = 350_000_000  # bytes of installed files


def name_of(requirement: str) -> str:
    """Return the name at the head of a requirement, in its normal spelling."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def needed(requirements: list[str]) -> list[str]:
    """Return the names that a plain install on this kind of machine asks for.

    Extras are left out, and so is what a marker keeps to another system or an older Python.
    """
    return [name_of(text) for text in requirements if ";" not in text]


def closure(roots: list[str]) -> dict[str, Distribution]:
    """Return the distributions that `roots` bring with them, themselves included."""
    found: dict[str, Distribution] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = distribution(name)
            waiting += needed(found[name].requires or [])
    return found


def size_of(installed: Distribution) -> int:
    """Return the bytes of a distribution's files that are there."""
    paths = [Path(str(installed.locate_file(file))) for file in installed.files or []]
    return sum(path.stat().st_size for path in paths if path.is_file())


def test_the_dependencies_are_pinned() -> None:
    assert sorted(name_of(text) for text in PROJECT["dependencies"]) == DEPENDENCIES


def test_every_dependency_says_how_old_it_may_be() -> None:
    assert all(">=" in text for text in PROJECT["dependencies"])


def test_the_types_travel_with_the_package() -> None:
    assert files("glassnet").joinpath("py.typed").is_file()


def test_a_plain_install_stays_small() -> None:
    sizes = {name: size_of(installed) for name, installed in closure(DEPENDENCIES).items()}
    assert all(sizes.values())
    assert sum(sizes.values()) + size_of(distribution("glassnet")) < LIMIT, sizes
