"""Numbers as people write them: thousands marks, decimal commas, full-width digits, percent and currency signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd

from scorecards.importing.cells import distinct

BLANKS = frozenset({"", "-", "–", "—", "n/a", "na", "nan", "null", "none", "#n/a", "无", "空", "."})
CURRENCY = re.compile(r"[¥￥$€£]|元|人民币|rmb|cny|eur|usd|gbp|zł|pln", re.IGNORECASE)
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", re.IGNORECASE)
POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
MYRIAD_GROUPS = re.compile(r"[+-]?\d{1,4}(,\d{4})+(\.\d*)?")
COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?")
COMMA_PLAIN = re.compile(r"[+-]?\d+,\d*")
SPACES = re.compile(r"[\s\u00a0\u202f'’_]+")
UNITS = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
MOST_DIGITS = 30


def parse(text: str, decimal: str = ".") -> Decimal | None:
    """A number as written, None if it is blank; ValueError if it is no number or not finite.

    `decimal`: the decimal mark of the column, "." or ",". A percent sign divides by a hundred; parentheses or a
    trailing minus are negative; 万 and 亿 multiply.
    """
    tidy = unicodedata.normalize("NFKC", text).strip()
    if tidy.lower() in BLANKS:
        return None
    if len(tidy) > MOST_DIGITS + 20:
        raise ValueError(text)
    negative, tidy = _sign(CURRENCY.sub("", tidy).strip())
    factor, tidy = _factor(SPACES.sub("", tidy))
    try:
        number = Decimal(_plain(tidy, decimal)) * factor
    except InvalidOperation:
        raise ValueError(text) from None
    return -number if negative else number


def _sign(text: str) -> tuple[bool, str]:
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1]
    text = text.replace("\u2212", "-")
    return (True, text[:-1]) if text.endswith("-") else (False, text)


def _factor(text: str) -> tuple[Decimal, str]:
    if text.endswith("%"):
        return Decimal("0.01"), text[:-1]
    if text[-1:] in UNITS:
        return UNITS[text[-1]], text[:-1]
    return Decimal(1), text


def _plain(text: str, decimal: str) -> str:
    """The number with a decimal point and without groups; ValueError where the groups are not groups."""
    if decimal == ",":
        if COMMA_GROUPS.fullmatch(text) or COMMA_PLAIN.fullmatch(text):
            return text.replace(".", "").replace(",", ".")
    elif POINT_GROUPS.fullmatch(text) or MYRIAD_GROUPS.fullmatch(text):
        return text.replace(",", "")
    if PLAIN.fullmatch(text):
        return text
    raise ValueError(text)


def decimal_mark(texts: Iterable[str]) -> str:
    """The decimal mark of a column: a comma only where some number can be read in no other way."""
    for text in texts:
        if text.isascii() and "," not in text:
            continue  # nearly every cell of most files: what follows costs a hundred times as much
        tidy = SPACES.sub("", CURRENCY.sub("", unicodedata.normalize("NFKC", text))).strip("()%-+")
        if "," not in tidy or POINT_GROUPS.fullmatch(tidy) or MYRIAD_GROUPS.fullmatch(tidy):
            continue
        if COMMA_GROUPS.fullmatch(tidy) or COMMA_PLAIN.fullmatch(tidy):
            return ","
    return "."


@dataclass(frozen=True)
class Column:
    """A column's numbers as floats with NaN for blanks, which cells could not be read, and how many cells hold
    something that people write for "not recorded" (as written → cells).
    """

    values: np.ndarray
    wrong: np.ndarray
    unrecorded: dict[str, int]


def column(values: pd.Series, decimal: str = ".") -> Column:
    """Read a column, each distinct cell once; a column of numbers as it is."""
    if values.dtype == np.float64 and not np.isinf(values.to_numpy()).any():
        return Column(values.to_numpy(), np.zeros(len(values), bool), {})
    codes, cells = distinct(values)
    floats = _quickly(cells) if decimal == "." else np.full(len(cells), np.nan)
    for place in np.flatnonzero(~np.isfinite(floats)):
        number = _number(cells[place], decimal)
        floats[place] = np.nan if number is None else number
    wrong = np.isinf(floats)
    return Column(np.where(wrong, np.nan, floats)[codes], wrong[codes], _unrecorded(codes, cells, floats))


def _unrecorded(codes: np.ndarray, cells: list[Any], floats: np.ndarray) -> dict[str, int]:
    written = {place: str(cells[place]).strip() for place in np.flatnonzero(np.isnan(floats)).tolist()}
    return {
        text: int((codes == place).sum())
        for place, text in written.items()
        if text and not isinstance(cells[place], float)
    }


def _quickly(cells: list[Any]) -> np.ndarray:
    """The cells that are plain numbers, all at once; NaN for those that need a closer look."""
    plain = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce")
    return plain.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)


def _number(cell: object, decimal: str) -> float | None:
    """One distinct cell as a float; infinite stands for "cannot be read"."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return None if cell != cell else float(cell)
    try:
        number = parse(str(cell), decimal)
    except ValueError:
        return float("inf")
    return None if number is None else float(number)


def half_up(numbers: np.ndarray) -> np.ndarray:
    """The nearest whole numbers, halves up, as int64: the one rounding of everything that is imported.

    Rounded to six places first, so that 1.005 × 100 is a half although its float lies below.
    """
    return np.floor(np.round(numbers, 6) + 0.5).astype(np.int64)
