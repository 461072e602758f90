"""IR text to machine code in memory, for the processor at hand."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import llvmlite.binding as llvm

from glassnet import places
from glassnet.engines.native.processor import MANNERS, Manners, stand_in
from glassnet.errors import UnsupportedError


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
        nothing = llvm.parse_assembly("")
        self._engine = llvm.create_mcjit_compiler(nothing, machine(cpu))
        self._engine.remove_module(nothing)  # or LLVM would compile it, which takes longer than to load the objects
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(objects))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function begins."""
        return int(self._engine.get_function_address(name))
