"""What gives its rows in batches, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.batches import as_batches
from glassnet.errors import DataError

PAIR = (np.zeros((2, 1)), np.zeros(2))


class Loader:
    """An object like a data loader of other libraries: it has a length and starts afresh."""

    def __len__(self) -> int:
        return 2

    def __iter__(self):
        return iter([PAIR, PAIR])


@pytest.mark.parametrize(
    ("data", "again"),
    [(lambda: iter([PAIR]), True), (Loader(), True), (iter([PAIR]), False), ((PAIR for _ in range(2)), False)],
)
def test_functions_and_loaders_start_afresh_and_iterators_do_not(data, again):
    batches = as_batches(data)
    assert batches is not None
    assert batches.again is again
    assert len(list(batches.examples)) > 0
    assert (len(list(batches.examples)) > 0) is again


def test_arrow_readers_go_by_once_and_datasets_again_and_again(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    dataset = pytest.importorskip("pyarrow.dataset")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"a": [1, 2, 3], "b": ["x", "y", None]})
    parquet.write_table(table, tmp_path / "a.parquet")
    reader, files = as_batches(table.to_reader(2)), as_batches(dataset.dataset(tmp_path / "a.parquet"))
    assert reader is not None
    assert files is not None
    assert [len(each) for each in reader.tables] == [2, 1]
    assert [len(each) for _ in range(2) for each in files.tables] == [3, 3]
    assert (reader.again, files.again, as_batches(table)) == (False, True, None)


@pytest.mark.parametrize(
    "data",
    [np.zeros((2, 2)), [[1], [2]], {"a": [1]}, (1, 2), {1, 2}, "absent.csv", 3, None, object(), len, dict, lambda x: x],
)
def test_what_lies_in_memory_is_no_stream(data):
    assert as_batches(data) is None


def test_frames_of_every_library_are_no_streams():
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    frame = pandas.DataFrame({"a": [1]})
    for data in (frame, frame["a"], polars.DataFrame(frame), polars.LazyFrame({"a": [1]}), polars.Series([1])):
        assert as_batches(data) is None


def test_what_a_batch_is_not_is_told_with_its_number():
    for data, words in (
        (lambda: 3, "the function gave a value of type int; expected an iterator of batches"),
        (iter([{"a": [1, 2]}, 3]), "the list_iterator, batch 2: cannot read data of type int as a table"),
        (iter([PAIR]), "the list_iterator, batch 1 is a tuple; expected tables that hold the target"),
    ):
        batches = as_batches(data)
        assert batches is not None
        with pytest.raises(DataError, match=words):
            list(batches.tables)
