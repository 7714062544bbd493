"""Migrations of master data, both ways, on data."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from branches.models import OpeningHours
from tests.factories import BranchFactory

BEFORE, AFTER = ("branches", "0002_failed_log_ins"), ("branches", "0003_trading_without_hours")


def migrate(target: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps


@pytest.mark.django_db(transaction=True)
def test_weekdays_without_hours_take_those_of_the_branch_or_go_when_the_release_is_taken_back() -> None:
    timed, untimed = BranchFactory(code="B1"), BranchFactory(code="B2")
    OpeningHours.objects.create(branch=timed, weekday=0, opens_at=time(9), closes_at=time(18))
    OpeningHours.objects.create(branch=timed, weekday=1)
    OpeningHours.objects.create(branch=untimed, weekday=0)
    try:
        hours = (
            migrate(BEFORE).get_model("branches", "OpeningHours").objects.order_by("branch__code", "weekday")
        )
        assert list(hours.values_list("branch__code", "weekday", "opens_at", "closes_at")) == [
            ("B1", 0, time(9), time(18)),
            ("B1", 1, time(9), time(18)),
        ]
    finally:
        migrate(AFTER)
    assert OpeningHours.objects.count() == 2
