"""Tables out of files: headings and rows in portions, with the row numbers that the reader sees in a spreadsheet."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import pandas as pd
from django.conf import settings
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from scorecards.importing import sniff
from scorecards.importing.cells import unguarded
from scorecards.importing.plain_text import ROWS_AT_ONCE, PlainText
from scorecards.importing.problems import FileRefused

MOST_COLUMNS = 500
MOST_CELLS = 8_000_000
MOST_UNPACKED = 400 * 1024 * 1024
MOST_ENTRIES = 5_000
MOST_FIELD = 100_000
ROWS_OF_A_SHEET = {"xls": 65_536, "xlsx": 1_048_576}
"""A sheet that is full may lack rows: whatever wrote it had no room for more."""
NUMBER = "row"
"""The column of a portion that holds the rows' numbers in the file, counting from 1."""
CELL = re.compile(rb"<c[ />]")
REFERENCE = re.compile(rb'<c[^>]*? r="([A-Z]{1,3})(\d{1,7})"')
Cell = Any
NOTHING: Mapping[str, bool] = MappingProxyType({})


@dataclass(frozen=True)
class Portion:
    """Some rows: a frame of the wanted columns with NUMBER, and rows refused for their number of cells."""

    frame: pd.DataFrame
    ragged: list[tuple[int, int]] = field(default_factory=list)


