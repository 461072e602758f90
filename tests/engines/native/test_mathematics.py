"""The functions are compiled as the engine compiles them, in a loop, and compared with NumPy's in longdouble.

A unit is one unit in the last place of the true result, rounded to the dtype.
"""

from __future__ import annotations

import ctypes
import functools
import math
import re

import llvmlite.binding as llvm
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glassnet.engines.native import mathematics
from glassnet.engines.native.ir import TYPES, Function
from glassnet.engines.native.jit import host, machine
from glassnet.random import LARGEST_SEED, philox

DTYPES = ("float32", "float64")
WIDE = np.longdouble
UNITS = 2 if np.finfo(WIDE).nmant > 60 else 3  # without a wider type, the true value may itself be one unit off
INF, NAN = math.inf, math.nan


def logistic(x):
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1) / (1 + small)


TRUE = {name: getattr(np, name) for name in ("exp", "expm1", "log", "log1p", "tanh", "sin", "cos", "power")}
TRUE |= {"logistic": logistic, "erf": np.vectorize(math.erf, otypes=[WIDE]), "erfc": np.vectorize(math.erfc, [WIDE])}
# Where a function of float32 and of float64 has something to say.
RANGES = {
    "exp": ((-105, 90), (-750, 712)),
    "expm1": ((-20, 90), (-50, 711)),
    "log": ((0, 10), (0, 10)),
    "log1p": ((-1, 10), (-1, 10)),
    "tanh": ((-12, 12), (-22, 22)),
    "logistic": ((-106, 20), (-750, 40)),
    "erf": ((-5, 5), (-7, 7)),
    "erfc": ((-5, 10.5), (-7, 27.5)),
    "sin": ((-1e5, 1e5), (-1e9, 1e9)),
    "cos": ((-1e5, 1e5), (-1e9, 1e9)),
}


def compiled(text):
    """The module optimised, and the engine that holds its machine code."""
    module = llvm.parse_assembly(text)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    builder = llvm.create_pass_builder(machine(host()), options)
    builder.getModulePassManager().run(module, builder)
    optimised = str(module)
    engine = llvm.create_mcjit_compiler(module, machine(host()))
    engine.finalize_object()
    return optimised, engine


@functools.cache
def loop(name, dtype):
    """A loop over arrays that applies a function, compiled."""
    kind = TYPES[dtype]
    inputs = ["%x", "%y"] if name == "power" else ["%x"]
    f = Function("apply", [f"ptr noalias {p}" for p in (*inputs, "%out")] + ["i64 %count"], linkage="")

    def body(i, _):
        at = [f(f"getelementptr {kind}, ptr {p}, i64 {i}") for p in (*inputs, "%out")]
        values = [f"{kind} {f(f'load {kind}, ptr {a}')}" for a in at[:-1]]
        f.do(f"store {kind} {f.call(kind, mathematics.symbol(name, dtype), *values)}, ptr {at[-1]}")
        return ()

    f.loop("0", "%count", body)
    f.returns()
    return compiled(f"{mathematics.source([(name, dtype)])}\n{f}")


def apply(name, dtype, *arrays):
    arrays = [np.ascontiguousarray(a, dtype) for a in arrays]
    out = np.empty_like(arrays[0])
    address = loop(name, dtype)[1].get_function_address("apply")
    pointers = [a.ctypes.data for a in (*arrays, out)]
    ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * len(pointers), ctypes.c_int64)(address)(*pointers, out.size)
    return out


def true(name, dtype, *arrays):
    with np.errstate(all="ignore"):
        return np.asarray(TRUE[name](*[np.asarray(a, dtype).astype(WIDE) for a in arrays]), WIDE)


def units(found, expected):
    """The distance in units in the last place; infinite where only one is NaN, or infinite, or where signs differ."""
    dtype = found.dtype
    with np.errstate(all="ignore"):
        rounded = expected.astype(dtype)
        unit = np.spacing(np.minimum(np.abs(rounded), np.finfo(dtype).max)).astype(WIDE)
        distance = np.abs(found.astype(WIDE) - expected) / unit
    same = (found == rounded) & (np.signbit(found) == np.signbit(rounded)) | (np.isnan(found) & np.isnan(rounded))
    return np.where(np.isfinite(distance) & ((found != 0) | (rounded != 0)), distance, np.where(same, 0, INF))


