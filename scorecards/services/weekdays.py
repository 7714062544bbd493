"""Marking the weekdays as closed on which branches never had figures; and what a changed calendar asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Min, Value

from branches.models import User
from branches.services import batched, close_weekdays
from scorecards.models import DirtyMonth, MonthSums
from scorecards.queries.weekdays import NeverTraded
from scorecards.services.recompute import request
from scorecards.services.recompute.marks import EVERY_DAY, mark_days


@transaction.atomic
def close_never_traded(found: Iterable[NeverTraded], *, by: User | None) -> int:
    """Mark these weekdays of these branches as closed; returns how many branches it were.

    One audit row for each set of weekdays. The branches' cards are computed anew (`follow_calendar`).
    """
    return sum(close_weekdays(one.branch_ids, one.weekdays, by=by) for one in found)


def follow_calendar(
    branch_ids: Iterable[int] | None = None,
    first: date | None = None,
    last: date | None = None,
    **kwargs: Any,
) -> None:
    """Mark the months with figures of these branches (None: of all) from a day to a day, and ask for a recompute."""
    months = MonthSums.objects.filter(staff_id=0)
    if first:
        months = months.filter(month__gte=first.replace(day=1))
    if last:
        months = months.filter(month__lte=last)
    portions = [None] if branch_ids is None else list(batched(sorted(set(branch_ids))))
    for ids in portions:
        some = months if ids is None else months.filter(branch_id__in=ids)
        rows = some.values("branch_id", "month").annotate(first=Min("month"))
        mark_days(rows.values_list("branch_id", "first", Value(EVERY_DAY)))
    if DirtyMonth.objects.exists():
        request()
