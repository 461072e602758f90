"""Every operation as machine code against its meaning in NumPy, many examples compiled at a time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from glassnet.core.interpret import evaluate
from glassnet.core.operation import FLOATS
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.engines.native.engine import Native

AT_ONCE = 16  # examples in one program: compiling takes longer than running
ULPS = 4.0
EXACT = ("add", "multiply", "chain", "divide", "negate", "maximum", "floor", "sqrt", "select", "cast", "random")
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 5e-324, 1e-300, 40.0, -800.0, 1e300, np.inf, -np.inf, np.nan)
thorough = settings(
    deadline=None,
    max_examples=2,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def compared(found, expected, operation):
    """Raise where native and reference differ: not at all for what is only moved, compared or added once."""
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    if found.dtype.name not in FLOATS or operation.kind in ("view", "placement", "leaf") or operation.name in EXACT:
        np.testing.assert_array_equal(found, expected)
        return
    epsilon = float(np.finfo(found.dtype).eps)
    sums = operation.kind in ("reduction", "other")
    np.testing.assert_allclose(found, expected, rtol=ULPS * epsilon, atol=8 * ULPS * epsilon if sums else 0)


@thorough
@pytest.mark.parametrize("checked", [False, True], ids=["as it is", "addresses checked"])
@given(data=st.data())
def test_an_operation_means_the_same_as_machine_code(operation, case, checked, data):
    examples = data.draw(st.lists(case.examples, min_size=AT_ONCE, max_size=AT_ONCE))
    tape, inputs, outputs = Tape(), {}, {}
    for number, example in enumerate(examples):
        attributes = example.attributes
        if operation.name in ("input", "state", "setting"):
            example = type(example)((), {**attributes, "name": f"leaf{number}"})
        leaves = [tape.input(f"x{number}/{i}", array.shape, array.dtype) for i, array in enumerate(example.arrays)]
        inputs.update(zip(leaves, example.arrays, strict=True))
        outputs[str(number)] = example.call(operation, tape, *leaves)
    batch = {tensor.call.attributes["name"]: array for tensor, array in inputs.items()}
    state, given_settings = {}, {}
    if operation.evaluate is None:
        for tensor in outputs.values():
            value = np.arange(np.prod(tensor.shape, dtype=int)).astype(tensor.dtype).reshape(tensor.shape)
            inputs[tensor] = value
            role = {"input": batch, "state": state, "setting": given_settings}[operation.name]
            role[tensor.call.attributes["name"]] = value
    expected = evaluate(list(outputs.values()), inputs)
    found = Native(checked=checked).compile(Program(tape, outputs)).step(state, batch, given_settings)
    for name, value in zip(outputs, expected, strict=True):
        compared(found[name], value, operation)


@pytest.mark.parametrize("dtype", FLOATS)
def test_special_values_give_the_same_as_machine_code(operation, case, number, dtype):
    with np.errstate(over="ignore", under="ignore"):
        rows = list(itertools.product(np.array(SPECIAL, dtype), repeat=case.arity))
    arrays = [np.array(column, dtype) for column in zip(*rows, strict=True)]
    tape = Tape()
    inputs = [tape.input(f"x{i}", array.shape, dtype) for i, array in enumerate(arrays)]
    output = operation(*inputs)
    (expected,) = evaluate([output], dict(zip(inputs, arrays, strict=True)))
    batch = {f"x{i}": array for i, array in enumerate(arrays)}
    found = Native().compile(Program(tape, {"y": output})).step({}, batch, {})["y"]
    compared(found, expected, operation)
