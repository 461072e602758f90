"""The tables of the pages in docs, written from the docstrings: a row for every block that there is.

Run it as `python scripts/tables.py` where a docstring has changed; a test says when that is. A page keeps its own
words; each table stands between two marks. Of a docstring are taken its first paragraph and the paragraph of formulas,
if it has one; the sentences that tell what others do; and what follows "Source:".
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from glassnet.metrics import METRICS
from glassnet.nn import LAYERS, LOSSES, Loss
from glassnet.nn.activations import ACTIVATIONS
from glassnet.nn.initializers import INITIALIZERS
from glassnet.optimizers import CLIPS, OPTIMIZERS, SCHEDULES, Averaged

DOCS = Path(__file__).resolve().parent.parent / "docs"
END = "<!-- end -->"

SOURCE = re.compile(r"\s*Sources?: (?P<source>.*?)\.(?=\s+[A-Z>]|\s*$)", re.DOTALL)
FORMULA = re.compile(r"\s*(?:\[[\w ]+\]|[A-Za-z]\w*[\^']?|rate\(t\)) = \S")  # how a line of formulas begins
OTHERS = re.compile(
    r"\b(?:PyTorch|Keras|optax|cuDNN|TensorFlow|JAX|ONNX|[Ss]ome (?:systems|libraries|papers)|[Tt]he paper)\b"
)
SENTENCE = re.compile(r"(?:(?<=[.:])|(?<=\.\)))\s+(?=[A-Z(\"-])")
ASIDE = ("Arguments", "Raises", "Takes", ">>>")  # paragraphs that tell of use, not of the form
CODE = re.compile(r"(`[^`]*`)")


def answer_of(loss: type[Loss]) -> str:
    """What answer a loss makes of an output."""
    return "The output" if loss.answer is Loss.answer else _first(loss.answer)


def targets_of(loss: type[Loss]) -> str:
    """What targets a loss takes."""
    return "numbers" if loss.check is Loss.check else _first(loss.check).removeprefix("Targets are ")


@dataclass(frozen=True)
class Section:
    """A table of a page: the blocks of a family by name, and columns of its own, each a title and what fills it."""

    page: str
    name: str
    blocks: Mapping[str, Any]
    more: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)


AVERAGES = {name: rule for name, rule in OPTIMIZERS.items() if issubclass(rule, Averaged)}
SECTIONS = (
    Section("blocks.md", "layers", LAYERS),
    Section("blocks.md", "activations", ACTIVATIONS),
    Section("blocks.md", "initializers", INITIALIZERS),
    Section("losses-and-metrics.md", "losses", LOSSES, {"answer": answer_of, "targets": targets_of}),
    Section("losses-and-metrics.md", "metrics", {name: metric.score for name, metric in METRICS.items()}),
    Section("optimizers.md", "optimizers", {name: rule for name, rule in OPTIMIZERS.items() if name not in AVERAGES}),
    Section("optimizers.md", "averages", AVERAGES),
    Section("optimizers.md", "clips", CLIPS),
    Section("optimizers.md", "schedules", SCHEDULES),
)


def pages() -> dict[Path, str]:
    """Each page with its tables written anew."""
    texts = {DOCS / section.page: (DOCS / section.page).read_text(encoding="utf-8") for section in SECTIONS}
    for section in SECTIONS:
        path, begin = DOCS / section.page, f"<!-- table: {section.name} -->\n"
        before, rest = texts[path].split(begin)
        texts[path] = before + begin + "\n".join(table(section)) + "\n" + END + rest.split(END, 1)[1]
    return texts


def table(section: Section) -> Iterator[str]:
    """The lines of a table, one for each block, or for several that one function is behind."""
    titles = ("name", "form", *section.more, "what others do", "source")
    yield f"| {' | '.join(titles)} |"
    yield "|" + "---|" * len(titles)
    for block, names in _together(section.blocks):
        doc = inspect.getdoc(block) or ""
        more = [escaped(tell(block)) for tell in section.more.values()]
        cells = (", ".join(names), form(doc), *more, escaped(others(doc)), escaped(source(doc)))
        yield f"| {' | '.join(cells)} |"


def form(doc: str) -> str:
    """The first paragraph of a docstring without what others do, then its formulas, each on a line of code."""
    first, *rest = _paragraphs(doc)
    words = [sentence for sentence in _sentences(SOURCE.sub("", first)) if not OTHERS.search(sentence)]
    formulas = next((each.splitlines() for each in rest if all(map(FORMULA.match, each.splitlines()))), [])
    lines = [re.sub(r",?\s{2,}", ",  ", line.strip()).replace("`", "") for line in formulas]
    return "<br>".join([escaped(" ".join(words)), *("`" + line.replace("|", r"\|") + "`" for line in lines)])


def others(doc: str) -> str:
    """The sentences of a docstring that tell what other systems do."""
    told = [each for each in _paragraphs(SOURCE.sub("", doc)) if not each.startswith(ASIDE)]
    return " ".join(each.strip("- ") for text in told for each in _sentences(text) if OTHERS.search(each))


def source(doc: str) -> str:
    """The sources that a docstring names; nothing where it names none."""
    found = SOURCE.search(doc)
    return " ".join(found["source"].split()) if found else ""


def escaped(text: str) -> str:
    """Text as a cell of a table in Markdown shows it, sign by sign, but for what is code already."""
    parts = CODE.split(text)
    plain = [re.sub(r"([|*_<\\])", r"\\\1", part) for part in parts[::2]]
    code = [part.replace("|", r"\|") for part in parts[1::2]]
    return "".join(part for pair in zip(plain, [*code, ""], strict=True) for part in pair)


def _together(blocks: Mapping[str, Any]) -> Iterable[tuple[Any, list[str]]]:
    """Each block with the names that it goes by, those of a function under several settings among them."""
    found: dict[Any, list[str]] = {}
    for name, given in blocks.items():
        block = given.func if isinstance(given, partial) else given
        found.setdefault(block, []).append(f"`{name}`")
    for block, names in found.items():
        called = f"`{block.__name__}`"
        yield block, names if called in names or not inspect.isclass(block) else [*names, called]


def _paragraphs(doc: str) -> list[str]:
    return doc.split("\n\n")


def _sentences(text: str) -> list[str]:
    return SENTENCE.split(" ".join(text.split()))


def _first(function: Callable[..., Any]) -> str:
    """The first sentence of a docstring, without its full stop."""
    return _sentences(_paragraphs(inspect.getdoc(function) or "")[0])[0].removesuffix(".")


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
