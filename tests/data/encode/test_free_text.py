"""Columns of free text, for an ensemble and for layers laid out by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data.encode import Encoding
from glassnet.data.encode.column_encoder import echoes
from glassnet.data.encode.free_text import FreeText
from glassnet.data.encode.hashed_text import WIDTH, HashedText
from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Kind, Schema
from glassnet.data.text.grams import grams
from glassnet.errors import DataWarning

THINGS = ("chair", "table", "lamp", "shelf", "bed", "desk")
WORDS = (("broken", -2.0), ("old", -1.0), ("plain", 0.0), ("fine", 1.0), ("new", 2.0))
SCHEMA = ColumnSchema("note", Kind.TEXT, "", "text")


def offers(rows: int, seed: int) -> dict[str, list]:
    """Offers of furniture in words, whose price goes with one of them."""
    random = np.random.default_rng(seed)
    which = random.integers(len(WORDS), size=rows)
    things = random.choice(THINGS, rows)
    notes = [f"A {WORDS[w][0]} {t}, number {i} of the sale" for i, (w, t) in enumerate(zip(which, things, strict=True))]
    noise = random.normal(0, 0.3, rows)
    return {
        "note": notes,
        "age": list(range(rows)),
        "price": [WORDS[w][1] + e for w, e in zip(which, noise, strict=True)],
    }


def column(*values):
    return as_table({"note": values}).columns["note"]


def test_text_is_known_by_words_that_come_again():
    schema = Schema.decide(as_table(offers(60, 0)), ["price"])
    assert (schema.columns[0].kind, schema.columns[0].reason) == (Kind.TEXT, "free text of 6.0 words on average")
    assert ColumnSchema.from_json(json.loads(json.dumps(schema.columns[0].to_json()))) == schema.columns[0]


@pytest.mark.parametrize(
    "values",
    [
        [f"Home {i}" for i in range(60)],
        [f"{i:03}-{i * i} x{i} y{i}" for i in range(60)],
        [f"{i * 7919 % 104729:08x}" for i in range(60)],
    ],
)
def test_names_of_rows_are_left_out(values):
    schema = Schema.decide(as_table({"name": values, "age": [i * i for i in range(60)], "y": np.arange(60) / 7}), ["y"])
    assert schema.columns[0].kind is Kind.IGNORED


def test_the_caller_says_text():
    table = as_table({"name": ["red wine", "white wine"] * 20, "y": np.arange(40) / 7})
    assert Schema.decide(table, ["y"]).columns[0].kind is Kind.CATEGORY
    found = Schema.decide(table, ["y"], {"name": "text"}).columns[0]
    assert (found.kind, found.reason, found.told) == (Kind.TEXT, "as you said", True)


def test_gaps_have_a_flag_and_nothing_else():
    texts = column("red wine", "white wine", None, "red car", "old car", "red")
    targets, folds = np.arange(6.0)[:, None], np.array([0, 1, 0, 1, 0, 1])
    encoder = FreeText.fit(SCHEMA, texts, targets, folds)
    encoded = np.empty((6, len(encoder.linear)))
    encoder.write(encoder.read(texts, "")[0], encoded, folds)
    assert len(encoder.features) == len(encoder.linear) == encoded.shape[1]
    assert encoder.features[-1] == "note missing"
    np.testing.assert_array_equal(encoded[:, -1], [0, 0, 1, 0, 0, 0])
    assert not encoded[2, :-1].any()


def test_texts_of_unknown_words_and_new_gaps_are_counted():
    texts = column("red wine", "white wine", "red car")
    encoder = FreeText.fit(SCHEMA, texts, np.arange(3.0)[:, None], np.array([0, 1, 0]))
    assert encoder.read(column("red house", "blau", "grün", None), "")[1] == [
        "note: 1 missing value, none when learnt: taken as without words",
        "note: 2 texts hold no word that was seen when learnt",
    ]


@given(st.lists(st.text(st.sampled_from("abc éß-\n漢"), max_size=30), min_size=2, max_size=12))
def test_a_row_is_encoded_alone_as_among_others(values):
    texts = column(*values)
    targets, folds = np.arange(len(values))[:, None] ** 2.0, np.arange(len(values)) % 2
    for encoder in (FreeText.fit(SCHEMA, texts, targets, folds), HashedText.fit(SCHEMA, texts, "")):
        together, alone = np.empty((2, len(values), len(encoder.features)))
        encoder.write(encoder.read(texts, "")[0], together)
        for row in range(len(values)):
            encoder.write(encoder.read(texts.take(slice(row, row + 1)), "")[0], alone[row : row + 1])
        assert np.isfinite(together).all()
        np.testing.assert_array_equal(alone, together)


def test_hashed_words_have_signs_and_unit_length():
    encoder = HashedText.fit(SCHEMA, column("red wine", None), "")
    encoded = np.empty((3, WIDTH + 1))
    encoder.write(encoder.read(column("red wine red", None, "?"), "")[0], encoded)
    expected = np.zeros(WIDTH)
    for value in grams(["red wine"])[0].hashes.tolist():
        expected[value % (2 * WIDTH) // 2] += (-1 if value % 2 else 1) / 2**0.5
    np.testing.assert_allclose(encoded[0, :WIDTH], expected)
    np.testing.assert_array_equal(encoded[1:, :WIDTH], 0)
    np.testing.assert_array_equal(encoded[:, WIDTH], [0, 1, 0])


def test_a_network_learns_from_words_saves_them_and_says_why(tmp_path):
    table, new = offers(200, 0), offers(100, 1)
    network = gn.Network(seed=0)
    report = network.learn(table, target="price", epochs=20)
    assert report.score["r2"] > 0.8
    answers = network.predict(new)
    again = gn.load(network.save(tmp_path / "price.glass"))
    np.testing.assert_array_equal(again.predict(new), answers)
    assert np.corrcoef(answers, new["price"])[0, 1] > 0.9
    explained = again.explain(new)
    assert explained.importance("mean_absolute_error", repeats=2).columns == ("note", "age")
    attributions = explained.attributions()
    assert attributions.values.shape == (100, 2)
    with pytest.warns(DataWarning, match="note: 1 text holds no word that was seen when learnt"):
        again.predict({"note": ["zzz"], "age": [3]})


def test_layers_laid_out_by_hand_take_text():
    table = as_table(offers(60, 0))
    schema = Schema.decide(table, ["price"])
    encoding = Encoding.fit(schema, table, one_hot=True)
    again = Encoding.from_json(json.loads(json.dumps(encoding.to_json())), schema)
    (spec,) = encoding.inputs
    assert spec.shape == (WIDTH + 1,)
    np.testing.assert_array_equal(again.apply(table).inputs["inputs"], encoding.apply(table).inputs["inputs"])
    network = gn.Network([gn.Dense(8), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.01), seed=0)
    report = network.learn(offers(200, 0), target="price", epochs=20)
    assert report.score["r2"] > 0.5


def test_scores_that_tell_nothing_are_left_out_and_the_length_stays():
    """Words drawn without regard to the target: a score that is left goes with its row's target out of fold."""
    random = np.random.default_rng(1)
    texts = column(*(" ".join(random.choice(THINGS, random.integers(3, 9))) for _ in range(80)))
    targets, folds = random.normal(size=(80, 1)), np.arange(80) % 4
    encoder = FreeText.fit(SCHEMA, texts, targets, folds)
    encoded = np.empty((80, len(encoder.linear)))
    values = encoder.read(texts, "")[0]
    encoder.write(values, encoded, folds)
    assert encoder.scored < 6
    assert (np.corrcoef(encoded[:, : encoder.scored].T, targets.T)[-1, :-1] > 0).all()
    assert encoder.features[encoder.scored :] == ("length of note",)
    assert echoes(encoder) == (True,) * encoder.scored + (False,)
    words = [len(set(text.split())) for text in texts.values]
    assert np.corrcoef(encoded[:, -1], np.sqrt(words))[0, 1] == pytest.approx(1)


def test_an_encoder_of_a_file_without_lengths_gives_what_it_gave():
    texts = column("red wine", "white wine", "red car", "a very old red car")
    encoder = FreeText.fit(SCHEMA, texts, np.array([[1.0], [2.0], [3.0], [5.0]]), np.array([0, 1, 0, 1]))
    told = encoder.to_json()
    del told["length"]
    before = FreeText.from_json(SCHEMA, told)
    both = [np.empty((4, len(each.linear))) for each in (encoder, before)]
    for each, into in zip((encoder, before), both, strict=True):
        each.write(each.read(texts, "")[0], into)
    np.testing.assert_array_equal(both[1], both[0][:, : encoder.scored])


def test_text_that_tells_nothing_is_learnt_without_a_word_too_much():
    random = np.random.default_rng(0)
    words = np.array([f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in "nr"])
    table = {"t": [" ".join(random.choice(words, random.integers(6, 12))) for _ in range(200)]}
    report = gn.Network(seed=0).learn({**table, "y": random.normal(size=200)}, target="y", epochs=30)
    assert report.score["r2"] < 0.03
