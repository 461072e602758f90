"""What is rare in a whole column: words among numbers that no row of a sample holds."""

from __future__ import annotations

import numpy as np

from glassnet.data.schema import Kind, Schema
from glassnet.data.survey import Survey
from glassnet.data.table import Table, text_column
from glassnet.data.text.seen import FormsSeen


def surveyed(*chunks: Table) -> Survey:
    survey = Survey()
    for chunk in chunks:
        survey.add(chunk)
    return survey


def table(numbers: list[str], dates: list[str]) -> Table:
    return Table({"x": text_column(numbers), "day": text_column(dates)}, "t.csv")


def plain(first: int, end: int) -> Table:
    return table(
        [f"{i / 8}" for i in range(first, end)], [f"{i % 28 + 1:02}/{i % 12 + 1:02}/2021" for i in range(first, end)]
    )


def test_a_word_among_numbers_that_the_sample_lacks_is_taken_as_missing_and_said():
    sample = plain(0, 300)
    odd = table(["1.5", "oops", " oops", "n/a"], ["31/04/2021", "13/12/2021", "", "01/01/2021"])
    schema = surveyed(sample, odd, plain(300, 900)).mended(Schema.decide(sample, []))
    x, day = schema.columns
    assert (x.kind, day.kind) == (Kind.NUMBER, Kind.DATE)
    assert x.gaps == ("oops",)  # "n/a" is a gap anyway
    assert day.gaps == ("31/04/2021",)
    assert (
        "column 'x': among all 904 rows 1 word that is no number, taken as missing, such as 'oops' in row 302"
        in schema.notes
    )


def test_a_schema_that_reads_all_rows_stays_as_it_is():
    sample = plain(0, 300)
    schema = Schema.decide(sample, [])
    mended = surveyed(sample, plain(300, 600)).mended(schema)
    assert (mended.columns, mended.notes) == (schema.columns, schema.notes)


def test_memory_is_bounded_whatever_a_column_holds():
    seen = FormsSeen()
    for start in range(0, 60_000, 5_000):
        seen.add(text_column([f"{'ab'[i % 2]}{'c' * (i % 50)}{i}" for i in range(start, start + 5_000)]))
        assert len(seen.texts) <= 10_000
    words = FormsSeen()
    for start in range(0, 40_000, 4_000):
        words.add(
            text_column(
                [
                    np.base_repr(i * 7919, 36).translate(str.maketrans("0123456789", "GHIJKLMNOP"))
                    for i in range(start, start + 4_000)
                ]
            )
        )
    assert words.ended
    assert len(words.counts) <= 14_000
