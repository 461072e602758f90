"""Where and when the figures were taken."""

from __future__ import annotations

import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from glassnet import places
from glassnet.engines.native.jit import host

PACKAGES = ("numpy", "llvmlite", "torch", "jax", "onnxruntime", "scikit-learn")


def described() -> str:
    """The date, the processor with its cores and vectors, and the releases of what was timed."""
    cpu, today = host(), date.today()
    processor = f"{_name()} ({cpu.name}), {places.processors()} cores, vectors of {8 * cpu.vector_bytes} bits"
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{today.day} {today:%B %Y}: {processor}, {system}, {', '.join(_releases())}"


def _name() -> str:
    """The name of the processor, as Linux knows it or else as Python does."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _releases() -> list[str]:
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return found
