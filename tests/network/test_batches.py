"""Networks that learn from, answer for and are tested on what does not lie in memory at once."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.chunks import joined
from glassnet.data.read import chunks_in
from glassnet.errors import DataError, DataWarning, NotLearntError, SettingError, TargetError
from glassnet.network.from_batches import Ways, held
from glassnet.network.given import Given
from glassnet.network.room import LIBRARIES, OF_A_JUDGED, OF_A_VALUE, Room
from glassnet.network.terms import Asked

ROWS, WIDTH = 40_000, 100
LEAST = 250_000_000  # bytes, the least that may be asked for: of rows of 100 numbers and a target it holds 16,501
WEIGHTS = np.linspace(-1, 1, WIDTH)


@functools.cache
def inputs() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(ROWS, WIDTH)).astype(np.float32)


def batches(rows: int = ROWS) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for start in range(0, rows, 3000):
        x = inputs()[start : min(start + 3000, rows)]
        yield x, x @ WEIGHTS


def linear() -> gn.Network:
    return gn.Network([gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.01), seed=0)


def written(folder: Path, rows: int, *, odd: dict[int, str] | None = None, half: bool = False) -> Path:
    """A table of two inputs and y = 2 a + c, some values of a being odd ones, or all from the middle on."""
    random = np.random.default_rng(1)
    a, c = random.normal(size=rows).round(3), random.integers(0, 3, rows)
    words = [f"{x}" if not half or i < rows / 2 else f"v{x}" for i, x in enumerate(a.tolist())]
    for row, word in (odd or {}).items():
        words[row - 1] = word
    lines = [f"{w},{'xyz'[k]},{2 * x + k:.3f}\n" for w, k, x in zip(words, c.tolist(), a.tolist(), strict=True)]
    path = folder / "rows.csv"
    path.write_text("a,c,y\n" + "".join(lines))
    return path


def room(rows: int, columns: int = 3) -> Room:
    """Room for so many rows of so many columns, in which every file is large."""
    return Room(LIBRARIES + rows * columns * (OF_A_VALUE + OF_A_JUDGED), 1)


def small(network: gn.Network, path: Path, rows: int, **terms) -> gn.Report:
    """Learn from a file as `learn` does, within less room than it may be asked for."""
    ways = Ways(tables=True, sampled=terms.pop("sampled"), seed=0, room=room(rows))
    found = held(Given(path, target="y"), ways)
    assert found.stream is not None
    assert (len(found.given.data), found.stream.held) == (rows, rows)
    asked = Asked(**terms, stream=found.stream)
    return network._learn(found.given, asked, [], None, 0)


def test_a_function_of_batches_is_gone_through_in_every_epoch():
    network = linear()
    report = network.learn(batches, epochs=2, memory_limit=LEAST, batch_size=100)
    assert (report.steps, report.epochs) == (800, 2)
    assert report.training_losses[-1] < 1e-3 * report.training_losses[0]
    assert "the function was learnt from batch by batch, shuffled within a buffer of 31 MB" in str(report)
    assert "those of 8,250 of its rows" in str(report)
    x = inputs()[:50]
    assert network.predict(x) == pytest.approx(x @ WEIGHTS, abs=0.2)


def test_a_generator_is_gone_through_once():
    network = linear()
    report = network.learn(batches(), memory_limit=LEAST, batch_size=100)
    assert (report.steps, report.epochs) == (400, 1)
    assert "its first rows decided what its values are taken for" in str(report)
    with pytest.raises(SettingError, match="epochs=2: the generator can be gone through once only; give a function"):
        linear().learn(batches(), epochs=2, memory_limit=LEAST)


def test_a_generator_that_fits_is_held_and_learnt_as_arrays_are():
    x = inputs()[:3000]
    streamed, whole = linear(), linear()
    streamed.learn(batches(3000), epochs=3)
    whole.learn(x, x @ WEIGHTS, epochs=3)
    assert np.array_equal(streamed.weights["dense_1.weights"], whole.weights["dense_1.weights"])


def test_the_same_seed_gives_the_same_bits():
    one, other = linear(), linear()
    for network in (one, other):
        network.learn(batches, epochs=1, memory_limit=LEAST)
    assert np.array_equal(one.weights["dense_1.weights"], other.weights["dense_1.weights"])


def test_learning_goes_on_from_another_stream():
    network = linear()
    network.learn(inputs()[:500], inputs()[:500] @ WEIGHTS, epochs=1)
    report = network.learn(batches, epochs=1, memory_limit=LEAST)
    assert report.continued_from == 16
    assert report.steps == 1250


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"mode": "full-batch"}, "mode='full-batch' needs all rows in memory, and the function does not lie there"),
        ({"validation": 0.1}, "validation= of a share needs all rows"),
        ({"sample_weight": np.ones(ROWS)}, "of the function give batches (inputs, targets, weights)"),
        ({"sample_weight": "w"}, "sample_weight='w' names a column, and the function gives pairs"),
        ({"memory_limit": 1000}, "memory_limit=1000: expected a number of bytes, 250,000,000 at least"),
        ({"memory_limit": "1 GB"}, "memory_limit='1 GB': expected a number of bytes"),
    ],
)
def test_what_a_stream_cannot_have_is_refused_and_changes_nothing(terms, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    network = linear()
    with pytest.raises(SettingError) as caught:
        network.learn(batches, epochs=1, **{"memory_limit": LEAST, **terms})
    assert words in str(caught.value)
    with pytest.raises(NotLearntError):
        network.predict(inputs()[:1])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("terms", "name"), [({"class_weight": "balanced"}, "class_weight='balanced'"), ({"checkpoint": "a"}, "checkpoint=")]
)
def test_what_a_stream_that_goes_by_once_cannot_have_is_refused(terms, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingError) as caught:
        linear().learn(batches(), memory_limit=LEAST, **terms)
    assert f"{name} needs rows that can be gone through again, and the generator can be once only" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", [70, 410, 700])
def test_a_run_on_a_stream_goes_on_from_its_checkpoint_bit_for_bit(at, tmp_path):
    class Stop(gn.Callback):
        def on_slice_end(self, moment):
            if moment.steps >= at:
                raise RuntimeError("enough")

    terms = {"epochs": 2, "memory_limit": LEAST, "batch_size": 100}
    whole, broken = linear(), linear()
    whole.learn(batches, **terms)
    path = tmp_path / "run.glass"
    with pytest.raises(RuntimeError, match="enough"):
        broken.learn(batches, **terms, callbacks=[Stop()], checkpoint=gn.Checkpoint(path, steps=10))
    other = gn.Network.resume(path)
    with pytest.raises(DataError, match="the data are not those of the unfinished run"):
        other.learn(batches, memory_limit=2 * LEAST)
    resumed = gn.Network.resume(path)
    report = resumed.learn(batches, memory_limit=LEAST)
    assert report.steps == 800
    assert np.array_equal(resumed.weights["dense_1.weights"], whole.weights["dense_1.weights"])


def test_a_stream_that_breaks_on_the_way_leaves_the_network_as_after_the_last_whole_step():
    times = iter([ROWS, 30_000])

    def shorter() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return batches(next(times, 30_000))

    network = linear()
    network.learn(inputs()[:320], inputs()[:320] @ WEIGHTS, epochs=1)
    with pytest.raises(DataError, match="the function gave 30,000 rows where it gave 40,000 before"):
        network.learn(shorter, epochs=2, memory_limit=LEAST)
    assert np.isfinite(network.predict(inputs()[:5])).all()


def test_an_ensemble_learns_an_even_sample_of_a_file(tmp_path):
    path = written(tmp_path, 6000)
    network = gn.Network(seed=0)
    report = small(network, path, 1500, sampled=True, epochs=20)
    assert "learnt from 1,500 rows drawn evenly from all 6,000 of rows.csv" in str(report)
    assert network.test(path)["r2"] > 0.97
    assert report.score["r2"] == pytest.approx(network.test(path)["r2"], abs=0.02)


def test_a_word_anywhere_in_a_file_is_taken_as_missing_and_learning_and_answering_go_on(tmp_path):
    path = written(tmp_path, 6000, odd={5001: "oops"})
    for layers in (None, [gn.Dense(8, "relu"), gn.Dense(1)]):
        network = gn.Network(layers, loss=None if layers is None else "squared", seed=0)
        report = small(network, path, 500, sampled=layers is None, epochs=3)
        said = (
            "column 'a': among all 6,000 rows 1 word that is no number, taken as missing, such as 'oops' in row 5,001"
        )
        assert said in report.notes
        with pytest.warns(DataWarning, match="a: 1 missing value"):
            assert len(network.predict(path)) == 6000


def test_a_column_whose_kind_changes_halfway_is_no_number_and_said(tmp_path):
    path = written(tmp_path, 6000, half=True)
    report = small(gn.Network(seed=0), path, 1000, sampled=True, epochs=3)
    assert any("'a'" in note and "others are, so it is left out" in note for note in report.notes)
    found = re.search(r"column 'a' changes at row ([\d,]+): '(.*?)'", "\n".join(report.notes))
    assert found is not None
    row, word = found.groups()
    place = int(row.replace(",", ""))  # of the file, though a sample was learnt from
    assert 3000 < place < 3100
    assert path.read_text().splitlines()[place].startswith(f"{word},")


def test_layers_learn_every_row_of_a_file_in_every_epoch(tmp_path):
    path = written(tmp_path, 6000)
    network = gn.Network([gn.Dense(16, "relu"), gn.Dense(1)], loss="squared", seed=0)
    report = small(network, path, 500, sampled=False, epochs=3, batch_size=50)
    assert report.steps == 3 * 120
    assert network.test(path)["r2"] > 0.97


def test_a_sample_of_a_file_is_the_same_however_it_is_cut(tmp_path):
    path = written(tmp_path, 4000)
    found = held(Given(path), Ways(tables=True, sampled=True, seed=3, room=room(100)))
    chunks = chunks_in(path, 1)
    assert chunks is not None
    frames = joined(list(chunks))
    parts = [frames.take(slice(start, start + 77)) for start in range(0, 4000, 77)]
    other = held(Given(lambda: iter(parts)), Ways(tables=True, sampled=True, seed=3, room=room(100)))
    assert found.given.data.columns["a"].values.tolist() == other.given.data.columns["a"].values.tolist()


def test_answers_and_scores_of_batches_are_those_of_all_rows_together():
    x = inputs()[:5000]
    network = linear()
    network.learn(x, x @ WEIGHTS, epochs=2)
    assert np.array_equal(network.predict(batch for batch, _ in batches(5000)), network.predict(x))
    whole, parts = network.test(x, x @ WEIGHTS), network.test(batches(5000))
    assert parts == pytest.approx(whole, rel=1e-12)


def test_probabilities_of_batches_and_a_batch_unlike_the_others():
    x = inputs()[:300]
    network = gn.Network([gn.Dense(2)], loss="softmax log loss", seed=0)
    network.learn(x, x[:, 0] > 0, epochs=2)
    assert np.array_equal(network.predict_probabilities(iter([x[:100], x[100:]])), network.predict_probabilities(x))
    with pytest.raises(DataError, match=r"rows of shape \(3,\) were given"):
        network.predict(iter([x, x[:, :3]]))
    with pytest.raises(DataError, match="the list_iterator gave no batch"):
        network.predict(iter([]))
    with pytest.raises(DataError, match="the list_iterator gave no rows"):
        network.test(iter([]))


def test_words_are_targets_of_batches_too():
    x = inputs()[:6000]
    words = np.where(x[:, 0] > 0, "above", "below")
    network = gn.Network([gn.Dense(2)], loss="softmax log loss", optimizer=gn.Adam(0.05), seed=0)
    network.learn(lambda: ((x[i : i + 500], words[i : i + 500]) for i in range(0, 6000, 500)), epochs=5)
    assert (network.predict(x) == words).mean() > 0.95


def test_a_class_that_comes_late_is_told():
    x = inputs()

    def late() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for start in range(0, ROWS, 4000):
            labels = np.where(x[start : start + 4000, 0] > 0, "a", "b")
            yield x[start : start + 4000], labels if start < 36_000 else np.where(labels == "a", "c", labels)

    network = gn.Network([gn.Dense(2)], loss="softmax log loss", seed=0)
    with pytest.raises(TargetError, match="the class 'c' was not learnt; the classes are 'a', 'b'"):
        network.learn(late(), memory_limit=LEAST)


def test_targets_beside_batches_are_refused():
    with pytest.raises(SettingError, match="the generator brings its targets with it"):
        linear().learn(batches(), np.zeros(ROWS))


def test_a_sparse_matrix_is_learnt_as_the_rows_that_it_stands_for_and_never_written_out_whole():
    sparse = pytest.importorskip("scipy.sparse")
    rows, width = 6000, 300
    random = np.random.default_rng(0)
    dense = (random.normal(size=(rows, width)) * (random.random((rows, width)) < 0.05)).astype(np.float32)
    matrix, y = sparse.csr_array(dense), dense[:, :3].sum(axis=1)
    found = held(Given(matrix, y), Ways(tables=False, sampled=False, seed=0, room=Room()))
    assert found.stream is not None
    assert (len(found.given.data), found.stream.rows) == (4096, rows)
    network = linear()
    network.learn(matrix, y, epochs=8)
    assert network.test(matrix, y)["r2"] > 0.99
    assert network.test(matrix, y) == pytest.approx(network.test(dense, y), rel=1e-9)
    assert np.array_equal(network.predict(matrix), network.predict(dense))
    with pytest.raises(DataError, match="6,000 rows of inputs and 5 targets"):
        network.learn(matrix, y[:5])
    matrix.indices[0] = width
    with pytest.raises(
        DataError, match=r"the sparse matrix, row \d+: a number stands in column 301, and there are 300"
    ):
        network.learn(matrix, y)
