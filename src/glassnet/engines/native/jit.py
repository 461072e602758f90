"""IR text to machine code in memory: through LLVM once, from the cache after that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import llvmlite.binding as llvm

from glassnet.engines.native import tiles
from glassnet.engines.native.cache import Cache
from glassnet.engines.native.processor import MANNERS, Manners
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
    """The processor of this machine."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features()
    wide = bool(features.get("avx512f"))
    size = 64 if wide else 32 if features.get("avx2") else 16
    arm = llvm.get_process_triple().startswith(("aarch64", "arm64"))
    manners = MANNERS[llvm.get_process_triple().partition("-")[0]]
    return Cpu(llvm.get_host_cpu_name(), features.flatten(), size, 32 if wide or arm else 16, manners)


def machine(cpu: Cpu) -> Any:
    """LLVM's code generator for a processor."""
    host()  # LLVM has to be ready
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(cpu=cpu.name, features=cpu.features, opt=3, codemodel="jitdefault", jit=True)


def assembled(text: str, cpu: Cpu) -> bytes:
    """IR text as object code, optimised for a processor."""
    generator = machine(cpu)
    module = llvm.parse_assembly(text)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    options.slp_vectorization = False
    options.loop_interleaving = True
    options.loop_unrolling = True
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


@lru_cache(maxsize=1)
def products() -> Code:
    """The library of matrix products for this processor, loaded once; code made later finds its functions by name."""
    cpu = host()
    code = compiled(tiles.library(cpu.vector_bytes, cpu.vector_registers), cpu)
    for name in ("product", "turn"):
        for suffix in ("f32", "f64"):
            symbol = f"glassnet_{name}_{suffix}"
            llvm.add_symbol(symbol, code.address(symbol))
    return code


def compiled(text: str, cpu: Cpu) -> Code:
    """Machine code of IR text, from the cache where it lies there whole."""
    cache = Cache.of_user()
    key = fingerprint(text, cpu)
    objects = cache.get(key)
    if objects is not None:
        return Code(objects, cpu)
    objects = assembled(text, cpu)
    cache.put(key, objects)
    return Code(objects, cpu)


def fingerprint(text: str, cpu: Cpu) -> str:
    """What names an entry of the cache: the text, the processor and the releases that made it."""
    releases = f"{__version__} {'.'.join(map(str, llvm.llvm_version_info))}"
    return hashlib.sha256("\0".join([releases, cpu.name, cpu.features, text]).encode()).hexdigest()
