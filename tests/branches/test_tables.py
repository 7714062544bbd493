import io
from typing import Any

import openpyxl
import pytest

from branches import tables
from branches.tables import TableRefused, joined, read_table, renamed


def workbook(*rows: Any) -> Any:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_text_is_read_in_every_usual_encoding_and_separator(encoding: Any, separator: Any) -> None:
    data = f"编码{separator}名称\r\n001{separator} 南山营业厅 \r\n".encode(encoding)

    table = read_table(data)

    assert table.headers == ["编码", "名称"]
    assert list(table) == [("001", "南山营业厅")]


def test_a_workbook_is_read_with_whole_numbers_and_iso_days() -> None:
    import datetime

    table = read_table(workbook(["code", "day", "open"], [17, datetime.date(2026, 3, 1), True]))

    assert list(table) == [("17", "2026-03-01", "1")]


def test_short_rows_are_filled_and_empty_rows_at_the_end_dropped() -> None:
    assert list(read_table(b"a,b\n1\n\n2,3\n,\n")) == [("1", ""), ("", ""), ("2", "3")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "headings"),
        (b",,\n1,2,3\n", "headings"),
        (b"a,a\n1,2\n", "occurs twice: a"),
        (b"a,b\n1,2,3\n", "Row 2"),
        (b'a,b\n"1,2\n', "quotation"),
        (b"a,b\n\x00,2\n", "characters"),
        (b"PK\x03\x04 broken", "workbook"),
        (b"\xff\xff\xff", "UTF-8"),
    ],
)
def test_what_cannot_be_a_table_is_refused_in_words(data: Any, reason: Any) -> None:
    with pytest.raises(TableRefused, match=reason):
        read_table(data)


def test_files_and_tables_beyond_the_limits_are_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    with pytest.raises(TableRefused, match="more than 1 rows"):
        read_table(b"a\n1\n2\n")
    monkeypatch.setattr(tables, "MOST_UNPACKED_BYTES", 10)
    with pytest.raises(TableRefused, match="unpacked"):
        read_table(workbook(["a"], ["1"]))
    monkeypatch.setattr(tables, "MOST_BYTES", 3)
    with pytest.raises(TableRefused, match="larger"):
        read_table(b"a\n1\n")


def test_headings_are_renamed_whatever_their_case() -> None:
    assert renamed(read_table(b"STORE,x\n1,2\n"), {"Store": "code"}).headers == ["code", "x"]


def test_a_space_in_a_heading_is_as_good_as_an_underscore() -> None:
    table = read_table(b"Time Zone,opened_ON\n1,2\n")

    assert renamed(table, {"time_zone": "time_zone", "opened on": "opened_on"}).headers == [
        "time_zone",
        "opened_on",
    ]


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (b"name,name_en", ["name", "name_en"]),
        (b"name_en,name", ["name_en", "name"]),
        (b"name,title", ["name_en", "title"]),
    ],
)
def test_a_name_is_given_to_one_column_only(headings: bytes, found: list[str]) -> None:
    names = {"name": "name_en", "title": "name_en", "name_en": "name_en"}

    assert renamed(read_table(headings + b"\n1,2\n"), names).headers == found


def test_two_tables_are_joined_by_their_key() -> None:
    left, right = read_table(b"Store,Type\n1,a\n2,b\n"), read_table(b"State,Store\nHE,1\nBY,3\n")

    both = joined(left, right, "Store")

    assert both.headers == ["Store", "Type", "State"]
    assert list(both) == [("1", "a", "HE"), ("2", "b", "")]
    with pytest.raises(TableRefused, match="Region"):
        joined(left, right, "Region")
