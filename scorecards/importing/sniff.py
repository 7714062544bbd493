"""Recognising a file: packing, encoding, what separates its columns, where its heading is."""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from django.conf import settings

from scorecards.importing.columns import recognised
from scorecards.importing.problems import FileRefused

SEPARATORS = (",", ";", "\t", "|")
WHITESPACE = " "
"""Columns that stand under each other, kept apart by spaces (fixed width)."""
SAMPLE_LINES = 200
HEADING_WITHIN = 40
BLOCK = 1 << 20
UNPACKED_TIMES = 4
MOST_OF_A_LINE = BLOCK
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODINGS = ("utf-8", "gb18030", "cp1252")
OTHERS = {
    re.compile(rb"%PDF-"): "PDF",
    re.compile(rb"(\xef\xbb\xbf)?\s*(\{|\[\s*[\[{])"): "JSON",
    re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|table|head|body)\b", re.IGNORECASE): "HTML / XML",
}
"""How files begin that are text but no table; tills call web pages .xls, too."""
FIGURE = re.compile(r"[-+(]?[¥￥$€£]?\s*[\d.,/:\-\s%()年月日]+\)?")


@dataclass(frozen=True)
class Text:
    """A text file as it will be read. `heading`: place of the heading among the records, −1 if there is none."""

    encoding: str
    separator: str
    heading: int


def kind_of(path: Path) -> str:
    """What the first bytes say: "xlsx", "xls", "gzip" or "text". FileRefused for anything else."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if not start.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise FileRefused("empty")
    for begin, name in OTHERS.items():
        if begin.match(start):
            raise FileRefused("other_format", format=name)
    if b"\x00" in start and not any(start.startswith(bom) for bom, _ in BOMS) and not _wide(start):
        raise FileRefused("not_text")
    return "text"


def _wide(start: bytes) -> str:
    """UTF-16 without a mark, recognised by where its zero bytes stand; "" if it is not."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > len(start) * 0.1 and even < odd / 4:
        return "utf-16-le"
    return "utf-16-be" if even > len(start) * 0.1 and odd < even / 4 else ""


def unpacked(path: Path, into: Path) -> Path:
    """The file out of its gzip wrapping; FileRefused if it is damaged or unpacks beyond the cap."""
    most = settings.IMPORT_MAX_BYTES * UNPACKED_TIMES
    try:
        with gzip.open(path) as source, into.open("wb") as target:
            written = 0
            while block := source.read(BLOCK):
                written += len(block)
                if written > most:
                    raise FileRefused("unpacks_too_big", most=most // BLOCK)
                target.write(block)
    except (OSError, EOFError, zlib.error):
        raise FileRefused("broken_archive") from None
    return into


def refuse_long_lines(path: Path) -> None:
    """FileRefused if a line is longer than any table has: to look for its cells would take memory and hours."""
    line = since = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            ends = np.flatnonzero(np.isin(np.frombuffer(block, np.uint8), (10, 13)))
            starts = np.concatenate([[-since - 1], ends])
            lengths = np.diff(np.append(starts, len(block)))
            if lengths.max() > MOST_OF_A_LINE:
                raise FileRefused("line_too_long", line=f"{line + int(lengths.argmax()) + 1:,}")
            line, since = line + len(ends), int(len(block) - 1 - starts[-1])


def encoding_of(path: Path) -> str:
    """The encoding in which the whole file decodes without an error: BOM, UTF-8, GB18030, else Western."""
    with path.open("rb") as file:
        start = file.read(4096)
    for bom, name in BOMS:
        if start.startswith(bom):
            return _checked(path, name)
    if wide := _wide(start):
        return _checked(path, wide)
    for name in ENCODINGS:
        if _decodes(path, name):
            return name
    raise FileRefused("unknown_encoding")


def _checked(path: Path, encoding: str) -> str:
    if not _decodes(path, encoding):
        raise FileRefused("unknown_encoding")
    return encoding


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def as_utf8(path: Path, encoding: str, into: Path) -> Path:
    """The same text in UTF-8, without a mark and without zero bytes; the path itself where it is that already."""
    if encoding == "utf-8":
        return path
    with (
        path.open(encoding=encoding, newline="") as source,
        into.open("w", encoding="utf-8", newline="") as target,
    ):
        shutil.copyfileobj(source, target, BLOCK)
    return into


def text_of(path: Path) -> Text:
    """Separator and heading of a UTF-8 file, from its first lines; FileRefused where there is no table."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        lines = list(islice(file, SAMPLE_LINES))
    separator = _separator(lines)
    if not separator:
        raise FileRefused("no_table")
    records = split(lines, separator)
    return Text("utf-8", separator, heading_of(records))


def split(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Lines as records; FileRefused where a cell has no end."""
    if separator == WHITESPACE:
        return [line.split() for line in lines]
    try:
        return list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        raise FileRefused("no_table") from None


def _separator(lines: list[str]) -> str:
    """The separator that cuts most lines into the same, largest number of cells; "" if none does."""
    scores = {separator: _score(split(lines, separator)) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator])
    if scores[best] > 0:
        return best
    return WHITESPACE if _stands_in_columns(lines) else ""


def _score(records: list[list[str]]) -> float:
    widths = Counter(len(record) for record in records if any(cell.strip() for cell in record))
    if not widths:
        return 0
    width, often = max(widths.items(), key=lambda found: (found[1] * (found[0] - 1), found[0]))
    return often * (width - 1) / sum(widths.values()) if width > 1 else 0


def _stands_in_columns(lines: list[str]) -> bool:
    """Fixed width as old systems write it: every line has the same number (three or more) of words, all figures."""
    words = [line.split() for line in lines if line.strip()]
    widths = {len(line) for line in words}
    figures = all(FIGURE.fullmatch(word) for line in words[1:] for word in line)
    return len(words) > 1 and len(widths) == 1 and widths.pop() >= 3 and figures


def heading_of(records: Sequence[Sequence[str]]) -> int:
    """The place of the heading: the row with most known headings, else the first full row of words; −1 if none.

    Titles above a table have fewer cells than the table; a first row of figures means that there is no heading.
    """
    rows = [[str(cell).strip() for cell in record] for record in records]
    width = _usual_width(rows)
    known = [recognised(row) for row in rows[:HEADING_WITHIN]]
    if known and max(known) >= 2:
        return known.index(max(known))
    for place, row in enumerate(rows[:HEADING_WITHIN]):
        filled = [cell for cell in row if cell]
        if len(filled) >= max(2, width - 1):
            return -1 if any(FIGURE.fullmatch(cell) for cell in filled) else place
    return -1


def _usual_width(rows: list[list[str]]) -> int:
    widths = Counter(sum(bool(cell) for cell in row) for row in rows if any(row))
    return widths.most_common(1)[0][0] if widths else 0
