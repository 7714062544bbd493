"""Downloads as CSV and Excel that no spreadsheet program can be tricked with.

Text passes `safe_cell`; numbers stay numbers. Rows are written as they come, so a query's iterator
may be handed in; an Excel file is built with constant memory.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ui import numbers

Cell = str | int | float | Decimal | bool | date | None
Response = TypeVar("Response", bound=HttpResponseBase)

# What starts a formula: in half width, in full width, and after the characters a program trims away.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TRIMMED = " \u00a0\u3000\u200b\ufeff"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXCEL_CELL_LIMIT = 32_767
_EXCEL_SAFE_INTEGER = 10**15

# Excel's number format of each kind of column.
FORMATS = {
    "text": "@",
    "count": "#,##0",
    "money": "#,##0.00",
    "percent": "0.0%",
    "ratio": "0.00",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
_WIDTHS = {"text": 24, "count": 12, "money": 16, "percent": 11, "ratio": 11, "date": 12, "datetime": 17}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, column headers, rows, and the kind of each column (a key of FORMATS).

    note: the line under the title that says scope, period and when it was made. frozen: columns that stay in view.
    """

    title: str
    headers: Sequence[str | Promise]
    rows: Iterable[Sequence[Any]]
    formats: Sequence[str] = ()
    note: str = ""
    frozen: int = 1


def safe_cell(value: object) -> Cell:
    """A cell that is data and nothing else: text that would start a formula gets an apostrophe.

    Numbers, dates and empty cells pass; NaN and infinity are empty; lazy text becomes text.
    """
    if value is None or isinstance(value, bool | date):
        return value
    number = numbers.known(value)
    if number is not None:
        return float(number) if isinstance(number, Fraction) else number
    if isinstance(value, float | Decimal):
        return None
    text = str(value).replace("\x00", "")
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """True if a spreadsheet program might compute this text, which `safe_cell` therefore disarms."""
    return text.lstrip(_TRIMMED).startswith(_FORMULA_STARTS)


class _Echo:
    """A file that hands back what is written to it, so that rows can be streamed."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def csv_response(
    filename: str, headers: Sequence[str | Promise], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """A CSV download for Excel: UTF-8 with BOM, streamed row by row."""
    response = StreamingHttpResponse(_csv_lines(headers, rows), content_type="text/csv; charset=utf-8")
    return _as_download(response, filename)


def _csv_lines(headers: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of the file, headers first."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([safe_cell(header) for header in headers])
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def xlsx_response(filename: str, sheets: Sequence[Sheet]) -> HttpResponse:
    """An Excel download; each sheet has title, note, frozen header row and typed columns."""
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        styles = _styles(book)
        for name, sheet in zip(_sheet_names(sheets), sheets, strict=True):
            _write_sheet(book.add_worksheet(name), sheet, styles)
    return _as_download(HttpResponse(buffer.getvalue(), content_type=_XLSX), filename)


def table_response(
    filename: str, headers: Sequence[str | Promise], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """An Excel download that is to be read again: the headings in the first row, the rows below, nothing else."""
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        page, styles = book.add_worksheet(), _styles(book)
        page.set_column(0, len(headers) - 1, _WIDTHS["money"])
        page.freeze_panes(1, 0)
        for column, header in enumerate(headers):
            page.write_string(0, column, str(safe_cell(header)), styles["header"])
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write_cell(page, line, column, value, styles["text"] if isinstance(value, str) else None)
    return _as_download(HttpResponse(buffer.getvalue(), content_type=_XLSX), filename)


def _as_download(response: Response, filename: str) -> Response:
    """The response as an attachment of that name, which no cache between may keep."""
    response.headers["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """A cell format for each kind of column, and those of title, note and header."""
    styles = {kind: book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
    styles["title"] = book.add_format({"bold": True, "font_size": 14})
    styles["note"] = book.add_format({"font_color": "#4B5856"})
    styles["header"] = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    return styles


def _sheet_names(sheets: Sequence[Sheet]) -> list[str]:
    """Names that Excel takes: 31 characters, none of []:*?/\\, no quote at the ends, each once."""
    names: list[str] = []
    for position, sheet in enumerate(sheets, start=1):
        cleaned = "".join(" " if sign in "[]:*?/\\" else sign for sign in str(sheet.title))
        name = cleaned.strip(" '")[:31].rstrip(" '") or f"Sheet {position}"
        taken = {used.lower() for used in names}
        names.append(name if name.lower() not in taken else f"{name[:26]} ({position})")
    return names


def _write_sheet(page: Worksheet, sheet: Sheet, styles: dict[str, Format]) -> None:
    """Title, note, headers and rows of one sheet, top to bottom as constant memory demands."""
    kinds = [*sheet.formats, *["text"] * (len(sheet.headers) - len(sheet.formats))]
    for column, kind in enumerate(kinds):
        page.set_column(column, column, _WIDTHS[kind])
    page.write_string(0, 0, str(sheet.title), styles["title"])
    page.write_string(1, 0, str(sheet.note), styles["note"])
    for column, header in enumerate(sheet.headers):
        page.write_string(3, column, str(safe_cell(header)), styles["header"])
    page.freeze_panes(4, sheet.frozen)
    for line, row in enumerate(sheet.rows, start=4):
        for column, value in enumerate(row):
            _write_cell(page, line, column, value, styles[kinds[column]])


def _write_cell(page: Worksheet, line: int, column: int, value: object, style: Format | None) -> None:
    """One cell by its own type: nothing, truth, date, number or text."""
    cell = safe_cell(value)
    if cell is None:
        return
    if isinstance(cell, datetime):
        # Excel knows no zones: the reader's wall clock is written.
        local = timezone.localtime(cell) if timezone.is_aware(cell) else cell
        page.write_datetime(line, column, local.replace(tzinfo=None), style)
    elif isinstance(cell, date):
        page.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), style)
    elif isinstance(cell, bool):
        page.write_boolean(line, column, cell)
    elif isinstance(cell, int | float | Decimal) and -_EXCEL_SAFE_INTEGER < cell < _EXCEL_SAFE_INTEGER:
        page.write_number(line, column, cell, style)
    else:
        # Also numbers beyond 15 digits, of which Excel would silently drop the last.
        page.write_string(line, column, str(cell)[:_EXCEL_CELL_LIMIT])
