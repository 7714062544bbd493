"""Reads a table of master data from a file: CSV in the usual encodings and separators, or an Excel workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import python_calamine
import tablib
from django.utils.translation import gettext as _

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_ROWS = 200_000
XLSX, XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class TableRefused(Exception):
    """The file cannot be read as a table; the text says why, in the reader's language."""


def read_table(data: bytes) -> tablib.Dataset:
    """The first sheet or the text of a file as headers and rows of stripped text, "" where a cell is empty.

    Days are ISO dates. Raises TableRefused: too large, unknown encoding, no header, a heading twice, a row that is
    longer than the header.
    """
    if len(data) > MOST_BYTES:
        raise TableRefused(
            _("The file is larger than %(megabytes)s MB.") % {"megabytes": MOST_BYTES // 2**20}
        )
    cells = _workbook(data) if data.startswith((XLSX, XLS)) else _text(data)
    rows = [[_as_text(cell) for cell in row] for row in cells]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows or not any(rows[0]):
        raise TableRefused(_("The first row must hold the column headings."))
    if len(rows) - 1 > MOST_ROWS:
        raise TableRefused(_("The file has more than %(rows)s rows.") % {"rows": MOST_ROWS})
    return _dataset(rows)


def renamed(dataset: tablib.Dataset, names: Mapping[str, str]) -> tablib.Dataset:
    """The table with its headings put into our names: `names` maps heading (any case) → name; others stay.

    A space counts as "_". A name that the table has already, or that an earlier column got, is not given again.
    """
    meant = {_plain(heading): name for heading, name in names.items()}
    headers: list[str] = []
    for heading in dataset.headers:
        name = meant.get(_plain(heading), heading)
        headers.append(heading if name in headers or name in dataset.headers else name)
    dataset.headers = headers
    return dataset


def _plain(heading: str) -> str:
    return "_".join(heading.lower().replace("_", " ").split())


def joined(left: tablib.Dataset, right: tablib.Dataset, on: str) -> tablib.Dataset:
    """Both tables side by side, rows matched by the column `on`; rows only in `right` are dropped.

    Raises TableRefused if either has no such column.
    """
    if on not in left.headers or on not in right.headers:
        raise TableRefused(_("Both files need the column “%(column)s”.") % {"column": on})
    extra = [heading for heading in right.headers if heading not in left.headers]
    found = {row[on]: [row[heading] for heading in extra] for row in right.dict}
    place = left.headers.index(on)
    rows = [[*row, *found.get(row[place], [""] * len(extra))] for row in left]
    return tablib.Dataset(*rows, headers=[*left.headers, *extra])


def _dataset(rows: list[list[str]]) -> tablib.Dataset:
    headers = rows[0]
    while headers and not headers[-1]:
        headers.pop()
    twice = {heading for heading in headers if heading and headers.count(heading) > 1}
    if twice:
        raise TableRefused(_("This heading occurs twice: %(heading)s") % {"heading": sorted(twice)[0]})
    for number, row in enumerate(rows[1:], 2):
        if any(row[len(headers) :]):
            raise TableRefused(_("Row %(row)s has more cells than there are headings.") % {"row": number})
    width = len(headers)
    body = [(row + [""] * width)[:width] for row in rows[1:]]
    return tablib.Dataset(*body, headers=headers)


def _workbook(data: bytes) -> Sequence[Sequence[Any]]:
    """Cells of the first sheet. The archive's own sizes are checked first: a small file can unpack to gigabytes."""
    try:
        if data.startswith(XLSX):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
                    raise TableRefused(_("The workbook is too large when unpacked."))
        return (
            python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        )
    except (zipfile.BadZipFile, python_calamine.CalamineError, IndexError) as error:
        raise TableRefused(_("The workbook cannot be read; it may be damaged or protected.")) from error


def _text(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    if "\x00" in text:
        raise TableRefused(_("The file holds characters that no table has; is it a text or Excel file?"))
    first_line = text.split("\n", 1)[0]
    separator = max(",;\t|", key=first_line.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise TableRefused(_("The file's quotation marks do not match.")) from error


def _decoded(data: bytes) -> str:
    """UTF-8 or, by its mark, UTF-16; otherwise the Chinese encoding that Excel writes."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableRefused(_("The file's text is neither UTF-8, UTF-16 nor GB18030."))


def _as_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()