def any_bits(dtype, count, seed=0):
    """Numbers with random bits: of all sizes, infinities, subnormal numbers and NaN among them."""
    words = np.random.default_rng(seed).integers(0, 256, count * np.dtype(dtype).itemsize, dtype=np.uint8)
    return words.view(dtype)


def points(name, dtype, count=30_000):
    low, high = RANGES[name][DTYPES.index(dtype)]
    rng = np.random.default_rng(7)
    sizes = np.exp(rng.uniform(-40, 3, count)) * rng.choice([-1, 1], count)
    bits = any_bits(dtype, count)
    if name in ("sin", "cos"):
        bits = bits[~(np.abs(bits) > high)]
        multiples = rng.integers(0, int(high / np.pi), count) * (np.pi / 2)
        bits = np.concatenate([bits, multiples.astype(dtype)])
    return np.concatenate([np.linspace(low, high, count, dtype=dtype), sizes.astype(dtype), bits])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name in RANGES if name != "erfc"])
def test_results_are_within_two_units(name, dtype):
    x = points(name, dtype)
    distance = units(apply(name, dtype, x), true(name, dtype, x))
    worst = distance.argmax()
    assert distance[worst] < UNITS, f"{name}({x[worst]!r}) is {distance[worst]} units off"


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1.2e-7), ("float64", 1e-15)])
def test_the_complement_of_the_error_function_keeps_its_relative_accuracy_far_out(dtype, tolerance):
    x = points("erfc", dtype)
    found, expected = apply("erfc", dtype, x), true("erfc", dtype, x)
    normal = expected > np.finfo(dtype).tiny
    assert np.max(np.abs(found[normal] / expected[normal] - 1)) < tolerance
    assert np.max(units(found[~normal], expected[~normal])) < UNITS


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", RANGES)
def test_zeros_infinities_and_nan_are_numpys_to_the_sign(name, dtype):
    x = np.array([0.0, -0.0, INF, -INF, NAN], dtype)
    np.testing.assert_array_equal(units(apply(name, dtype, x), true(name, dtype, x)), 0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["expm1", "log1p", "tanh", "sin"])
def test_the_smallest_numbers_pass_unchanged(name, dtype):
    x = np.finfo(dtype).smallest_subnormal * np.array([1, -1, 3, -1001], dtype)
    np.testing.assert_array_equal(apply(name, dtype, x), x)


