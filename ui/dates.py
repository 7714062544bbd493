"""Days, spans of days and instants as the reader writes them."""

import calendar
from datetime import date, datetime
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext

from ui.numbers import DASH, is_chinese

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS_LONG = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class Span(Protocol):
    """A range of days; both ends belong to it."""

    @property
    def first(self) -> date:
        """The first day of the range."""

    @property
    def last(self) -> date:
        """The last day of the range."""


def day(value: date | None, *, weekday: bool = False) -> str:
    """A day in full: 20 Nov 2026, Fri 20 Nov 2026; 2026年11月20日, 2026年11月20日 周五."""
    if value is None:
        return DASH
    if is_chinese():
        text = f"{value.year}年{value.month}月{value.day}日"
    else:
        text = f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return _with_weekday(text, value) if weekday else text


def day_short(value: date | None, *, weekday: bool = False) -> str:
    """A day without its year: 20 Nov, Fri 20 Nov; 11月20日, 11月20日 周五."""
    if value is None:
        return DASH
    text = f"{value.month}月{value.day}日" if is_chinese() else f"{value.day} {_MONTHS[value.month - 1]}"
    return _with_weekday(text, value) if weekday else text


def _with_weekday(text: str, value: date) -> str:
    """The weekday beside a day: before it in English, after it in Chinese."""
    if is_chinese():
        return f"{text} {_WEEKDAYS_ZH[value.weekday()]}"
    return f"{_WEEKDAYS[value.weekday()]} {text}"


def month(value: date | None) -> str:
    """The month of a day: November 2026; 2026年11月."""
    if value is None:
        return DASH
    if is_chinese():
        return f"{value.year}年{value.month}月"
    return f"{_MONTHS_LONG[value.month - 1]} {value.year}"


def span(value: Span | None) -> str:
    """A range of days, both ends included, without repeating month or year.

    1–20 Nov 2026; a whole month is November 2026, a whole year 2026.
    """
    if value is None:
        return DASH
    first, last = value.first, value.last
    if first == last:
        return day(first)
    return _whole(first, last) or (_span_zh(first, last) if is_chinese() else _span_en(first, last))


def _whole(first: date, last: date) -> str:
    """The name of the month or year that the range fills, else an empty text."""
    if first.day != 1 or last.day != calendar.monthrange(last.year, last.month)[1] or first.year != last.year:
        return ""
    if first.month == last.month:
        return month(first)
    if (first.month, last.month) == (1, 12):
        return f"{first.year}年" if is_chinese() else str(first.year)
    return ""


def _span_en(first: date, last: date) -> str:
    """1–20 Nov 2026; 28 Oct – 3 Nov 2026; 28 Dec 2025 – 3 Jan 2026."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}"
    if first.year == last.year:
        return f"{day_short(first)} – {day(last)}"
    return f"{day(first)} – {day(last)}"


def _span_zh(first: date, last: date) -> str:
    """2026年11月1日–20日; 2026年10月28日–11月3日; 2025年12月28日–2026年1月3日."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{day(first)}–{last.day}日"
    if first.year == last.year:
        return f"{day(first)}–{day_short(last)}"
    return f"{day(first)}–{day(last)}"


def stamp(value: datetime | None) -> str:
    """An instant in the reader's zone, to the minute, with the zone's name."""
    if value is None:
        return DASH
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    text = f"{day(local)} {local:%H:%M}"
    zone = zone_name(local)
    return f"{text} {zone}" if zone else text


def zone_name(value: datetime) -> str:
    """What readers call the zone of an aware instant; CST alone would also be Chicago."""
    if getattr(value.tzinfo, "key", "") in ("Asia/Shanghai", "PRC", "Asia/Chongqing"):
        return gettext("Beijing time")
    return value.tzname() or ""
