"""What has changed since it was last computed, and how to ask for the computing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Min, QuerySet

from jobs import services as jobs
from scorecards.models import DirtyMonth, MonthSums

JOB = "recompute"
COMPANY = "company"
_ROWS_IN_A_STATEMENT = 1000


@dataclass(frozen=True)
class Marks:
    """Marks as they stood before the facts were read: (branch, month) → stamp."""

    stamps: Mapping[tuple[int, date], str]

    @classmethod
    def read(cls) -> Marks:
        """All marks there are; one query."""
        rows = DirtyMonth.objects.values_list("branch_id", "month", "stamp")
        return cls({(branch, month): stamp for branch, month, stamp in rows})

    def by_month(self) -> dict[date, frozenset[int]]:
        """First day of month → branches, in order of time."""
        months: dict[date, set[int]] = {}
        for branch, month in self.stamps:
            months.setdefault(month, set()).add(branch)
        return {month: frozenset(months[month]) for month in sorted(months)}

    def take_away(self) -> None:
        """Remove the marks whose stamp is still the one that was read; a change made meanwhile keeps its mark."""
        stamps: dict[str, list[tuple[int, date]]] = {}
        for key, stamp in self.stamps.items():
            stamps.setdefault(stamp, []).append(key)
        texts = list(stamps)
        for start in range(0, len(texts), _ROWS_IN_A_STATEMENT):
            # A stamp belongs to one call of `mark`: a row that carries it has not changed since.
            _delete(DirtyMonth.objects.filter(stamp__in=texts[start : start + _ROWS_IN_A_STATEMENT]))


def mark(pairs: Iterable[tuple[int, date]]) -> None:
    """Mark (branch id, first day of month) pairs as changed, each with a new stamp; inside the change's transaction.

    Any day of a month stands for the month.
    """
    stamp = uuid.uuid4().hex
    keys = sorted({(branch, day.replace(day=1)) for branch, day in pairs})
    for start in range(0, len(keys), _ROWS_IN_A_STATEMENT):
        _upsert(keys[start : start + _ROWS_IN_A_STATEMENT], stamp)


def _upsert(keys: list[tuple[int, date]], stamp: str) -> None:
    """In SQL: years marked at once while other writers wait take the ORM ten times as long."""
    rows = ", ".join(["(%s, %s, %s)"] * len(keys))
    table = connection.ops.quote_name(DirtyMonth._meta.db_table)
    sql = (
        f"INSERT INTO {table} (branch_id, month, stamp) VALUES {rows} "  # noqa: S608
        "ON CONFLICT (branch_id, month) DO UPDATE SET stamp = excluded.stamp"
    )
    adapt = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for branch, month in keys for value in (branch, adapt(month), stamp)])


def mark_branch(branch_ids: Iterable[int]) -> None:
    """Mark every month of these branches: they moved to another region or format, or their calendar changed."""
    ids = list(branch_ids)
    months = MonthSums.objects.filter(branch_id__in=ids, staff_id=0).values("branch_id", "month")
    mark(months.annotate(first=Min("month")).values_list("branch_id", "first"))


def request(*, everything: bool = False) -> int:
    """Ask for a recompute in the background; returns the job's id. Asking while one waits changes nothing.

    `everything` is a job of its own, so that it is not lost beside a small one that already waits.
    """
    with transaction.atomic():
        subject = "everything" if everything else COMPANY
        return jobs.request(JOB, subject, arguments={"everything": everything}, again=True).pk


def _delete(marks: QuerySet) -> None:
    marks._raw_delete(marks.db)  # nothing refers to a mark
