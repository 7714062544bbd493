"""Trading periods: day, ISO week, month, quarter, year, and the spans of days they are compared with.

All dates are the branch's local dates; every span includes both its ends.
"""

import calendar
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_DAY: Final = timedelta(days=1)
_YEAR_OF_WEEKS: Final = 364
# Codes come from addresses: within these years no later step can overflow the calendar.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


class Kind(StrEnum):
    """The length of a period; the value is the code stored beside it."""

    DAY = "D"
    WEEK = "W"
    MONTH = "M"
    QUARTER = "Q"
    YEAR = "Y"


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """The days from `first` to `last`, both included; empty when `last` is the day before `first`.

    Raises ValueError when `last` is earlier than that.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if (self.last - self.first).days < -1:
            raise ValueError(f"A span cannot end ({self.last}) before it begins ({self.first}).")

    @property
    def days(self) -> int:
        """The number of days, 0 for an empty span."""
        return (self.last - self.first).days + 1

    @property
    def is_empty(self) -> bool:
        return self.days == 0

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.days))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def shift(self, days: int) -> "Span":
        """The span of the same length, `days` later (earlier when negative)."""
        return Span(self.first + timedelta(days=days), self.last + timedelta(days=days))

    def clip(self, last: date) -> "Span":
        """The part up to and including `last`; empty when `last` is before the span."""
        return Span(self.first, max(min(self.last, last), self.first - _DAY))


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A calendar period, named by its kind and first day. Periods of one kind sort by time.

    Raises ValueError when `first` is not the first day of a period of that kind.
    """

    kind: Kind
    first: date

    def __post_init__(self) -> None:
        if _FIRST_DAY[self.kind](self.first) != self.first:
            raise ValueError(f"{self.first} is not the first day of a {self.kind.name.lower()}.")

    @property
    def last(self) -> date:
        """The last day, included."""
        return _LAST_DAY[self.kind](self.first)

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)

    @property
    def code(self) -> str:
        """The period's name in addresses and files: 2026-11-20, 2026-W47, 2026-11, 2026-Q4 or 2026."""
        return _CODE[self.kind](self.first)

    def next(self) -> "Period":
        return period_of(self.last + _DAY, self.kind)

    def previous(self) -> "Period":
        return period_of(self.first - _DAY, self.kind)

    def to_date(self, as_of: date) -> Span:
        """The days of the period up to and including `as_of`; empty when it has not begun by then."""
        return self.span.clip(as_of)


def period_of(day: date, kind: Kind) -> Period:
    """The period of that kind in which `day` lies."""
    return Period(kind, _FIRST_DAY[kind](day))


def period_from_code(code: str) -> Period:
    """The period that `Period.code` names.

    Raises ValueError with a text for the reader when the code is malformed, names no day of the calendar, or
    lies outside the years 1900 to 2199.
    """
    for pattern, parse in _PARSERS:
        match = pattern.fullmatch(code)
        if match:
            return _checked(code, parse, [int(part) for part in match.groups()])
    raise ValueError(
        f"{code!r} is not a period: write a day 2026-11-20, a week 2026-W47, a month 2026-11, "
        "a quarter 2026-Q4 or a year 2026."
    )


def periods_between(kind: Kind, first: date, last: date) -> list[Period]:
    """Every period of that kind that shares a day with `first` … `last`, in order of time."""
    found = []
    period = period_of(first, kind)
    while period.first <= last and first <= last:
        found.append(period)
        period = period.next()
    return found


def previous_span(period: Period, as_of: date) -> Span:
    """What the period to date is compared with: the period before, up to the same place.

    Day: the same weekday a week before. Week: the same weekdays of the week before. Month: to the same day
    of the month before, quarter: to the same day of the same month in the quarter before, year: to the same
    day a year before; a day that the earlier month lacks becomes its last. A period seen whole is compared
    with the whole period before, whatever their lengths. Empty when the period has not begun by `as_of`.
    """
    current = period.to_date(as_of)
    if period.kind in (Kind.DAY, Kind.WEEK):
        return current.shift(-7)
    before = period.previous()
    if current.is_empty:
        return before.to_date(before.first - _DAY)
    if current.last == period.last:
        return before.span
    return Span(before.first, _same_place(period, before, current.last))


