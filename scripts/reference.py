"""The reference in docs, written from the public names of Glassnet: a page a family, of signatures and docstrings.

Run it as `python scripts/reference.py` where a docstring or a signature has changed; with `--check` it only says which
pages are behind, as `scripts/check` has it do. The examples are run where they stand, in the docstrings.
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from abc import ABC
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import glassnet

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
INDEX = "README.md"
WIDTH = 100  # signs of a signature in one line
CODE = re.compile(r"(`[^`]*`)")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


@dataclass(frozen=True)
class Family:
    """A page of the reference: what it is called, and the modules whose public names it has.

    `given` are what calls give, by name and with their modules: they are not made by hand, so that no public name is
    theirs.
    """

    page: str
    title: str
    homes: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)


GIVEN = {
    "Attributions": "glassnet.explain.attributions",
    "Choices": "glassnet.plan.choices",
    "Comparison": "glassnet.network.comparison",
    "Diagnosis": "glassnet.diagnosis.diagnosis",
    "Dependence": "glassnet.explain.dependence",
    "Explanation": "glassnet.explain.explanation",
    "Importance": "glassnet.explain.importance",
    "Landscape": "glassnet.network.landscape",
    "Layers": "glassnet.network.layers",
    "Opened": "glassnet.network.opened",
    "Outside": "glassnet.explain.outside",
    "Rates": "glassnet.network.rates",
    "Surface": "glassnet.training.surface",
}
EXTRAS = "NetworkClassifier", "NetworkRegressor"  # public names that a star import leaves out: they need scikit-learn
FAMILIES = (
    Family("network.md", "Networks and reports", ("glassnet.network", "glassnet.training.report", "glassnet.data")),
    Family("estimators.md", "Estimators of scikit-learn", ("glassnet.estimators",)),
    Family("results.md", "What calls give", given=GIVEN),
    Family("layers.md", "Layers", ("glassnet.nn", "glassnet.nn.layer", "glassnet.nn.initializers")),
    Family("losses.md", "Losses", ("glassnet.nn.losses",)),
    Family("optimizers.md", "Optimizers, clipping and schedules", ("glassnet.optimizers",)),
    Family("stopping.md", "Rules for when to stop, and callbacks", ("glassnet.training",)),
    Family("core.md", "Tapes, derivatives and functions of tensors", ("glassnet.core",)),
    Family("errors.md", "Errors and warnings", ("glassnet.errors",)),
)


def pages() -> dict[Path, str]:
    """Each page of the reference, with its index."""
    found = {FOLDER / family.page: page(family) for family in FAMILIES}
    return {FOLDER / INDEX: index(), **found}


def index() -> str:
    """The page that lists all public names, each with its first sentence."""
    lines = ["# Reference", "", "Every public name, from its docstring; `scripts/reference.py` writes these pages.", ""]
    for family in FAMILIES:
        lines += [f"## [{family.title}]({family.page})", "", "| name | |", "|---|---|"]
        for name, value in members(family):
            lines.append(
                f"| [`{name}`]({family.page}#{name.lower()}) | {escaped(first(value)).replace('|', chr(92) + '|')} |"
            )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def page(family: Family) -> str:
    """The page of a family."""
    lines = [f"# {family.title}", ""]
    for name, value in members(family):
        lines += [f"## {name}", "", *entry(name if name in family.given else f"glassnet.{name}", value)]
        for part, what in parts(value):
            lines += [f"### {name}.{part}", "", *entry(part, what)]
    return "\n".join(lines).rstrip() + "\n"


def members(family: Family) -> Iterator[tuple[str, Any]]:
    """The public names of a family in order, with what they stand for: those of the nearest family to their home."""
    for name in sorted((*glassnet.__all__, *EXTRAS), key=str.lower):
        if not name.startswith("_") and family_of(name) is family:
            yield name, getattr(glassnet, name)
    for name, home in family.given.items():
        yield name, getattr(import_module(home), name)


def family_of(name: str) -> Family:
    """The family whose module is the nearest one around the home of a public name."""
    value = getattr(glassnet, name)
    home = f"{value.__name__ if isinstance(value, ModuleType) else value.__module__}."
    around = [(len(each), family) for family in FAMILIES for each in family.homes if home.startswith(f"{each}.")]
    return max(around, key=lambda found: found[0])[1]


def entry(name: str, value: Any) -> Iterator[str]:
    """The lines of one name: its signature, and what its docstring says."""
    told = signature(name, value)
    if told:
        yield from ("```python", told, "```", "")
    yield from in_markdown(inspect.getdoc(value) or "")


def parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What a class has and its public base classes do not have, or the functions of a module, in their order."""
    if isinstance(value, ModuleType):
        for name, function in vars(value).items():
            if inspect.isfunction(function) and function.__module__ == value.__name__ and not name.startswith("_"):
                yield name, function
    elif inspect.isclass(value):
        hidden = [each for each in value.__mro__[1:] if ABC in each.__bases__ and not hasattr(glassnet, each.__name__)]
        known = {name for base in value.__mro__[1:] if base not in hidden for name in vars(base)}
        for name, part in [item for base in (value, *hidden) for item in vars(base).items()]:
            function = function_of(part)
            called = isinstance(part, property) or (inspect.isroutine(function) and callable(function))
            if called and not name.startswith("_") and name not in known and inspect.getdoc(function):
                yield name, function


