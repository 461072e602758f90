"""IR text to machine code in memory: through LLVM once, from the cache after that."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from glassnet import places
from glassnet.engines.native import tiles
from glassnet.engines.native.cache import Cache
from glassnet.engines.native.ir import SUFFIX
from glassnet.engines.native.processor import MANNERS, Manners, stand_in
from glassnet.errors import UnsupportedError
from glassnet.version import __version__


@dataclass(frozen=True)
class Cpu:
    """The processor that code is made for: its name and features as LLVM calls them, and its vectors."""

    name: str
    features: str
    vector_bytes: int
    vector_registers: int
    manners: Manners


@lru_cache(maxsize=1)
def host() -> Cpu:
    """The processor that code is made for: this machine's, or the lesser one that GLASSNET_CPU names; once a process.

    Raises UnsupportedError where no code is made for its kind, SettingError for a lesser one that is not known, or that
    can do what this machine cannot.
    """
    kind = llvm.get_process_triple().partition("-")[0]
    if kind not in MANNERS or struct.calcsize("P") != 8:
        raise UnsupportedError(
            f"engine='native' makes code for 64-bit x86 and ARM, and this is {kind}; take engine='reference'"
        )
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    has = frozenset(feature for feature, held in llvm.get_host_cpu_features().items() if held)
    lesser = places.lesser_processor()
    if lesser is not None:
        return Cpu(lesser, "", *_vectors(kind, stand_in(lesser, has)), MANNERS[kind])
    features = llvm.get_host_cpu_features().flatten()
    return Cpu(llvm.get_host_cpu_name(), features, *_vectors(kind, has), MANNERS[kind])


def _vectors(kind: str, features: frozenset[str]) -> tuple[int, int]:
    """The bytes of a vector of a processor with these features, and how many of them it holds in registers."""
    wide = "avx512f" in features
    size = 64 if wide else 32 if "avx2" in features else 16
    return size, 32 if wide or kind != "x86_64" else 16


def machine(cpu: Cpu) -> Any:
    """LLVM's code generator for a processor."""
    host()  # LLVM has to be ready
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(cpu=cpu.name, features=cpu.features, opt=2, codemodel="jitdefault", jit=True)


def assembled(text: str, cpu: Cpu, *, as_it_is: bool = False) -> bytes:
    """IR text as object code for a processor.

    With `as_it_is` the text's own loops and lines stand, and LLVM only chooses instructions and registers.
    """
    generator = machine(cpu)
    module = llvm.parse_assembly(text)
    if not as_it_is:
        options = llvm.create_pipeline_tuning_options(speed_level=1)
        options.loop_vectorization = options.loop_interleaving = True
        # These would double the time to compile, and steps are as quick without them.
        options.slp_vectorization = options.loop_unrolling = False
        builder = llvm.create_pass_builder(generator, options)
        builder.getModulePassManager().run(module, builder)
    return bytes(generator.emit_object(module))


class Code:
    """Machine code in memory, for as long as this lives; `address` finds a function of it."""

    def __init__(self, objects: bytes, cpu: Cpu) -> None:
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine(cpu))
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(objects))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function begins."""
        return int(self._engine.get_function_address(name))


@lru_cache(maxsize=2)
def products(dtype: str) -> Code:
    """The library of matrix products of a dtype, loaded once; code made later finds its functions by name.

    Its tiles are written as a processor wants them: LLVM's passes over the text took more than half of the time to
    compile and gained next to nothing (benchmarks/results.md).
    """
    cpu = host()
    written = f"products {dtype} {cpu.vector_bytes} {cpu.vector_registers} {_sources()}"
    code = _kept(written, cpu, lambda: tiles.library(cpu.vector_bytes, cpu.vector_registers, [dtype]), as_it_is=True)
    suffix = SUFFIX[dtype]
    for name in (f"glassnet_product_{suffix}", f"glassnet_turn_{suffix}"):
        llvm.add_symbol(name, code.address(name))
    return code


def compiled(text: str, cpu: Cpu) -> Code:
    """Machine code of IR text, from the cache where it lies there whole."""
    return _kept(text, cpu, lambda: text)


def _kept(said: str, cpu: Cpu, text: Callable[[], str], *, as_it_is: bool = False) -> Code:
    """Machine code from the cache, or else of a text, which `said` must tell from every other one."""
    cache, key = Cache.of_user(), fingerprint(said, cpu)
    objects = cache.get(key)
    if objects is None:
        objects = assembled(text(), cpu, as_it_is=as_it_is)
        cache.put(key, objects)
    return Code(objects, cpu)


def fingerprint(text: str, cpu: Cpu) -> str:
    """What names an entry of the cache: the text, the processor and the releases that made it."""
    releases = f"{__version__} {'.'.join(map(str, llvm.llvm_version_info))}"
    return hashlib.sha256("\0".join([releases, cpu.name, cpu.features, text]).encode()).hexdigest()


@lru_cache(maxsize=1)
def _sources() -> str:
    """A checksum of the files that write code: in a release it only repeats the version, while working it changes."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
