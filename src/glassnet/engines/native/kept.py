"""Compiled code, from the cache where it lies there whole, else through the passes and LLVM once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, TypeVar

import llvmlite.binding as llvm

from glassnet.core.program import Program
from glassnet.engines.native.cache import Cache
from glassnet.engines.native.ir import SUFFIX
from glassnet.engines.native.jit import Code, Cpu, assembled, host
from glassnet.engines.native.key import key_of
from glassnet.engines.native.manifest import Manifest
from glassnet.engines.native.waiting import offered
from glassnet.version import __version__

LENGTH: Final = 8  # bytes in which the length of a manifest stands
Read = TypeVar("Read")


def compiled(program: Program, cpu: Cpu, *, checked: bool = False) -> tuple[Manifest, Code]:
    """The code of a program, loaded, and the manifest that says how it is run.

    Where it was kept, the passes do not run and LLVM compiles nothing; what was just made is read as what was kept is,
    so that the two cannot differ. Raises UnsupportedError for an operation that this engine has no rule for.
    """

    def made() -> bytes:
        # The passes take as long to import as a kept program takes to load.
        from glassnet.engines.native.build import built

        manifest, text = built(program, cpu.manners, checked=checked)
        return _joined(manifest, assembled(text, cpu))

    manifest, objects = kept(f"program {checked} {sources()} {key_of(program)}", cpu, made, _parted)
    for dtype in manifest.products:
        products(dtype)
    offered()
    return manifest, Code(objects, cpu)


@lru_cache(maxsize=2)
def products(dtype: str) -> Code:
    """The library of matrix products of a dtype, loaded once; code made later finds its functions by name.

    Its tiles are written as a processor wants them: LLVM's passes over the text took more than half of the time to
    compile and gained next to nothing (benchmarks/results.md).
    """
    cpu = host()

    def made() -> bytes:
        from glassnet.engines.native.tiles import library

        return assembled(library(cpu.vector_bytes, cpu.vector_registers, [dtype]), cpu, as_it_is=True)

    said = f"products {dtype} {cpu.vector_bytes} {cpu.vector_registers} {sources()}"
    code = kept(said, cpu, made, partial(Code, cpu=cpu))
    for name in (f"glassnet_product_{SUFFIX[dtype]}", f"glassnet_turn_{SUFFIX[dtype]}"):
        llvm.add_symbol(name, code.address(name))
    return code


def kept(said: str, cpu: Cpu, made: Callable[[], bytes], read: Callable[[bytes], Read]) -> Read:
    """What `read` gives for an entry of the cache, or for what is `made` where there is none that it can read.

    `said` must tell it from every other entry of this processor; `read` raises ValueError for what it cannot read.
    """
    cache, key = Cache.of_user(), fingerprint(said, cpu)
    found = cache.get(key)
    if found is not None:
        with suppress(ValueError):
            return read(found)
    content = made()
    cache.put(key, content)
    return read(content)


def fingerprint(said: str, cpu: Cpu) -> str:
    """What names an entry of the cache: what it is, the processor and system, and the releases that made it."""
    releases = f"{__version__} {'.'.join(map(str, llvm.llvm_version_info))}"
    whole = [releases, llvm.get_process_triple(), cpu.name, cpu.features, said]
    return hashlib.sha256("\0".join(whole).encode()).hexdigest()


@lru_cache(maxsize=1)
def sources() -> str:
    """A checksum of the files that code follows from: in a release it only repeats the version.

    They are read as bytes, without looking for more than their names: it is done before the first step.
    """
    found = hashlib.sha256()
    package = Path(__file__).parents[2]
    for room in ("core", "engines"):
        for folder, inner, names in os.walk(package / room):
            inner.sort()
            for name in sorted(names):
                if name.endswith(".py"):
                    with open(os.path.join(folder, name), "rb", buffering=0) as file:
                        found.update(file.read())
    return found.hexdigest()


# -- entries -----------------------------------------------------------------------------------------------------------
def _joined(manifest: Manifest, objects: bytes) -> bytes:
    """The content of an entry."""
    told = manifest.to_bytes()
    return len(told).to_bytes(LENGTH, "little") + told + objects


def _parted(content: bytes) -> tuple[Manifest, bytes]:
    """The manifest and the object code of an entry; raises ValueError where it is none."""
    end = LENGTH + int.from_bytes(content[:LENGTH], "little")
    return Manifest.from_bytes(content[LENGTH:end]), content[end:]
