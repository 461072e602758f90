"""How soon a process learns: the import, and the first step of a network that has been made."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryDirectory

from measures.program import Program
from rows.bound import OURS, Bound
from rows.row import Row


@dataclass(frozen=True)
class FirstStep:
    """A first step with nothing in the cache, and with all that it needs there.

    It ends where its loss has been measured; the report, for which the network answers all rows, is no part of it.
    """

    name: str = "start"

    def rows(self, repeats: int) -> list[Row]:
        """Two rows."""
        with TemporaryDirectory() as folder:
            cached = Program("first_step.py", environment={"GLASSNET_CACHE_DIR": folder})
            cached.run()
            pairs = [(_uncached(), float(cached.run().printed)) for _ in range(repeats)]
        cold, warm = map(min, zip(*pairs, strict=True))
        network = "784-128-10, batch 64"
        return [
            Row(
                f"to the end of the first step of {network}, nothing cached",
                "s",
                {OURS: cold},
                (Bound(0.5),),
                (Bound(0.3),),
            ),
            Row(
                f"to the end of the first step of {network}, cached", "s", {OURS: warm}, (Bound(0.03),), (Bound(0.02),)
            ),
        ]


def _uncached() -> float:
    """Seconds of the first step with an empty cache."""
    with TemporaryDirectory() as folder:
        return float(Program("first_step.py", environment={"GLASSNET_CACHE_DIR": folder}).run().printed)


@dataclass(frozen=True)
class Import:
    """What an import takes where Python runs and NumPy is there."""

    name: str = "import"

    def rows(self, repeats: int) -> list[Row]:
        """Two rows: the package brings its names when they are first asked for, so one of them has them all brought."""
        programs = Program("importing.py"), Program("importing.py", ("Network",))
        pairs = [[float(program.run().printed) for program in programs] for _ in range(repeats)]
        alone, network = map(min, zip(*pairs, strict=True))
        return [
            Row("import glassnet, after NumPy", "s", {OURS: alone}, (Bound(0.15),), (Bound(0.1),)),
            Row("from glassnet import Network, after NumPy", "s", {OURS: network}, aims=(Bound(0.15),)),
        ]
