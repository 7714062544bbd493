"""Reads of this floor: the trading calendar, teams, and the units below a region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from unicodedata import normalize

import holidays
import numpy as np
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from branches.models import (
    Branch,
    Closure,
    Employment,
    HolidayOverride,
    OpeningHours,
    Region,
    StaffMember,
    User,
)

ONE_DAY = timedelta(days=1)
MOST_IDS_IN_A_QUERY = 500  # beyond it reading the whole table is quicker than a list of parameters
SUNDAY = 6


def named_like(text: str, prefix: str = "") -> Q:
    """Which branches have the text in their code or names, also where it was typed in full width.

    `prefix`: the way from the rows that are asked to their branch, such as "branch__".
    """
    found = Q()
    for written in {text, normalize("NFKC", text)}:
        for name in ("code", "name_en", "name_zh"):
            found |= Q(**{f"{prefix}{name}__icontains": written})
    return found


def branches_meant(user: User, text: str) -> QuerySet[Any]:
    """The keys of the branches in scope that somebody means who typed this: the one with this code, else all with a
    code or name like it. One query to find out.
    """
    branches = Branch.objects.for_user(user).order_by()
    by_code = branches.filter(code__iexact=text)
    return (by_code if by_code.exists() else branches.filter(named_like(text))).values("pk")


@dataclass(frozen=True)
class HolidayName:
    """A public holiday's name in both languages; as text, in the reader's."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.zh if (get_language() or "en").startswith("zh") else self.en


def public_holidays(first: date, last: date) -> dict[date, HolidayName]:
    """The public holidays of the company's country from first to last, both included, in order.

    From the `holidays` library (settings.COUNTRY), put right by the corrections that administrators keep.
    Adjoining days off that are worked off on a weekend count as holidays too.
    """
    found = {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in _library(settings.COUNTRY, year)[0].items()
        if first <= day <= last
    }
    for override in HolidayOverride.objects.filter(day__range=(first, last)):
        if override.is_holiday:
            found[override.day] = HolidayName(
                override.name_en or override.name_zh, override.name_zh or override.name_en
            )
        else:
            found.pop(override.day, None)
    return dict(sorted(found.items()))


def make_up_days(first: date, last: date) -> set[date]:
    """Weekend days on which the country works, in exchange for a day off beside a holiday (China's 调休)."""
    found = {
        day
        for year in range(first.year, last.year + 1)
        for day in _library(settings.COUNTRY, year)[1]
        if first <= day <= last
    }
    for day, is_holiday in HolidayOverride.objects.filter(day__range=(first, last)).values_list(
        "day", "is_holiday"
    ):
        if is_holiday:
            found.discard(day)
        elif day.weekday() >= SUNDAY - 1:
            found.add(day)
    return found


@lru_cache(maxsize=64)
def _library(country: str, year: int) -> tuple[dict[date, HolidayName], frozenset[date]]:
    """A year's holidays and make-up working days in the library; nothing for a country it does not know."""
    if country not in holidays.list_supported_countries():
        return {}, frozenset()
    english = holidays.country_holidays(country, years=year, language="en_US")
    chinese = holidays.country_holidays(country, years=year, language="zh_CN")
    names = {day: _tidy(english[day], chinese[day]) for day in english if day.year == year}
    return names, frozenset(day for day in english.weekend_workdays if day.year == year)


def _tidy(english: str, chinese: str) -> HolidayName:
    """The library writes "Day off (substituted from 02/14/2026)": readers want the words only."""
    if "substituted" in english:
        return HolidayName("Day off in exchange", "调休")
    chinese = chinese.split("\uff08")[0]
    return HolidayName(english, f"{chinese}补休" if english.endswith("(observed)") else chinese)


@dataclass(frozen=True)
class _Calendar:
    """What the calendar asks of branches, as arrays in the order of `ids`; days as ordinals."""

    ids: np.ndarray
    regions: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    on_holidays: np.ndarray


def trading_days(branch_ids: Sequence[int] | None, first: date, last: date) -> tuple[np.ndarray, np.ndarray]:
    """On which days of first … last (both included) each branch trades.

    `branch_ids` None: every branch. Gives the ids in ascending order (int64; unknown ids are left out) and a
    boolean matrix, a row per id and a column per day. Trading means: opened and not yet closed for good, a
    weekday with opening hours (or no hours kept at all), no closure of the branch, of a region above it or of
    the company, and, for a branch that keeps public holidays, no such holiday; such a branch opens on make-up
    days although their weekday has no hours. At most six queries, whatever the number of branches and days.
    """
    wanted = None if branch_ids is None else np.unique(np.asarray(list(branch_ids), dtype=np.int64))
    branches = _calendar_of(wanted)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)
    weekdays = np.array([day.weekday() for day in days], dtype=np.int64)
    alive = (branches.opened[:, None] <= ordinals) & (ordinals <= branches.closed[:, None])
    matrix = alive & _by_weekday(branches, wanted)[:, weekdays]
    matrix = _keep_holidays(matrix, branches, days, alive)
    _take_closures(matrix, branches, first, last)
    return branches.ids, matrix


