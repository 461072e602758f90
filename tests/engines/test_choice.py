from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from glassnet.engines.native.engine import Native
from glassnet.network.learnt import as_engine

LEARN = """
import warnings
import numpy as np
import glassnet as gn
x = np.linspace(-1, 1, 40)[:, None]
with warnings.catch_warnings(record=True) as given:
    warnings.simplefilter("always")
    for engine in ({}, {"engine": "native"}, {"threads": 2}):
        network = gn.Network([gn.Dense(4, "tanh"), gn.Dense(1)], loss="squared", seed=0, **engine)
        network.learn(x, x[:, 0], epochs=2, verbose=0)
        assert network.predict(x).shape == (40,)
    network.save("there.glass")
    gn.load("there.glass").predict(x)
print(*(f"{warning.category.__name__} {warning.filename} {warning.message}" for warning in given), sep="\\n")
"""


def run(before: str, code: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    whole = f"import sys\n{before}\n{code}"
    return subprocess.run([sys.executable, *options, "-c", whole], capture_output=True, text=True, cwd=folder)


def test_the_default_engine_is_native() -> None:
    assert isinstance(as_engine(), Native)


def test_without_llvm_the_reference_engine_learns_and_it_is_said_once(tmp_path: Path) -> None:
    done = run('sys.modules["llvmlite"] = None', LEARN, tmp_path)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert line.startswith("EngineWarning <string> networks learn and predict with engine='reference'")
    assert line.endswith('install it with: pip install "llvmlite>=0.44"')


BROKEN = """
import os
os.makedirs("broken/llvmlite")
with open("broken/llvmlite/__init__.py", "w") as file:
    file.write("raise OSError('Could not find/load shared object file')")
sys.path.insert(0, "broken")
"""


def test_an_llvm_that_cannot_be_loaded_is_said_too(tmp_path: Path) -> None:
    done = run(BROKEN, LEARN, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cannot load LLVM (Could not find/load shared object file)" in done.stdout
    assert "--force-reinstall" in done.stdout


STRANGE = """
import llvmlite.binding
llvmlite.binding.get_process_triple = lambda: "riscv64-unknown-linux-gnu"
"""


def test_on_a_processor_that_no_code_is_made_for_the_reference_engine_learns(tmp_path: Path) -> None:
    done = run(STRANGE, LEARN, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "makes code for 64-bit x86 and ARM, and this is riscv64" in done.stdout


REFUSED = """
import glassnet as gn
for _ in range(2):
    try:
        gn.Network([gn.Dense(1)], loss="squared")
    except gn.EngineWarning:
        print("said")
"""


def test_the_warning_can_be_an_error(tmp_path: Path) -> None:
    done = run('sys.modules["llvmlite"] = None', REFUSED, tmp_path, "-W", "error")
    assert done.stdout == "said\nsaid\n", done.stderr


def test_the_reference_engine_brings_no_llvm() -> None:
    code = """
import sys
import glassnet as gn
network = gn.Network([gn.Dense(1)], loss="squared", seed=0, engine="reference")
network.learn([[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0], epochs=1, verbose=0)
assert "llvmlite" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_is_handed_on(threads: int) -> None:
    engine = as_engine("native", threads)
    assert isinstance(engine, Native)
