from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from scorecards.models import DailyFigures
from scorecards.services.recompute.templates import template
from tests.factories import BranchFactory

pytestmark = pytest.mark.django_db


def made(days: list[date], any_id: int) -> QuerySet:
    rows = DailyFigures.objects.filter(branch_id=any_id, day__gte=days[0], day__lte=days[1])
    return rows.order_by("day").values_list("revenue")


def read(sql: str, parameters: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


def test_a_template_is_written_once_and_filled_with_any_days_and_ids() -> None:
    one, two = BranchFactory(), BranchFactory()
    for branch, revenue in ((one, 10), (two, 500)):
        for day in (1, 2, 3):
            DailyFigures.objects.create(branch=branch, day=date(2026, 11, day), revenue=revenue + day)
    kept = template("a test", 2, made)
    assert read(*kept.filled([date(2026, 11, 1), date(2026, 11, 2)], [one.pk])) == [11, 12]
    assert sorted(read(*kept.filled([date(2026, 11, 3), date(2026, 11, 9)], [one.pk, two.pk]))) == [13, 503]
    assert read(*kept.filled([date(2026, 11, 1), date(2026, 11, 9)], [])) == []
    assert template("a test", 2, made) is kept