class Table(Protocol):
    """A table in a file. `first` is the number of its first row of data."""

    headings: list[str]
    first: int

    def portions(
        self, wanted: Sequence[str], numbers: Mapping[str, bool] = NOTHING, *, most: int = ROWS_AT_ONCE
    ) -> Iterator[Portion]:
        """The rows with the cells of these headings, a portion at a time, of about `most` rows where it matters.

        `numbers`: headings of which a table may give a portion's cells as floats if all are plain numbers, and
        whether a fraction there is worth a closer look.
        """

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Every row as it stands, with its number; for showing and handing back."""


@dataclass(frozen=True)
class Opened:
    """A file with the choice that was made for it: sheet names (none for text), the sheet read, encoding, separator."""

    table: Table
    sheets: list[str]
    sheet: str
    encoding: str = ""
    separator: str = ""
    heading: int = 0


def open_file(path: Path, scratch: Path, *, sheet: str = "", heading: int | None = None) -> Opened:
    """Recognise and open a file. `scratch`: an empty folder for unpacked and re-encoded copies.

    `sheet` and `heading` (place of the heading row from 0, −1 none) override what is recognised. FileRefused with
    the reason where it cannot be read.
    """
    if path.stat().st_size > settings.IMPORT_MAX_BYTES:
        raise FileRefused("too_big", most=settings.IMPORT_MAX_BYTES // 2**20)
    kind = sniff.kind_of(path)
    if kind == "gzip":
        path = sniff.unpacked(path, scratch / "unpacked")
        kind = sniff.kind_of(path)
    if kind in ("xlsx", "xls"):
        return _open_workbook(path, kind, sheet, heading)
    return _open_text(path, scratch, heading)


def _open_text(path: Path, scratch: Path, heading: int | None) -> Opened:
    sniff.refuse_long_lines(path)
    encoding = sniff.encoding_of(path)
    text = sniff.text_of(sniff.as_utf8(path, encoding, scratch / "text.csv"))
    source = path if encoding == "utf-8" else scratch / "text.csv"
    place = text.heading if heading is None else heading
    return Opened(TextTable(source, text.separator, place), [], "", encoding, text.separator, place)


def _named(cells: Sequence[Cell], width: int) -> list[str]:
    """Headings without a blank or a repetition: what is missing is named by its place."""
    headings: list[str] = []
    for place in range(max(len(cells), width)):
        name = str(cells[place]).strip() if place < len(cells) and cells[place] is not None else ""
        name = unguarded(name.replace("\x00", "")) or f"#{place + 1}"
        headings.append(name if name not in headings else f"{name} #{place + 1}")
    return headings


class TextTable:
    """A table in a UTF-8 text file.

    Without quotes, and with the same number of cells in every line, pandas reads it at full speed; any other file
    goes through the csv module record by record, which knows what is wrong with which row.
    """

    def __init__(self, path: Path, separator: str, heading: int) -> None:
        self._path, self._separator, self._heading = path, separator, heading
        self._simple: bool | None = None
        start = list(islice(self._records(), max(heading + 1, 0), max(heading + 1, 0) + 50))
        cells = next(islice(self._records(), heading, None), []) if heading >= 0 else []
        while cells and not cells[-1].strip() and all(len(row) < len(cells) for row in start):
            cells.pop()
        self.headings = _named(cells, 0 if cells else max((len(row) for row in start), default=0))
        self.first = heading + 2
        if not self.headings or next(self.rows(), None) is None:
            raise FileRefused("empty")
        if len(self.headings) > MOST_COLUMNS:
            raise FileRefused("no_table")

    def _records(self) -> Iterator[list[str]]:
        csv.field_size_limit(MOST_FIELD)
        with self._path.open(encoding="utf-8", newline="") as file:
            if self._separator == sniff.WHITESPACE:
                yield from (line.split() for line in file)
                return
            try:
                yield from csv.reader(file, delimiter=self._separator)
            except csv.Error:
                raise FileRefused("no_table") from None

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Every record below the heading that is not blank, with its number."""
        for number, record in enumerate(self._records(), 1):
            if number >= self.first and any(cell.strip() for cell in record):
                yield number, record

    def portions(
        self, wanted: Sequence[str], numbers: Mapping[str, bool] = NOTHING, *, most: int = ROWS_AT_ONCE
    ) -> Iterator[Portion]:
        """The rows with the cells of these headings, a portion at a time."""
        plain = PlainText(self._path, self._separator, self._heading, len(self.headings))
        if self._simple is None:
            self._simple = self._separator != sniff.WHITESPACE and plain.is_rectangular()
        portions = (
            self._quickly(plain, wanted, numbers, most) if self._simple else self._carefully(wanted, most)
        )
        total = 0
        for portion in portions:
            total += len(portion.frame)
            if total > settings.IMPORT_MAX_ROWS:
                raise FileRefused("too_many_rows", most=f"{settings.IMPORT_MAX_ROWS:,}")
            yield portion

    def _quickly(
        self, plain: PlainText, wanted: Sequence[str], numbers: Mapping[str, bool], most: int
    ) -> Iterator[Portion]:
        places = [self.headings.index(name) for name in wanted]
        at = {self.headings.index(name): whole for name, whole in numbers.items()}
        start = self.first
        for chunk in plain.chunks(places, at, most):
            frame = chunk[places].set_axis(list(wanted), axis=1)
            frame[NUMBER] = np.arange(start, start + len(chunk), dtype=np.int64)
            start += len(chunk)
            yield Portion(_without_blank(frame, wanted))

    def _carefully(self, wanted: Sequence[str], most: int) -> Iterator[Portion]:
        places = [self.headings.index(name) for name in wanted]
        width = len(self.headings)
        rows = self.rows()
        while batch := list(islice(rows, most)):
            ragged = [(number, len(row)) for number, row in batch if not _fits(row, width)]
            whole = [(number, row) for number, row in batch if _fits(row, width)]
            columns = {
                name: [row[place] if place < len(row) else "" for _, row in whole]
                for name, place in zip(wanted, places, strict=True)
            }
            frame = pd.DataFrame(columns, dtype=object)
            frame[NUMBER] = np.array([number for number, _ in whole], np.int64)
            yield Portion(frame, ragged)


def _fits(row: list[str], width: int) -> bool:
    """As many cells as headings; blank ones too many at the end do no harm."""
    return len(row) == width or (len(row) > width and not any(cell.strip() for cell in row[width:]))


def _without_blank(frame: pd.DataFrame, wanted: Sequence[str]) -> pd.DataFrame:
    """Without the rows of which every wanted cell is blank (blank lines)."""
    filled = np.zeros(len(frame), bool)
    for name in wanted:
        filled |= frame[name].notna().to_numpy()
        if filled.all():  # usually after the first column
            return frame
    return frame[filled]