def is_trading_day(branch: Branch, day: date) -> bool:
    """True if the branch trades on that (local) day; see `trading_days`."""
    return bool(trading_days([branch.pk], day, day)[1].any())


def next_trading_day(branch: Branch, after: date, *, within: int = 92) -> date | None:
    """The branch's first trading day after a day; None if there is none in as many days as `within`."""
    matrix = trading_days([branch.pk], after + ONE_DAY, after + timedelta(days=within))[1]
    places = np.flatnonzero(matrix)
    return after + timedelta(days=int(places[0]) + 1) if len(places) else None


def previous_trading_day(branch: Branch, before: date, *, within: int = 92) -> date | None:
    """The branch's last trading day before a day; None if there is none in as many days as `within`."""
    start = before - timedelta(days=within)
    places = np.flatnonzero(trading_days([branch.pk], start, before - ONE_DAY)[1])
    return start + timedelta(days=int(places[-1])) if len(places) else None


def _chosen(queryset: Any, field: str, wanted: np.ndarray | None) -> Any:
    """The rows of the wanted branches, or all where the list would be too long; callers drop the rest."""
    if wanted is None or len(wanted) > MOST_IDS_IN_A_QUERY:
        return queryset
    return queryset.filter(**{f"{field}__in": wanted.tolist()})


def _calendar_of(wanted: np.ndarray | None) -> _Calendar:
    rows = _chosen(Branch.objects.order_by("pk"), "pk", wanted).values_list(
        "pk", "region_id", "opened_on", "closed_on", "opens_on_holidays"
    )
    if wanted is not None:
        known = set(wanted.tolist())
        rows = [row for row in rows if row[0] in known]
    columns = list(zip(*rows, strict=True)) or [()] * 5
    return _Calendar(
        ids=np.array(columns[0], dtype=np.int64),
        regions=np.array(columns[1], dtype=np.int64),
        opened=_ordinals(columns[2], 0),
        closed=_ordinals(columns[3], date.max.toordinal()),
        on_holidays=np.array(columns[4], dtype=bool),
    )


def _ordinals(days: Iterable[date | None], otherwise: int) -> np.ndarray:
    return np.array([otherwise if day is None else day.toordinal() for day in days], dtype=np.int64)


def _by_weekday(branches: _Calendar, wanted: np.ndarray | None) -> np.ndarray:
    """Branch × weekday: True where opening hours are kept, everywhere for a branch that keeps none."""
    rows = np.array(
        list(_chosen(OpeningHours.objects.order_by(), "branch", wanted).values_list("branch_id", "weekday")),
        dtype=np.int64,
    ).reshape(-1, 2)
    hours = np.zeros((len(branches.ids), 7), dtype=bool)
    rows = rows[np.isin(rows[:, 0], branches.ids)]
    hours[np.searchsorted(branches.ids, rows[:, 0]), rows[:, 1]] = True
    return hours | ~hours.any(axis=1, keepdims=True)


def _keep_holidays(
    matrix: np.ndarray, branches: _Calendar, days: list[date], alive: np.ndarray
) -> np.ndarray:
    """Public holidays off and make-up days on, for the branches that keep public holidays."""
    keeps = ~branches.on_holidays[:, None]
    if not keeps.any():
        return matrix
    off = public_holidays(days[0], days[-1])
    extra = make_up_days(days[0], days[-1])
    matrix = matrix & ~(keeps & np.array([day in off for day in days]))
    return matrix | (alive & keeps & np.array([day in extra for day in days]))


def _take_closures(matrix: np.ndarray, branches: _Calendar, first: date, last: date) -> None:
    """Switch off the days of closures, in place."""
    closures = list(Closure.objects.filter(first_day__lte=last, last_day__gte=first).order_by())
    paths = _paths_of_regions() if any(closure.region_id for closure in closures) else {}
    for closure in closures:
        rows = _rows_of(closure, branches, paths)
        start = max((closure.first_day - first).days, 0)
        matrix[rows, start : (closure.last_day - first).days + 1] = False


def _rows_of(closure: Closure, branches: _Calendar, paths: dict[int, frozenset[int]]) -> np.ndarray:
    if closure.branch_id:
        return branches.ids == closure.branch_id
    if closure.region_id:
        below = [pk for pk, path in paths.items() if closure.region_id in path]
        return np.isin(branches.regions, below)
    return np.ones(len(branches.ids), dtype=bool)


def _paths_of_regions() -> dict[int, frozenset[int]]:
    """Region id → ids of the region itself and of all above it; one query."""
    return {region.pk: frozenset(region.tree_path) for region in Region.objects.with_tree_fields()}


def team_of(branch: Branch, day: date) -> Any:
    """The staff members employed at a branch on a day, by number (a queryset; scope is the branch's)."""
    employed = Employment.objects.filter(branch=branch, starts_on__lte=day).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    )
    return StaffMember.objects.filter(pk__in=employed.values("staff_id"))


def employment_on(staff: StaffMember, day: date) -> Employment | None:
    """Where a staff member works on a day; None if nowhere."""
    return (
        staff.employments.filter(starts_on__lte=day)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .select_related("branch")
        .order_by("-starts_on")
        .first()
    )
