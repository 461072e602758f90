from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.settings import (
    Configured,
    as_json,
    as_names,
    check_flag,
    check_name,
    check_number,
    check_whole,
    find,
    from_json,
)


@dataclass(frozen=True)
class Part(Configured):
    size: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Whole(Configured):
    part: Any = None
    value: Any = 0.5
    worked_out: int = field(init=False, default=3)


@dataclass(frozen=True)
class Named(Part):
    label: str | None = field(default=None, kw_only=True)
    hidden: int = field(default=0, repr=False)

    def __repr__(self) -> str:
        return f"the part {super().__repr__()}"


CLASSES = {"Part": Part, "Whole": Whole}


@pytest.mark.parametrize(
    "whole",
    [
        Whole(Part(3, ("a", "b")), 1 / 3),
        Whole((Part(1), Part(2)), None),
        Whole({"left": Part(1), "right": (1, 2)}, "word"),
        Whole(value=True),
    ],
)
def test_what_is_written_is_read_back(whole):
    assert from_json(json.loads(json.dumps(as_json(whole, "here"))), CLASSES) == whole


def test_numbers_and_arrays_of_numpy_are_written_as_plain_ones():
    written = Whole(np.arange(4).reshape(2, 2), np.float32(0.5)).settings()
    assert written == {"part": [[0, 1], [2, 3]], "value": 0.5}
    assert type(written["value"]) is float


@pytest.mark.parametrize(
    "written",
    [
        "Part(size=3)",
        "Part(size=3, names=('a',))",
        "Whole(part=None)",
        "Whole(part=Part(size=1), value='word')",
        "Whole(part=(Part(size=1), Part(size=2)), value=None)",
    ],
)
def test_an_object_prints_as_the_call_that_makes_it_without_what_is_as_by_default(written):
    assert repr(eval(written)) == written


def test_a_class_prints_in_its_own_way_where_it_has_one():
    assert repr(Named(1, label="x", hidden=3)) == "the part Named(size=1, label='x')"


@pytest.mark.parametrize("value", [object(), len, 1j, {1: 2}, b"bytes"])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(SettingError, match=r"Whole: value is .*, which cannot be saved"):
        Whole(value=value).settings()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"class": "Prat", "size": 1}, r"no class is called 'Prat' here; did you mean 'Part'\?; give your own"),
        ({"class": "Part", "sise": 1}, r"Part has no setting 'sise'; did you mean 'size'\? It has size, names"),
        ({"class": "Part"}, "Part needs the setting 'size'"),
        ({"class": "Whole", "worked_out": 4}, "Whole has no setting 'worked_out'"),
    ],
)
def test_what_does_not_fit_is_refused(value, message):
    with pytest.raises(SettingError, match=message):
        from_json(value, CLASSES)


@pytest.mark.parametrize("name", ["Leaky ReLU", "leaky-relu", "LEAKY_RELU"])
def test_names_are_found_whatever_their_case_and_separators(name):
    assert find("thing", name, {"LeakyReLU": 1, "ReLU": 2}, {}) == 1


def test_names_that_are_not_known_are_answered():
    known = {"LeakyReLU": 1}
    with pytest.raises(
        SettingError, match=r"no thing is called 'lrelu'; here it is called 'LeakyReLU'. Known: LeakyReLU"
    ):
        find("thing", "lrelu", known, {"lReLU": "LeakyReLU"})
    with pytest.raises(SettingError, match=r"no thing is called 'leakyrelo'; did you mean 'LeakyReLU'\?"):
        find("thing", "leakyrelo", known, {})


@pytest.mark.parametrize("wrong", [3, None, b"left", ["left"], {}, np.array(["left", "right"]), str])
def test_what_is_no_name_is_answered_with_the_names(wrong):
    check_name("side", np.str_("left"), ["left", "right"])
    with pytest.raises(SettingError) as raised:
        check_name("side", wrong, ["left", "right"])
    assert str(raised.value) == f"side={wrong!r}: expected one of 'left', 'right'"


def test_a_name_that_is_not_known_is_answered_with_the_nearest():
    with pytest.raises(SettingError, match=r"side='Lefft': expected one of 'left', 'right'; did you mean 'left'\?"):
        check_name("side", "Lefft", ["left", "right"])


def test_names_are_one_or_several():
    assert as_names("target", "price") == ("price",)
    assert as_names("target", np.array(["a", "b"])) == ("a", "b")
    for wrong in (3, None, b"a", [1], {"a": 1}, str):
        with pytest.raises(SettingError, match="expected a name, or a list of names"):
            as_names("target", wrong)


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        ("[0, 1)", [0, 0.5, np.float32(0)], [-0.1, 1, np.nan]),
        ("(0, 1]", [1, 1e-9], [0, 2]),
        ("(0, inf)", [9], [np.inf]),
    ],
)
def test_intervals_hold_their_closed_ends_only(interval, inside, outside):
    for value in inside:
        check_number(Whole(value=value), "value", interval)
    for value in [*outside, "1", None, True]:
        with pytest.raises(SettingError, match=r"Whole: value=.*, expected a number in "):
            check_number(Whole(value=value), "value", interval)


@pytest.mark.parametrize("value", [1, 2.0, "3", True, None])
def test_whole_numbers_are_whole_and_large_enough(value):
    check_whole(Whole(value=np.int64(2)), "value", 2)
    with pytest.raises(SettingError, match="expected a whole number of at least 2"):
        check_whole(Whole(value=value), "value", 2)


@pytest.mark.parametrize("value", [1, None, "True"])
def test_flags_are_true_or_false(value):
    check_flag(Whole(value=False), "value")
    with pytest.raises(SettingError, match="expected True or False"):
        check_flag(Whole(value=value), "value")
