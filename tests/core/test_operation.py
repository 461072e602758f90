from __future__ import annotations

import numpy as np
import pytest

from glassnet.core.operation import as_dtype, define, holds, operations
from glassnet.core.operations import elementwise
from glassnet.core.tape import Tape
from glassnet.errors import DTypeError


def test_a_name_is_defined_once():
    with pytest.raises(ValueError, match="'add' is defined already"):
        define("add", "elementwise", lambda a: (a.shape, a.dtype))


def test_the_registry_that_is_handed_out_is_a_copy():
    before = len(operations())
    dict(operations()).clear()
    assert len(operations()) == before


def test_an_operand_that_is_no_tensor_is_named():
    x = Tape().input("x", (), "float64")
    for operands in ((2.0,), (x, 2.0)):
        with pytest.raises(TypeError, match=r"2\.0 is no tensor"):
            elementwise.add(*operands)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("float32", "float32"),
        (float, "float64"),
        (int, "int64"),
        (bool, "bool"),
        (np.float32, "float32"),
        (np.dtype("int32"), "int32"),
        (">f8", "float64"),
        ("u4", "uint32"),
    ],
)
def test_a_dtype_in_any_spelling_has_one_name(given, name):
    assert as_dtype(given) == name


@pytest.mark.parametrize("given", ["float16", "complex128", str, object, "int8", "no such dtype", np.datetime64])
def test_a_dtype_that_operations_do_not_know_is_an_error_that_lists_those_they_do(given):
    with pytest.raises(DTypeError, match="expected one of float32, float64, int32, int64, uint32, bool"):
        as_dtype(given)


@pytest.mark.parametrize(
    ("dtype", "value", "held"),
    [
        ("float32", 0.1, True),
        ("float32", 3.4e38, True),
        ("float32", 3.5e38, False),
        ("float32", [1.0, np.inf, np.nan], True),
        ("float32", 2**40, True),
        ("float64", 1e300, True),
        ("int64", 0.5, False),
        ("int64", 2.0, False),
        ("int64", 2**63, False),
        ("int32", 2**31 - 1, True),
        ("int32", 2**31, False),
        ("int32", -(2**31), True),
        ("uint32", -1, False),
        ("uint32", 2**32 - 1, True),
        ("int32", True, True),
        ("int32", np.zeros(0, int), True),
        ("bool", True, True),
        ("bool", 1, False),
        ("float64", "1", False),
        ("float64", 1j, False),
        ("float64", None, False),
    ],
)
def test_a_dtype_holds_the_numbers_that_keep_their_meaning(dtype, value, held):
    assert holds(dtype, np.asarray(value)) is held