def _open_workbook(path: Path, kind: str, sheet: str, heading: int | None) -> Opened:
    if kind == "xlsx":
        _refuse_bombs(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            names = book.sheet_names
            chosen = _sheet(book, names, sheet, heading)
    except PasswordError:
        raise FileRefused("encrypted_workbook") from None
    except (CalamineError, OSError, zipfile.BadZipFile):
        raise FileRefused("unreadable_workbook") from None
    name, cells, place = chosen
    if len(cells) >= ROWS_OF_A_SHEET[kind]:
        raise FileRefused("full_sheet", sheet=name, rows=f"{len(cells):,}")
    return Opened(SheetTable(cells, place), names, name, heading=place)


def _sheet(
    book: CalamineWorkbook, names: list[str], sheet: str, heading: int | None
) -> tuple[str, list[list[Cell]], int]:
    """The sheet asked for, or the one whose heading has most known words; with its cells and heading row."""
    if sheet and sheet not in names:
        raise FileRefused("no_such_sheet", sheet=sheet)
    best: tuple[int, str, list[list[Cell]], int] | None = None
    for name in [sheet] if sheet else names[:50]:
        cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        texts = [[_text(cell) for cell in row] for row in cells[: sniff.SAMPLE_LINES]]
        place = sniff.heading_of(texts) if heading is None else heading
        known = sniff.recognised(texts[place]) if 0 <= place < len(texts) else 0
        if len(cells) > place + 1 and (best is None or known > best[0]):
            best = (known, name, cells, place)
    if best is None:
        raise FileRefused("empty")
    return best[1:]


def _refuse_bombs(path: Path) -> None:
    """Refuse before reading: too many entries, too large unpacked, or a cell so far out that the grid fills memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise FileRefused("unpacks_too_big", most=MOST_UNPACKED // 2**20)
            for entry in entries:
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    _refuse_grid(archive, entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise FileRefused("unreadable_workbook") from None


def _refuse_grid(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    rows = columns = read = cells = 0
    left = b""
    with archive.open(entry) as stream:
        while block := stream.read(4 << 20):
            read += len(block)
            if read > MOST_UNPACKED:
                raise FileRefused("unpacks_too_big", most=MOST_UNPACKED // 2**20)
            cells += len(
                CELL.findall(block)
            )  # with or without a reference; one cut by the block does not matter
            found = set(REFERENCE.findall(left + block))
            left = block[-200:]
            rows = max([rows, *(int(row) for _, row in found)])
            columns = max([columns, *(_place(letters) for letters in {letters for letters, _ in found})])
    if max(rows * columns, cells) > MOST_CELLS or columns > 16_384 or rows > settings.IMPORT_MAX_ROWS:
        name = Path(entry.filename).stem
        if not rows * columns:
            raise FileRefused("too_many_filled_cells", most=f"{MOST_CELLS:,}")
        raise FileRefused("too_many_cells", sheet=name, rows=f"{rows:,}", columns=f"{columns:,}")


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def _text(cell: Cell) -> str:
    """A cell as a spreadsheet shows it: whole numbers without a decimal point, dates as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell).replace("\x00", "")


class SheetTable:
    """A table in a sheet of a workbook, read whole (its size was judged before)."""

    def __init__(self, cells: list[list[Cell]], heading: int) -> None:
        width = max((len(row) for row in cells), default=0)
        self._cells, self.first = cells, heading + 2
        named = cells[heading] if heading >= 0 else []
        self.headings = _named([_text(cell) for cell in named], width)[:MOST_COLUMNS]
        if next(self.rows(), None) is None:
            raise FileRefused("empty")

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Every row below the heading that is not blank, with its number."""
        for number, row in enumerate(self._cells[self.first - 1 :], self.first):
            if any(cell not in ("", None) for cell in row):
                yield number, [_text(cell) for cell in row]

    def portions(
        self, wanted: Sequence[str], numbers: Mapping[str, bool] = NOTHING, *, most: int = ROWS_AT_ONCE
    ) -> Iterator[Portion]:
        """All rows at once with the cells of these headings; numbers and dates stay what they are in the sheet."""
        places = [self.headings.index(name) for name in wanted]
        rows = [
            (number, row)
            for number, row in enumerate(self._cells[self.first - 1 :], self.first)
            if any(row[place] not in ("", None) for place in places)
        ]
        columns = {
            name: pd.Series([_value(row[place]) for _, row in rows], dtype=object)
            for name, place in zip(wanted, places, strict=True)
        }
        frame = pd.DataFrame(columns)
        frame[NUMBER] = np.array([number for number, _ in rows], np.int64)
        yield Portion(frame)


def _value(cell: Cell) -> Cell:
    """Numbers and days as they are; durations and truth values as text."""
    if isinstance(cell, bool | timedelta | time):
        return _text(cell)
    return cell
