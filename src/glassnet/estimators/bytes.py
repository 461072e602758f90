"""A network as the bytes of its file, which hold no code: what an estimator is pickled and copied by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from glassnet.network import Network, load
from glassnet.settings import Configured


def as_bytes(network: Network) -> bytes:
    """The bytes of the file that `network.save` writes."""
    with TemporaryDirectory() as folder:
        return network.save(Path(folder) / "network.glass").read_bytes()


def from_bytes(content: bytes, threads: int | None, classes: Sequence[type[Configured]]) -> Network:
    """The network in such bytes; `classes` are own ones that it may name."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.glass"
        path.write_bytes(content)
        return load(path, threads=threads, classes=classes)