def year_before_span(span: Span) -> Span:
    """The same trading days a year before: every day 364 days (52 weeks) earlier.

    The comparable calendar of retail: each day meets its own weekday, and because every day moves alike, the
    comparison of a span is the sum of the comparisons of its days. Moving holidays are not matched.
    """
    return span.shift(-_YEAR_OF_WEEKS)


def trading_days(
    span: Span,
    *,
    closed_weekdays: Collection[int] = (),
    closures: Collection[date] = (),
    extra: Collection[date] = (),
) -> list[date]:
    """The days of the span on which a branch is open, in order.

    `closed_weekdays` are ISO numbers, 1 = Monday … 7 = Sunday. `closures` are single days off. A day in
    `extra` (a shifted working day, say) is open whatever the other two say.
    """
    return [
        day
        for day in span
        if day in extra or (day.isoweekday() not in closed_weekdays and day not in closures)
    ]


def _checked(code: str, parse: Callable[..., Period], numbers: list[int]) -> Period:
    if not _FIRST_YEAR <= numbers[0] <= _LAST_YEAR:
        raise ValueError(f"{code!r} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}.")
    try:
        return parse(*numbers)
    except ValueError as error:
        raise ValueError(f"{code!r} is not in the calendar: {error}.") from error


def _same_place(period: Period, before: Period, day: date) -> date:
    """The day as far into `before` as `day` is into `period`: same month offset, day of month clamped."""
    year, month = before.first.year, before.first.month + day.month - period.first.month
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _week_code(day: date) -> str:
    year, week, _weekday = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


_FIRST_DAY: Final[dict[Kind, Callable[[date], date]]] = {
    Kind.DAY: lambda day: day,
    Kind.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Kind.MONTH: lambda day: day.replace(day=1),
    Kind.QUARTER: lambda day: date(day.year, 3 * _quarter(day) - 2, 1),
    Kind.YEAR: lambda day: date(day.year, 1, 1),
}
_LAST_DAY: Final[dict[Kind, Callable[[date], date]]] = {
    Kind.DAY: lambda first: first,
    Kind.WEEK: lambda first: first + timedelta(days=6),
    Kind.MONTH: lambda first: _last_of_month(first.year, first.month),
    Kind.QUARTER: lambda first: _last_of_month(first.year, first.month + 2),
    Kind.YEAR: lambda first: date(first.year, 12, 31),
}
_CODE: Final[dict[Kind, Callable[[date], str]]] = {
    Kind.DAY: lambda first: first.isoformat(),
    Kind.WEEK: _week_code,
    Kind.MONTH: lambda first: f"{first.year:04d}-{first.month:02d}",
    Kind.QUARTER: lambda first: f"{first.year:04d}-Q{_quarter(first)}",
    Kind.YEAR: lambda first: f"{first.year:04d}",
}
_PARSERS: Final[list[tuple[re.Pattern[str], Callable[..., Period]]]] = [
    (
        re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
        lambda year, month, day: Period(Kind.DAY, date(year, month, day)),
    ),
    (
        re.compile(r"([0-9]{4})-W([0-9]{2})"),
        lambda year, week: Period(Kind.WEEK, date.fromisocalendar(year, week, 1)),
    ),
    (
        re.compile(r"([0-9]{4})-([0-9]{2})"),
        lambda year, month: Period(Kind.MONTH, date(year, month, 1)),
    ),
    (
        re.compile(r"([0-9]{4})-Q([1-4])"),
        lambda year, quarter: Period(Kind.QUARTER, date(year, 3 * quarter - 2, 1)),
    ),
    (re.compile(r"([0-9]{4})"), lambda year: Period(Kind.YEAR, date(year, 1, 1))),
]
