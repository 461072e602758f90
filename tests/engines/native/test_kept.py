"""Programs that are kept: by what they are known, and that what is loaded is what was made."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.core.extent import n, t
from glassnet.core.operations.indexing import gather
from glassnet.core.program import Program
from glassnet.core.scan import scan
from glassnet.core.tape import Tape
from glassnet.engines.native import kept
from glassnet.engines.native.build import built
from glassnet.engines.native.cache import Cache
from glassnet.engines.native.engine import Native
from glassnet.engines.native.jit import host
from glassnet.engines.native.key import key_of
from glassnet.engines.native.manifest import MARK, Fault, Held, Manifest
from glassnet.engines.reference import Reference
from glassnet.errors import DataError

X = np.arange(12.0).reshape(4, 3)


def weighted(
    *,
    weights: Any = (1.0, 2.0, 3.0),
    width: int = 3,
    dtype: str = "float64",
    axis: int = 1,
    given: str = "x",
    kept: str = "w",
    rate: str = "rate",
    outputs: tuple[str, ...] = ("total", "scaled"),
    swapped: bool = False,
    learns: bool = True,
    place: str = "here",
    dead: int = 0,
) -> Program:
    """Sums of rows times constant weights and a state, which grows by a setting."""
    tape = Tape()
    for _ in range(dead):
        tape.constant(np.arange(5.0)).sum()
    with tape.within(place=place):
        x, w, by = tape.input(given, (n, width), dtype), tape.state(kept, (), dtype), tape.setting(rate, dtype)
        scaled = x * tape.constant(np.resize(np.asarray(weights, dtype), width)) * w
        found = [scaled.sum(axis), scaled]
    found = found[::-1] if swapped else found
    return Program(tape, dict(zip(outputs, found, strict=True)), {kept: w + by} if learns else {})


def recurrent(*, factors: Any = (1.0, 2.0, 3.0), reverse: bool = False, apart: bool = False) -> Program:
    """Two scans that add what comes, times constant factors; of one body, or of two that are alike."""
    tape = Tape()
    x = tape.input("x", (t, 3), "float64")

    def step(carries: list[Any], elements: list[Any]) -> tuple[list[Any], list[Any]]:
        after = carries[0] + elements[0] * elements[0].tape.constant(np.array(factors))
        return [after], [after]

    start = tape.constant(np.zeros(3))
    outputs = {}
    trace = None
    for name in ("first", "second"):
        if trace is None or apart:
            _, (sums,) = scan(step, [start], [x], reverse=reverse)
            trace = sums
        outputs[name] = trace
    return Program(tape, outputs)


def picked(place: str) -> Program:
    tape = Tape()
    with tape.within(place=place):
        rows = gather(tape.constant(np.arange(4.0)), tape.input("i", (n,), "int64"), axis=0)
    return Program(tape, {"y": rows})


# -- keys --------------------------------------------------------------------------------------------------------------
OTHERS: dict[str, Callable[[], Program]] = {
    "a constant": lambda: weighted(weights=(1.0, 2.0, 3.5)),
    "the sign of a zero": lambda: weighted(weights=(0.0, 0.0, 0.0)),
    "the sign of a zero, the other": lambda: weighted(weights=(-0.0, 0.0, 0.0)),
    "a shape": lambda: weighted(width=4),
    "a dtype": lambda: weighted(dtype="float32"),
    "an attribute": lambda: weighted(axis=0),
    "the name of an input": lambda: weighted(given="z"),
    "the name of a state": lambda: weighted(kept="v"),
    "the name of a setting": lambda: weighted(rate="speed"),
    "the name of an output": lambda: weighted(outputs=("loss", "scaled")),
    "the order of outputs": lambda: weighted(outputs=("scaled", "total"), swapped=True),
    "which output is which": lambda: weighted(swapped=True),
    "no next state": lambda: weighted(learns=False),
    "a scan": recurrent,
    "a constant in the step of a scan": lambda: recurrent(factors=(1.0, 2.0, 4.0)),
    "the direction of time": lambda: recurrent(reverse=True),
    "two scans in place of one": lambda: recurrent(apart=True),
}


def test_programs_that_differ_have_keys_that_differ() -> None:
    keys = {what: key_of(program()) for what, program in OTHERS.items()}
    assert len({key_of(weighted()), *keys.values()}) == 1 + len(OTHERS), keys


def test_a_program_recorded_again_has_its_key_whatever_else_lies_on_the_tape_and_whoever_recorded_it() -> None:
    assert key_of(weighted()) == key_of(weighted(dead=3)) == key_of(weighted(place="elsewhere"))
    assert key_of(recurrent()) == key_of(recurrent())


def test_a_layer_counts_where_an_error_names_it() -> None:
    assert key_of(picked("first")) == key_of(picked("first")) != key_of(picked("second"))


def test_what_has_no_plain_value_is_refused_rather_than_left_out() -> None:
    program = weighted()
    call = program.live()[-1]
    call.attributes["odd"] = object()  # type: ignore[index]
    with pytest.raises(TypeError, match="cannot be part of a key"):
        key_of(program)


def test_an_entry_is_named_by_what_it_is_the_processor_and_the_releases(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = host()
    others = {
        kept.fingerprint("a program", cpu),
        kept.fingerprint("a program ", cpu),
        kept.fingerprint("a program", dataclasses.replace(cpu, name="another")),
        kept.fingerprint("a program", dataclasses.replace(cpu, features=cpu.features + ",-avx")),
    }
    monkeypatch.setattr(kept, "__version__", "0.0.0")
    others.add(kept.fingerprint("a program", cpu))
    assert len(others) == 5


# -- what is loaded ----------------------------------------------------------------------------------------------------
@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cache:
    """An empty cache for this test."""
    monkeypatch.setenv("GLASSNET_CACHE_DIR", str(tmp_path))
    return Cache.of_user()


def entries(cache: Cache) -> list[Path]:
    assert cache.folder is not None
    return sorted(cache.folder.glob("*.o"))


def stepped(program: Program, *, checked: bool = False) -> tuple[dict[str, Any], Any]:
    state = {"w": np.array(2.0)}
    return Native(1, checked=checked).compile(program).step(state, {"x": X}, {"rate": 0.5}), state["w"]


def test_a_loaded_program_steps_as_the_one_that_was_compiled(cache: Cache) -> None:
    for _ in range(2):
        found, w = stepped(weighted())
        np.testing.assert_array_equal(found["scaled"], X * [2.0, 4.0, 6.0])
        np.testing.assert_array_equal(found["total"], X @ [2.0, 4.0, 6.0])
        assert w == 2.5
        assert len(entries(cache)) == 1


def test_checked_code_is_an_entry_of_its_own(cache: Cache) -> None:
    for checked in (False, True, True, False):
        stepped(weighted(), checked=checked)
    assert len(entries(cache)) == 2


def test_a_loaded_program_has_its_step_on_one_row(cache: Cache) -> None:
    for _ in range(2):
        state = {"w": np.array(2.0)}
        step = Native(1).compile(weighted()).bind(state, {"rate": 0.5})
        step.row["x"][...] = [[1.0, 2.0, 3.0]]
        assert step.run() == 0
        assert step.outputs["total"].tolist() == [2.0 * (1 + 4 + 9)]
        assert state["w"] == 2.5
    assert len(entries(cache)) == 1


def test_a_loaded_program_names_its_own_layer_where_an_index_is_wrong(cache: Cache) -> None:
    for place in ("first", "second", "first", "second"):
        executable = Native(1).compile(picked(place))
        assert executable.step({}, {"i": np.array([3, 0])}, {})["y"].tolist() == [3.0, 0.0]
        with pytest.raises(DataError, match=f"{place}: gather: the index 4 lies outside 0 to 3"):
            executable.step({}, {"i": np.array([1, 4])}, {})
    assert len(entries(cache)) == 2


@pytest.mark.usefixtures("cache")
def test_arrays_beside_the_code_are_there_within_the_step_of_a_scan_too() -> None:
    program = recurrent(factors=(1.0, -2.0, 0.25), reverse=True)
    expected = Reference().compile(program).step({}, {"x": X}, {})
    for _ in range(2):
        found = Native(1).compile(program).step({}, {"x": X}, {})
        for name in ("first", "second"):
            np.testing.assert_array_equal(found[name], expected[name])


@pytest.mark.usefixtures("cache")
def test_an_array_of_no_elements_can_lie_beside_the_code() -> None:
    tape = Tape()
    x = tape.input("x", (n, 0), "float64")
    program = Program(tape, {"y": (x * tape.constant(np.zeros(0))).sum(1)})
    for _ in range(2):
        assert Native(1).compile(program).step({}, {"x": np.zeros((4, 0))}, {})["y"].tolist() == [0.0] * 4


# -- entries that cannot be trusted ------------------------------------------------------------------------------------
def length(content: bytes) -> int:
    return int.from_bytes(content[:8], "little")


FOREIGN: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda whole: b"",
    "no manifest": lambda whole: whole[8 + length(whole) :],
    "a manifest of another version": lambda whole: whole.replace(MARK, b"glassnet manifest 0\n", 1),
    "a manifest cut short": lambda whole: (length(whole) - 9).to_bytes(8, "little") + whole[8:],
    "a length beyond the end": lambda whole: b"\xff" * 8 + whole[8:],
    "an output of no buffer": lambda whole: whole.replace(b'"total": ', b'"total": 9', 1),
    "another text": lambda whole: whole.replace(b'"held"', b'"hold"', 1),
    "a dtype that is none": lambda whole: whole.replace(b'"float64"', b'"float65"', 1),
}


@pytest.mark.parametrize("foreign", FOREIGN)
def test_an_entry_whose_manifest_is_none_is_made_anew(cache: Cache, foreign: str) -> None:
    expected, _ = stepped(weighted())
    (path,) = entries(cache)
    whole = cache.get(path.stem)
    assert whole is not None
    assert FOREIGN[foreign](whole) != whole
    cache.put(path.stem, FOREIGN[foreign](whole))
    found, _ = stepped(weighted())
    np.testing.assert_array_equal(found["total"], expected["total"])
    assert cache.get(path.stem) == whole


def test_a_damaged_entry_is_made_anew(cache: Cache) -> None:
    stepped(weighted())
    (path,) = entries(cache)
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes(len(whole) - 100))
    assert stepped(weighted())[1] == 2.5
    assert path.read_bytes() == whole


# -- manifests ---------------------------------------------------------------------------------------------------------
MANIFEST = Manifest(
    (
        Held(n * 3, "float32", "input", "x \N{GREEK SMALL LETTER ALPHA}", None),
        Held(3, "int64", "constant", "constant 1", None),
        Held(2, "bool", "constant", "constant 2", None),
        Held(n * t * 2, "float64", "inside", "v1", (0, 4)),
        Held(1, "int64", "inside", "v2", (1, 1)),
    ),
    {"b": 3, "a": 4},
    (Fault(4, "dense_1: gather", n * 7),),
    {1: np.array([1, -1, 2**40]), 2: np.array([True, False])},
    ("step", "run"),
    ("float32",),
)


def test_a_manifest_comes_back_from_its_bytes() -> None:
    found = Manifest.from_bytes(MANIFEST.to_bytes())
    assert found.held == MANIFEST.held
    assert list(found.outputs.items()) == [("b", 3), ("a", 4)]  # in order
    assert found.faults == MANIFEST.faults
    assert {slot: array.tolist() for slot, array in found.constants.items()} == {1: [1, -1, 2**40], 2: [True, False]}
    assert (found.entries, found.products) == (("step", "run"), ("float32",))
    assert found.to_bytes() == MANIFEST.to_bytes()


def test_a_manifest_says_which_buffers_have_which_role() -> None:
    assert MANIFEST.slots("constant") == {"constant 1": 1, "constant 2": 2}
    assert MANIFEST.spans == {3: (0, 4), 4: (1, 1)}


@given(st.integers(0, len(MANIFEST.to_bytes()) - 1))
def test_a_manifest_that_was_cut_is_none(end: int) -> None:
    with pytest.raises(ValueError, match=r"manifest|line 1 column"):
        Manifest.from_bytes(MANIFEST.to_bytes()[:end])


def test_the_manifest_of_a_training_program_tells_what_it_needs() -> None:
    network = gn.Network([gn.Dense(20, "relu"), gn.Dense(1)], loss="squared", seed=0, engine="reference")
    network.learn(np.ones((8, 30)), np.ones((8, 1)), epochs=0)
    manifest, text = built(network._learnt.programs.train, host().manners, checked=False)
    assert manifest.entries == ("step", "step_shared", "run", "run_shared", "single")
    assert all(f" @{entry}(" in text for entry in manifest.entries)
    assert manifest.products == ("float32",)
    assert set(manifest.slots("state")) == set(network._learnt.state) - {"seed"}  # which nothing draws with
    assert manifest.slots("constant") == manifest.constants == {}
