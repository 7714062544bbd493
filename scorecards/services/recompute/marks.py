"""What has changed since it was last computed, and how to ask for the computing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, QuerySet, Value

from jobs import services as jobs
from scorecards.models import DirtyMonth, MonthSums
from scorecards.models.dirty import EVERY_DAY

JOB = "recompute"
COMPANY = "company"
_ROWS_IN_A_STATEMENT = 1000


@dataclass(frozen=True)
class Marks:
    """Marks as they stood before the facts were read: (branch, first day of month) → (stamp, changed days as bits)."""

    found: Mapping[tuple[int, date], tuple[str, int]]

    @classmethod
    def read(cls) -> Marks:
        """All marks there are; one query."""
        rows = DirtyMonth.objects.values_list("branch_id", "month", "stamp", "days")
        return cls({(branch, month): (stamp, days) for branch, month, stamp, days in rows})

    def by_month(self) -> dict[date, frozenset[int]]:
        """First day of month → branches of which anything changed, in order of time."""
        return _by_month(self.found)

    def of_figures(self) -> dict[date, frozenset[int]]:
        """First day of month → branches whose figures changed, in order of time."""
        return _by_month(key for key, (_stamp, days) in self.found.items() if days)

    def days(self) -> dict[tuple[date, int], frozenset[int]]:
        """(first day of month, changed days as bits) → branches; only where figures changed."""
        alike: dict[tuple[date, int], set[int]] = {}
        for (branch, month), (_stamp, days) in self.found.items():
            if days:
                alike.setdefault((month, days), set()).add(branch)
        return {key: frozenset(branches) for key, branches in alike.items()}

    def take_away(self) -> None:
        """Remove the marks whose stamp is still the one that was read; a change made meanwhile keeps its mark."""
        stamps = list(dict.fromkeys(stamp for stamp, _days in self.found.values()))
        for start in range(0, len(stamps), _ROWS_IN_A_STATEMENT):
            # A stamp belongs to one call of `mark`: a row that carries it has not changed since.
            _delete(DirtyMonth.objects.filter(stamp__in=stamps[start : start + _ROWS_IN_A_STATEMENT]))


def _by_month(keys: Iterable[tuple[int, date]]) -> dict[date, frozenset[int]]:
    months: dict[date, set[int]] = {}
    for branch, month in keys:
        months.setdefault(month, set()).add(branch)
    return {month: frozenset(months[month]) for month in sorted(months)}


def mark(days: Iterable[tuple[int, date]]) -> None:
    """Mark days of branches, (branch id, day), whose figures changed; inside the change's transaction."""
    mark_days((branch, day.replace(day=1), 1 << (day.day - 1)) for branch, day in days)


def mark_records(days: Iterable[tuple[int, date]]) -> None:
    """Mark that records have changed on which metrics rest, and no figures: only the metrics are measured anew."""
    mark_days((branch, day.replace(day=1), 0) for branch, day in days)


def mark_branch(branch_ids: Iterable[int]) -> None:
    """Mark every month of these branches: they moved to another region or format, or their calendar changed."""
    ids = list(branch_ids)
    months = MonthSums.objects.filter(branch_id__in=ids, staff_id=0).values("branch_id", "month")
    mark_days(months.annotate(first=Min("month")).values_list("branch_id", "first", Value(EVERY_DAY)))


def mark_days(months: Iterable[tuple[int, date, int]]) -> None:
    """Mark (branch id, first day of month, changed days as bits): `DirtyMonth.days`; all get one new stamp."""
    stamp, marked = uuid.uuid4().hex, defaultdict[tuple[int, date], int](int)
    for branch, month, days in months:
        marked[branch, month] |= days
    rows = sorted((*key, days) for key, days in marked.items())
    at_once = len(rows) if connection.vendor == "postgresql" else _ROWS_IN_A_STATEMENT
    for start in range(0, len(rows), max(at_once, 1)):
        _upsert(rows[start : start + at_once], stamp)


def _upsert(rows: list[tuple[int, date, int]], stamp: str) -> None:
    """In SQL: years marked at once while other writers wait take the ORM ten times as long."""
    table = connection.ops.quote_name(DirtyMonth._meta.db_table)
    marks, values = _as_arrays(rows, stamp) if connection.vendor == "postgresql" else _as_values(rows, stamp)
    sql = (
        f"INSERT INTO {table} (branch_id, month, days, stamp) {marks} "
        f"ON CONFLICT (branch_id, month) DO UPDATE SET days = {table}.days | excluded.days, stamp = excluded.stamp"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _as_arrays(rows: list[tuple[int, date, int]], stamp: str) -> tuple[str, list[Any]]:
    """Three parameters however many rows, each the text of an array: the driver's own way through a list is a call
    for every value."""
    sql = "SELECT * FROM unnest(%s::bigint[], %s::date[], %s::bigint[]) CROSS JOIN (SELECT %s) AS stamped"
    return sql, [*(f"{{{','.join(map(str, column))}}}" for column in zip(*rows, strict=True)), stamp]


def _as_values(rows: list[tuple[int, date, int]], stamp: str) -> tuple[str, list[Any]]:
    adapt = connection.ops.adapt_datefield_value
    values = [value for branch, month, days in rows for value in (branch, adapt(month), days, stamp)]
    return f"VALUES {', '.join(['(%s, %s, %s, %s)'] * len(rows))}", values


def request(*, everything: bool = False) -> int:
    """Ask for a recompute in the background; returns the job's id. Asking while one waits changes nothing.

    `everything` is a job of its own, so that it is not lost beside a small one that already waits.
    """
    with transaction.atomic():
        subject = "everything" if everything else COMPANY
        return jobs.request(JOB, subject, arguments={"everything": everything}, again=True).pk


def _delete(marks: QuerySet) -> None:
    marks._raw_delete(marks.db)  # nothing refers to a mark
