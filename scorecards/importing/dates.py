"""Days as people write them. Day-first or month-first is decided for a whole column, and asked where nothing tells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from scorecards.importing.cells import distinct

YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
DAY_MONTH_NAME = re.compile(r"(\d{1,2})[-\s]([a-z]{3,9})\.?[-\s,]*(\d{4}|\d{2})", re.IGNORECASE)
MONTH_NAME_DAY = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})", re.IGNORECASE)
TIME = re.compile(
    r"(?:[t\s]+|(?<=日))\d{1,2}[:：时.]\d{1,2}([:：分.]\d{1,2}([.,]\d+)?)?\s*秒?(am|pm)?(z|[+-]\d{2}:?\d{2})?$",
    re.I,
)
WEEKDAY = re.compile(
    r"[\s(（]*(周|星期)[一二三四五六日天][)）]?$|^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+", re.I
)
MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)
ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True)
class Order:
    """What a column tells of its order: certain, ambiguous (ask), or no day-month-year dates at all (order "")."""

    order: str
    ambiguous: bool = False
    sample: str = ""


def tidy(text: str) -> str:
    """A date's text without time, weekday and full-width forms."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return WEEKDAY.sub("", TIME.sub("", plain)).strip()


def order_of(texts: Iterable[str]) -> Order:
    """Day first or month first, from all dates of a column together.

    A number above 12 tells. Where no date has one, or they contradict each other, the answer is "ambiguous".
    """
    sample, may_be = "", {"dmy", "mdy"}
    for text in texts:
        match = YEAR_LAST.fullmatch(tidy(text))
        if not match:
            continue
        first, second = int(match[1]), int(match[2])
        sample = sample or text.strip()
        if first != second and first <= 12 and second <= 12:
            sample = text.strip() if len(may_be) == 2 else sample
        may_be -= ({"mdy"} if first > 12 else set()) | ({"dmy"} if second > 12 else set())
    if not sample:
        return Order("")
    return (
        Order(may_be.pop(), sample=sample) if len(may_be) == 1 else Order("", ambiguous=True, sample=sample)
    )


def parse(text: str, order: str = "") -> date:
    """A day as written; `order` for dates that end in the year. ValueError if it is no date or the order is unknown."""
    plain = tidy(text)
    if match := YEAR_FIRST.fullmatch(plain) or COMPACT.fullmatch(plain):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := YEAR_LAST.fullmatch(plain):
        return _by_order(match[1], match[2], match[3], order)
    if match := DAY_MONTH_NAME.fullmatch(plain):
        return date(_year(match[3]), _month(match[2]), int(match[1]))
    if match := MONTH_NAME_DAY.fullmatch(plain):
        return date(int(match[3]), _month(match[1]), int(match[2]))
    raise ValueError(text)


def _by_order(first: str, second: str, third: str, order: str) -> date:
    if order == "dmy":
        return date(_year(third), int(second), int(first))
    if order == "mdy":
        return date(_year(third), int(first), int(second))
    if order == "ymd" and len(third) == 2:
        return date(_year(first), int(second), int(third))
    raise ValueError("day or month first?")


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(name: str) -> int:
    month = MONTHS.get(name[:3].lower())
    if month is None:
        raise ValueError(name)
    return month


def column(values: pd.Series, order: str = "") -> tuple[np.ndarray, np.ndarray]:
    """A column's days as datetime64[D] (NaT where blank or unreadable), and which cells could not be read.

    Times are dropped: a receipt belongs to the day written on it.
    """
    codes, cells = distinct(values)
    days = np.array([_day(cell, order) for cell in cells], dtype="datetime64[D]")
    blank = np.array([not str(cell).strip() for cell in cells], bool)
    return days[codes], (np.isnat(days) & ~blank)[codes]


def _day(cell: object, order: str) -> date | str:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        if isinstance(cell, float | int) and int(cell) in EXCEL_DAYS:
            return EXCEL_DAY_ZERO + timedelta(days=int(cell))
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        return parse(text, order)
    except (ValueError, OverflowError):
        return "NaT"
