"""Migrations of the facts, both ways, on data."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from scorecards.models import DailyFigures
from tests.worlds import World

BEFORE, AFTER = ("scorecards", "0005_replaced_by_change"), ("scorecards", "0006_without_days_of_branches")


def indexes() -> set[str]:
    """The names of the indexes of the facts."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, DailyFigures._meta.db_table)
    return {name for name, about in found.items() if about["index"]}


@pytest.mark.django_db(transaction=True)
def test_the_index_that_the_key_replaces_goes_and_comes_back(world: World) -> None:
    DailyFigures.objects.create(day=date(2026, 11, 20), branch=world.branch, revenue=100)
    assert "figures_day_of_branches" not in indexes()
    try:
        MigrationExecutor(connection).migrate([BEFORE])
        assert "figures_day_of_branches" in indexes()
    finally:
        MigrationExecutor(connection).migrate([AFTER])
    assert indexes() >= {"figures_branch_day", "figures_staff_day"}
    assert "figures_day_of_branches" not in indexes()
    assert DailyFigures.objects.get().revenue == 100
