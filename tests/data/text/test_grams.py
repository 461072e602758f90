"""What texts are made of, as numbers."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.text.grams import AT_ONCE, IN_PIECES, grams, parts_of, words_in

MASK = 2**64 - 1


def hashed(letters: str) -> int:
    """FNV-1a over code points and the end of MurmurHash3, in Python's own integers."""
    value = 0xCBF29CE484222325
    for letter in letters:
        value = (value ^ ord(letter)) * 0x100000001B3 & MASK
    return mixed(value)


def mixed(value: int) -> int:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        value = (value ^ value >> 33) * factor & MASK
    return value ^ value >> 33


def pieces_of(text: str) -> list[int]:
    padded = [f" {word} " for word in words_in(text)]
    return [hashed(word[i : i + n]) for word in padded for n in (3, 4) for i in range(len(word) - n + 1)]


@given(st.lists(st.text(st.sampled_from("abcß Éé,.-_7\n漢"), max_size=20), max_size=6))
def test_words_and_pieces_are_those_of_a_plain_loop(texts):
    words, pairs, pieces = grams(texts)
    for place, text in enumerate(texts):
        own = words_in(text)
        assert words.hashes[words.texts == place].tolist() == [hashed(word) for word in own]
        assert len(pairs.hashes[pairs.texts == place]) == max(0, len(own) - 1)
        assert sorted(pieces.hashes[pieces.texts == place].tolist()) == sorted(pieces_of(text))


def test_pairs_tell_the_order_of_words():
    _, pairs, _ = grams(["old man", "man old", "Old, man!", "the old man"])
    first, other, same, _, last = pairs.hashes.tolist()
    assert first == same == last != other


def test_no_texts_and_texts_without_words_have_no_parts():
    assert [len(each.hashes) for each in grams([])] == [0, 0, 0]
    assert [len(each.hashes) for each in grams(["", " - ", "?!"])] == [0, 0, 0]


def test_numbers_are_the_same_in_every_process():
    code = "from glassnet.data.text.grams import grams; print(grams(['red wine'])[0].hashes.tolist())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str([hashed("red"), hashed("wine")])


def test_each_part_counts_once_a_text():
    words, _, _ = grams(["a b a a", "b"])
    found = words.buckets(4096)
    assert found.texts.tolist() == [0, 0, 1]
    assert sorted(found.places[:2].tolist()) == sorted(np.unique(words.hashes % 4096).tolist())


def test_rows_hold_the_parts_of_their_texts():
    words, *_ = parts_of(["b a", "", "c"], 2**30)
    rows, places = words.of_rows(np.array([2, -1, 0, 1, 2]))
    assert rows.tolist() == [0, 2, 2, 4]
    assert places[0] == places[3]
    assert words.of_rows(np.array([-1, -1]))[0].tolist() == []
    assert parts_of([], 64)[0].of_rows(np.array([-1]))[0].tolist() == []


def test_many_texts_are_looked_at_in_turn():
    texts = [f"word {i}" for i in range(2 * AT_ONCE + 3)]
    words, *_ = parts_of(texts, 2**30)
    for place in (0, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE + 2):
        expected = sorted((grams([texts[place]])[0].hashes % np.uint64(2**30)).tolist())
        assert words.places[words.texts == place].tolist() == expected


def test_of_long_texts_the_first_pieces_are_looked_at():
    first, second = (grams([text])[2].hashes for text in ("ab " * 100, "ab " * 100 + "xyz"))
    assert second.tolist() == first.tolist()
    beside = grams(["ab " * 100, "", "c"])[2]
    assert beside.hashes[beside.texts == 0].tolist() == first.tolist()
    assert len(first) < 2 * IN_PIECES
