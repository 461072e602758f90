from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.operation import Operation, Shaped
from glassnet.core.scan import scan
from glassnet.engines.choice import OrReference, as_engine
from glassnet.engines.engine import Engine
from glassnet.engines.native.engine import Native
from glassnet.nn.initializers import GlorotUniform, Ones
from glassnet.nn.layer import Own, Parameter

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


def native(engine: Engine) -> Native:
    """The native engine, which as_engine gives with the reference engine in reserve."""
    assert isinstance(engine, OrReference)
    assert isinstance(engine.engine, Native)
    return engine.engine


def test_the_default_engine_is_native() -> None:
    native(as_engine())


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
    assert native(as_engine("native", threads))._threads == threads


# -- what the native engine has no rule for ----------------------------------------------------------------------------
CUBED = Operation(
    "cubed", "other", lambda a: (a.shape, a.dtype), lambda a: a * a * a, lambda delta, y, a: (delta * (3 * a * a),)
)


@dataclass(frozen=True, eq=False)
class Reader(gn.Layer):
    """Rows of shape (words, letters, inputs) in running means of running means, cubed at the end.

    The cube is an operation that no engine but the reference knows.
    """

    def parameters(self, *inputs: Shaped) -> dict[str, Parameter]:
        width = self.width(inputs[0])
        return {"weights": Parameter((width, width), GlorotUniform()), "share": Parameter((width,), Ones())}

    def forward(self, own: Own, *inputs: gn.Tensor) -> gn.Tensor:
        words = inputs[0].transpose(1, 2, 0, 3)
        start = words.sum((0, 1)) * 0.0

        def letter(carries, elements):
            return [(carries[0] @ own.weights + elements[0]).tanh()], []

        def word(carries, elements):
            (read,), _ = scan(letter, [start], [elements[0]])
            return [carries[0] * 0.5 + read * own.share], []

        (found,), _ = scan(word, [start], [words])
        return CUBED(found)


LETTERS = np.random.default_rng(0).normal(size=(41, 3, 4, 2)).astype("float32")


def reader(engine: str) -> gn.Network:
    return gn.Network([Reader(), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.01), seed=1, engine=engine)


def test_an_operation_without_a_rule_learns_on_the_reference_engine_and_it_is_said_once(tmp_path: Path) -> None:
    targets = LETTERS[:, :, -1].sum((1, 2))
    network, expected = reader("native"), reader("reference")
    with pytest.warns(gn.EngineWarning, match=r"operation 'cubed' \(reader_1\)") as said:
        report = network.learn(LETTERS, targets, epochs=30, batch_size=16, verbose=0)
    assert len(said) == 1
    assert said[0].filename == __file__
    expected.learn(LETTERS, targets, epochs=30, batch_size=16, verbose=0)
    assert report.training_losses[-1] < report.training_losses[0] / 2
    np.testing.assert_array_equal(network.predict(LETTERS), expected.predict(LETTERS))
    network.learn(LETTERS[0], targets[0])  # one example, whose step is bound
    path = network.save(tmp_path / "reader.glass")
    with pytest.warns(gn.EngineWarning) as said:
        loaded = gn.load(path, classes=[Reader])
    assert len(said) == 1
    np.testing.assert_array_equal(loaded.predict(LETTERS), network.predict(LETTERS))