@pytest.mark.parametrize(
    ("dtype", "finite", "infinite", "subnormal", "nothing"),
    [
        ("float32", 88.72283, 88.72284, -103.97, -103.98),
        ("float64", 709.782712893384, 709.7827128933841, -745.13, -745.14),
    ],
)
def test_exp_overflows_and_underflows_where_it_should(dtype, finite, infinite, subnormal, nothing):
    found = apply("exp", dtype, [finite, infinite, subnormal, nothing])
    assert np.isfinite(found[0])
    np.testing.assert_array_equal(found[1:], [INF, np.finfo(dtype).smallest_subnormal, 0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_logarithm_of_subnormal_numbers(dtype):
    x = np.finfo(dtype).smallest_subnormal * np.arange(1, 5000, dtype=dtype)
    assert np.max(units(apply("log", dtype, x), true("log", dtype, x))) < UNITS


@pytest.mark.parametrize("dtype", DTYPES)
def test_sine_and_cosine_are_right_up_to_their_largest_argument_and_nan_beyond(dtype):
    x = np.random.default_rng(1).uniform(-(2.0**45), 2.0**45, 10_000)
    for name in ("sin", "cos"):
        near = apply(name, dtype, x)
        assert np.max(units(near, true(name, dtype, x))) < UNITS
        np.testing.assert_array_equal(apply(f"far_{name}", dtype, x), near)
        assert np.isnan(apply(name, dtype, [2.0**46, -(2.0**100)])).all()


# -- power ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", DTYPES)
def test_powers_of_special_values_are_numpys(dtype):
    f = np.finfo(dtype)
    sizes = [0, 1, 2, 3, 7, 0.5, 1.5, INF, NAN, f.max, f.tiny, f.smallest_subnormal, 1 + f.eps, 2.0**24 - 1, 2.0**53]
    x, y = (
        grid.ravel().astype(dtype) for grid in np.meshgrid([*sizes, *np.negative(sizes)], [*sizes, *np.negative(sizes)])
    )
    assert np.max(units(apply("power", dtype, x, y), true("power", dtype, x, y))) < UNITS


@pytest.mark.parametrize("dtype", DTYPES)
def test_powers_of_all_sizes_are_within_two_units(dtype):
    rng, most = np.random.default_rng(3), np.log(float(np.finfo(dtype).max))
    x = np.concatenate([np.exp(rng.uniform(-most, most, 30_000)), 1 + rng.uniform(-1e-3, 1e-3, 30_000)]).astype(dtype)
    x = x[x != 1]
    y = (rng.uniform(-1.06, 1.06, x.size) * most / np.log(x.astype(np.float64))).astype(dtype)
    assert np.max(units(apply("power", dtype, x, y), true("power", dtype, x, y))) < UNITS


@given(x=st.floats(), y=st.floats() | st.integers(-1100, 1100).map(float))
@example(x=-0.0, y=-3.0)
@example(x=-1.0, y=-INF)
@example(x=-INF, y=0.5)
def test_the_power_of_any_two_numbers(x, y):
    assert units(apply("power", "float64", [x], [y]), true("power", "float64", [x], [y]))[0] < UNITS


# -- the text ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [*RANGES, "power"])
def test_a_loop_becomes_vector_code(name, dtype):
    text, _ = loop(name, dtype)
    assert re.search(rf"fma\.v\d+f(32|64)\(<\d+ x {TYPES[dtype]}>|fma\.v\d+f64\(<\d+ x double>", text)


@pytest.mark.parametrize("name", ["exp", "log", "tanh", "logistic", "erf"])
def test_the_hot_functions_of_float32_stay_in_float32(name):
    text, _ = loop(name, "float32")
    assert re.search(r"<(4|8|16) x float>", text)
    assert "double" not in text


def test_a_source_holds_the_functions_wanted_once_and_declares_what_they_use_once():
    text = mathematics.source([("exp", "float32"), ("power", "float64"), ("exp", "float32")])
    assert re.findall(r"define .*@(\w+)\(", text) == ["glassnet_exp_f32", "glassnet_power_f64"]
    declared = re.findall(r"declare .*@([\w.]+)\(", text)
    assert sorted(declared) == sorted(set(re.findall(r"call .*@([\w.]+)\(", text)))
    assert mathematics.source([]) == ""


def test_all_functions_stand_in_one_module():
    wanted = [(n, d) for n in mathematics.FUNCTIONS for d in (("uint32",) if n == "philox" else DTYPES)]
    module = llvm.parse_assembly(mathematics.source(wanted))
    module.verify()
    defined = {f.name for f in module.functions if not f.is_declaration}
    assert defined == {mathematics.symbol(*pair) for pair in wanted}


# -- philox --------------------------------------------------------------------------------------------------------
@functools.cache
def random_loop():
    counter = ["i64 %first", "i64 %count", "i64 %time", "i64 %step"]
    f = Function("words", ["ptr noalias %out", *counter, "i32 %seed", "i32 %stream"], linkage="")

    def body(i, _):
        element = f("add i64", i, "%first")
        given = f"i64 {element}", "i64 %time", "i64 %step", "i32 %seed", "i32 %stream"
        word = f.call("i32", "glassnet_philox", *given)
        f.do(f"store i32 {word}, ptr {f(f'getelementptr i32, ptr %out, i64 {i}')}")
        return ()

    f.loop("0", "%count", body)
    f.returns()
    return compiled(f"{mathematics.source([('philox', 'uint32')])}\n{f}")


words = st.integers(0, LARGEST_SEED)


@given(first=st.integers(0, 2**40), time=st.integers(0, 2**33), step=st.integers(0, 2**62), seed=words, stream=words)
def test_random_bits_are_those_of_the_reference(first, time, step, seed, stream):
    out = np.empty(37, np.uint32)
    address = random_loop()[1].get_function_address("words")
    i32, i64 = ctypes.c_uint32, ctypes.c_int64
    ctypes.CFUNCTYPE(None, ctypes.c_void_p, i64, i64, i64, i64, i32, i32)(address)(
        out.ctypes.data, first, out.size, time, step, seed, stream
    )
    counter = (np.arange(first, first + out.size), time, step & LARGEST_SEED, step >> 32)
    np.testing.assert_array_equal(out, philox(counter, (seed, stream))[0])


@pytest.mark.skipif(host().vector_bytes < 32, reason="NEON has no product of lanes of 64 bits")
def test_random_bits_are_made_by_vector_code():
    assert re.search(r"mul (nuw )?(nsw )?<\d+ x i64>", random_loop()[0])
