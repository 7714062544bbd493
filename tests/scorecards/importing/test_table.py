"""Files recognised and opened: encodings, separators, headings, hostile workbooks."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scorecards.importing.problems import FileRefused
from scorecards.importing.table import NUMBER, Opened, open_file

TABLE = "门店;日期;销售额\nN1;2026-01-05;1\nN2;2026-01-05;2\n"


def opened(folder: Path, content: bytes, **options: Any) -> Opened:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    path = folder / "file"
    path.write_bytes(content)
    return open_file(path, scratch, **options)


def cells(file: Opened) -> list[list[Any]]:
    frames = [portion.frame for portion in file.table.portions(file.table.headings)]
    return [row for frame in frames for row in frame.astype(object).values.tolist()]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
def test_every_usual_encoding_gives_the_same_table(tmp_path: Path, encoding: str) -> None:
    file = opened(tmp_path, TABLE.encode(encoding))
    assert file.table.headings == ["门店", "日期", "销售额"]
    assert cells(file) == [["N1", "2026-01-05", "1", 2], ["N2", "2026-01-05", "2", 3]]


def test_codes_keep_their_zeros(tmp_path: Path) -> None:
    assert cells(opened(tmp_path, b"branch,date,sales\n007,2026-01-05,1\n"))[0][0] == "007"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_usual_separator_is_recognised(tmp_path: Path, separator: str, end: str) -> None:
    text = TABLE.replace(";", separator).replace("\n", end)
    assert opened(tmp_path, text.encode()).separator == separator


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    assert len(cells(opened(tmp_path, gzip.compress(TABLE.encode())))) == 2


def test_a_heading_below_titles_is_found_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    text = (
        'Sales report,,\n"January, all branches",,\n\nbranch,date,sales\nN1,2026-01-05,1\n\nN2,2026-01-05,2\n'
    )
    file = opened(tmp_path, text.encode())
    assert (file.heading, [row[-1] for row in cells(file)]) == (3, [5, 7])


def test_a_row_with_a_cell_too_many_or_too_few_is_named(tmp_path: Path) -> None:
    text = "branch,date,sales\nN1,2026-01-05,1,234\nN1,2026-01-06\nN1,2026-01-07,5\n"
    portions = list(opened(tmp_path, text.encode()).table.portions(["sales"]))
    assert [portion.ragged for portion in portions] == [[(2, 4), (3, 2)]]
    assert portions[0].frame[NUMBER].tolist() == [4]


def test_quoted_cells_may_hold_separators_and_line_breaks(tmp_path: Path) -> None:
    text = 'branch,date,note,sales\nN1,2026-01-05,"a, ""b""\nc",1\nN2,2026-01-05,,2\n'
    assert cells(opened(tmp_path, text.encode()))[0] == ["N1", "2026-01-05", 'a, "b"\nc', "1", 2]


def test_figures_in_columns_of_fixed_width_are_read_without_a_heading(tmp_path: Path) -> None:
    text = " 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00\r\n"
    file = opened(tmp_path, text.encode())
    assert file.table.headings == ["#1", "#2", "#3", "#4"]
    assert cells(file)[1] == ["00002", "19970112", "1", "12.00", 2]


def test_headings_that_repeat_or_lack_are_named_by_their_place(tmp_path: Path) -> None:
    assert opened(tmp_path, b"date,sales,sales,\n2026-01-05,1,2,3\n").table.headings == [
        "date",
        "sales",
        "sales #3",
        "#4",
    ]


def workbook(path: Path, sheet: str, extra: dict[str, bytes] | None = None) -> bytes:
    """The smallest xlsx with one sheet."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (extra or {})).items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_a_cell_at_the_far_corner_is_refused_before_the_grid_fills_memory(tmp_path: Path) -> None:
    sheet = (
        '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(FileRefused) as refusal:
        opened(tmp_path, workbook(tmp_path / "far.xlsx", sheet))
    assert refusal.value.code == "too_many_cells"
    assert "1,048,576 rows and 16,384 columns" in refusal.value.reason


def test_a_workbook_that_unpacks_beyond_the_cap_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scorecards.importing.table.MOST_UNPACKED", 1_000_000)
    bomb = workbook(tmp_path / "bomb.xlsx", "<worksheet/>", {"xl/media/zeros": bytes(2_000_000)})
    assert len(bomb) < 10_000
    with pytest.raises(FileRefused) as refusal:
        opened(tmp_path, bomb)
    assert refusal.value.code == "unpacks_too_big"


def test_a_packed_text_that_unpacks_beyond_the_cap_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 10_000
    with pytest.raises(FileRefused) as refusal:
        opened(tmp_path, gzip.compress(b"a,b\n" + b"1,2\n" * 100_000))
    assert refusal.value.code == "unpacks_too_big"


def test_more_rows_than_the_cap_are_refused(tmp_path: Path, settings: Any) -> None:
    settings.IMPORT_MAX_ROWS = 1
    with pytest.raises(FileRefused) as refusal:
        cells(opened(tmp_path, TABLE.encode()))
    assert refusal.value.code == "too_many_rows"


@pytest.mark.parametrize("before", [b"branch,date,sales\n", b""])
def test_a_line_longer_than_any_table_has_is_refused_and_named(tmp_path: Path, before: bytes) -> None:
    with pytest.raises(FileRefused) as refusal:
        opened(tmp_path, before + b"x" * 3_000_000 + b"\nN1,2026-01-05,1\n")
    assert (refusal.value.code, refusal.value.params["line"]) == ("line_too_long", "2" if before else "1")


def test_many_short_lines_are_no_long_one(tmp_path: Path) -> None:
    rows = 300_000
    assert len(cells(opened(tmp_path, b"a,b\r\n" + b"1,2\r\n" * rows))) == rows
    assert len(cells(opened(tmp_path, b"a,b\r" + b"1,2\r" * 30))) == 30


def test_a_quotation_mark_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    text = 'branch,date,sales\nN1,2026-01-05,"1\n' + "N1,2026-01-06,1\n" * 20_000
    with pytest.raises(FileRefused) as refusal:
        cells(opened(tmp_path, text.encode()))
    assert refusal.value.code == "no_table"


def test_cells_without_references_are_counted_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scorecards.importing.table.MOST_CELLS", 1000)
    sheet = "<worksheet><sheetData>" + "<row><c><v>1</v></c></row>" * 2000 + "</sheetData></worksheet>"
    with pytest.raises(FileRefused) as refusal:
        opened(tmp_path, workbook(tmp_path / "many.xlsx", sheet))
    assert refusal.value.code == "too_many_filled_cells"


def test_a_sheet_that_is_full_is_refused_because_rows_may_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import xlsxwriter

    monkeypatch.setattr("scorecards.importing.table.ROWS_OF_A_SHEET", {"xlsx": 3})
    for rows, full in ((3, False), (4, True)):
        path = tmp_path / f"{rows}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("days")
            for number in range(rows - 1):
                sheet.write_row(number, 0, ["branch", "day", "sales"] if not number else ["N1", 46027, 1])
        if not full:
            assert len(cells(opened(tmp_path, path.read_bytes()))) == 1
            continue
        with pytest.raises(FileRefused) as refusal:
            opened(tmp_path, path.read_bytes())
        assert "“days” is full to its last row (3)" in refusal.value.reason


def test_a_file_larger_than_the_cap_is_not_opened(tmp_path: Path, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = len(TABLE.encode()) - 1
    with pytest.raises(FileRefused) as refusal:
        opened(tmp_path, TABLE.encode())
    assert refusal.value.code == "too_big"
