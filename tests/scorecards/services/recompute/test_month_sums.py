"""Month sums are replaced, never gone: runs side by side read them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from scorecards.models import DailyFigures, MonthSums
from scorecards.services.recompute.month_sums import rebuild_months
from tests.factories import BranchFactory

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def months() -> list[tuple[date, int]]:
    return list(MonthSums.objects.order_by("month").values_list("month", "revenue"))


@pytest.mark.django_db(transaction=True)
def test_a_run_beside_a_rebuild_finds_every_month_all_the_time() -> None:
    branch = BranchFactory()
    for month, revenue in ((NOVEMBER, 100), (DECEMBER, 200)):
        DailyFigures.objects.create(day=month, branch=branch, revenue=revenue)
    rebuild_months(NOVEMBER, DECEMBER)
    seen = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """After each statement that others see at once."""
        result = execute(sql, params, many, context)
        if not connection.in_atomic_block and not sql.startswith("SELECT"):
            seen.append(months())
        return result

    with connection.execute_wrapper(look):
        rebuild_months(NOVEMBER, DECEMBER)

    assert seen == [[(NOVEMBER, 100), (DECEMBER, 200)]] * len(seen)
    assert seen
    assert months() == [(NOVEMBER, 100), (DECEMBER, 200)]


@pytest.mark.django_db
def test_a_rebuild_forgets_months_beyond_the_figures() -> None:
    branch = BranchFactory()
    for month in (NOVEMBER, DECEMBER):
        DailyFigures.objects.create(day=month, branch=branch, revenue=100)
    rebuild_months(NOVEMBER, DECEMBER)
    DailyFigures.objects.filter(day=NOVEMBER).delete()
    rebuild_months(DECEMBER, DECEMBER)
    assert months() == [(DECEMBER, 100)]
