"""Philox 4x32-10 (see glassnet.random), one random word for each element, time step and step."""

from __future__ import annotations

from glassnet.engines.native.ir import Function, Value
from glassnet.random import LARGEST_SEED, MULTIPLIERS, ROUNDS, WEYL


def philox(name: str) -> Function:
    """The first word under the key (seed, stream) at the counter (element, time, step), the step as two words.

    All words are kept in integers of 64 bits, since a product of two has as many.
    """
    f = Function(
        name,
        ["i64 %element", "i64 %time", "i64 %step", "i32 %seed", "i32 %stream"],
        returns="i32",
        attributes="alwaysinline nounwind",
    )
    keys = [f(f"zext i32 {key} to i64") for key in ("%seed", "%stream")]
    words = [_low(f, "%element"), _low(f, "%time"), _low(f, "%step"), _high(f, "%step")]
    for _ in range(ROUNDS):
        first, second = (f("mul i64", words[i], str(m)) for i, m in zip((0, 2), MULTIPLIERS, strict=True))
        words = [
            f("xor i64", f("xor i64", _high(f, second), words[1]), keys[0]),
            _low(f, second),
            f("xor i64", f("xor i64", _high(f, first), words[3]), keys[1]),
            _low(f, first),
        ]
        keys = [_low(f, f("add i64", key, str(step))) for key, step in zip(keys, WEYL, strict=True)]
    f.returns(f(f"trunc i64 {words[0]} to i32"))
    return f


def _low(f: Function, x: Value) -> Value:
    return f("and i64", x, str(LARGEST_SEED))


def _high(f: Function, x: Value) -> Value:
    return f("lshr i64", x, "32")