def function_of(part: Any) -> Any:
    """The function within a class method, a static one or a property that is kept, and anything else as it is."""
    return getattr(part, "__func__", None) or getattr(part, "func", None) or part


def signature(name: str, value: Any) -> str:
    """How a class or a function is called, with types and defaults; of a property its type, of others nothing."""
    if isinstance(value, ModuleType) or (inspect.isclass(value) and issubclass(value, BaseException | Warning)):
        return ""
    if isinstance(value, property):
        return f"{name}: {value.fget.__annotations__.get('return', 'Any')}"
    try:
        given = inspect.signature(value)
    except ValueError:
        return ""
    arguments = [*_arguments(given)]
    result = (
        ""
        if inspect.isclass(value) or given.return_annotation is given.empty
        else f" -> {_type(given.return_annotation)}"
    )
    one = f"{name}({', '.join(arguments)}){result}"
    if len(one) <= WIDTH:
        return one
    return f"{name}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f"){result}"


def _arguments(given: inspect.Signature) -> Iterator[str]:
    """Each argument but `self`, with the star before those that go by name only."""
    starred = False
    for name, each in given.parameters.items():
        if name in ("self", "cls"):
            continue
        if each.kind is each.VAR_POSITIONAL:
            starred = True
        elif each.kind is each.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        marks = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        told = "" if each.annotation is each.empty else f": {_type(each.annotation)}"
        default = (
            ""
            if each.default is each.empty
            else f" = {_default(each.default)}"
            if told
            else f"={_default(each.default)}"
        )
        yield f"{marks}{name}{told}{default}"


def _type(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _default(value: Any) -> str:
    return "..." if "factory" in repr(value) else ADDRESS.sub("", repr(value))


def in_markdown(doc: str) -> Iterator[str]:
    """A docstring as Markdown: examples and what is indented as code, lists as lists, the rest as paragraphs."""
    for paragraph in doc.replace("::\n", ":\n").split("\n\n"):
        lines = paragraph.strip("\n").splitlines()
        if paragraph.lstrip().startswith(">>>"):
            yield from ("```python", *textwrap.dedent(paragraph.strip("\n")).splitlines(), "```", "")
        elif all(line.startswith("    ") for line in lines) or any("   " in line.strip() for line in lines):
            yield from ("```text", *textwrap.dedent(paragraph.strip("\n")).splitlines(), "```", "")
        elif lines:
            yield from (*map(escaped, lines), "")


def escaped(text: str) -> str:
    """Text as Markdown shows it, sign by sign, but for what is code already."""
    parts = CODE.split(text)
    plain = [re.sub(r"([*_<\\\[\]])", r"\\\1", part) for part in parts[::2]]
    return "".join(part for pair in zip(plain, [*parts[1::2], ""], strict=True) for part in pair)


def first(value: Any) -> str:
    """The first sentence of a docstring."""
    paragraph = " ".join((inspect.getdoc(value) or "").split("\n\n")[0].split())
    return re.split(r"(?<=\.)\s+(?=[A-Z(])", paragraph)[0]


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say which are behind; the exit code is then 1 where one is."""
    behind = []
    for path, text in pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            behind.append(path)
    for path in behind:
        if "--check" in arguments:
            print(f"docs/reference/{path.name} is behind; run python scripts/reference.py", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages()[path], encoding="utf-8")
    return 1 if behind and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
