"""What a module calls and does not hold: elementary functions, intrinsics, the library of products."""

from __future__ import annotations

import re

from glassnet.engines.native import mathematics
from glassnet.engines.native.ir import SUFFIX


def needed(text: str) -> list[str]:
    """What code calls and does not hold: elementary functions, intrinsics, products."""
    dtypes = {suffix: dtype for dtype, suffix in SUFFIX.items()}
    calls = re.findall(r"@glassnet_(\w+)_(f32|f64)\(", text)
    wanted = {(name, dtypes[suffix]) for name, suffix in calls if name in mathematics.FUNCTIONS}
    if "@glassnet_philox(" in text:
        wanted.add(("philox", "uint32"))
    functions = mathematics.source(sorted(wanted))
    declared = set(re.findall(r"declare \S+ @(llvm\.[\w.]+)\(", functions))
    missing = [line for line in mathematics.declarations(text).splitlines() if _name(line) not in declared]
    return [*([functions] if functions else []), "\n".join(missing), *_products(text)]


def _name(declaration: str) -> str:
    return declaration.partition("@")[2].partition("(")[0]


def _products(text: str) -> list[str]:
    """The declarations of the library of products that code calls."""
    made = []
    for suffix in SUFFIX.values():
        if f"@glassnet_product_{suffix}(" in text:
            made.append(f"declare void @glassnet_product_{suffix}(ptr, i64, i64, ptr, i64, ptr, i64, i64, i64, i64)")
        if f"@glassnet_turn_{suffix}(" in text:
            made.append(f"declare void @glassnet_turn_{suffix}(ptr, i64, i64, ptr, i64, i64, i64)")
    return made
