"""The first load into empty facts makes their indexes once it is in; any other load keeps them row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction

from scorecards.models import DailyFigures
from scorecards.services.figures import first_load
from scorecards.services.figures.first_load import indexes_at_the_end
from tests.factories import BranchFactory

FACTS = DailyFigures._meta.db_table
OWN = {"figures_branch_day", "figures_staff_day"}
WITHIN_A_FIRST_LOAD = {"postgresql": set(), "sqlite": OWN}


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, FACTS)
    return {name for name, one in found.items() if one["index"] and not one["unique"]}


def longest_wait_for_a_lock() -> str:
    """As the database says it; "0": as long as it takes."""
    if connection.vendor != "postgresql":
        return "0"
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])


@contextmanager
def read_elsewhere() -> Iterator[None]:
    """Another connection reads the facts; on SQLite a load takes nothing away that it could wait for."""
    if connection.vendor != "postgresql":
        yield
        return
    other = connection.copy()
    with transaction.atomic(), other.cursor() as cursor:
        cursor.execute(f"BEGIN; LOCK TABLE {FACTS} IN ACCESS SHARE MODE")
        yield
    other.close()


@pytest.mark.django_db
def test_a_first_load_finds_only_the_key_and_leaves_all_indexes() -> None:
    with indexes_at_the_end(10, worth=10):
        assert indexes() == WITHIN_A_FIRST_LOAD[connection.vendor]
        assert longest_wait_for_a_lock() == "0"
        DailyFigures.objects.create(day=date(2026, 11, 5), branch=BranchFactory(), revenue=100)
    assert indexes() == OWN


@pytest.mark.django_db
def test_a_small_load_keeps_the_indexes() -> None:
    with indexes_at_the_end(9, worth=10):
        assert indexes() == OWN


@pytest.mark.django_db
def test_a_load_beside_other_figures_keeps_the_indexes() -> None:
    DailyFigures.objects.create(day=date(2026, 11, 5), branch=BranchFactory(), revenue=100)
    with indexes_at_the_end(10, worth=10):
        assert indexes() == OWN


@pytest.mark.django_db(transaction=True)
def test_a_load_beside_a_reader_goes_the_ordinary_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_load, "MOST_WAITING", "20ms")
    with read_elsewhere(), indexes_at_the_end(10, worth=10):
        assert indexes() == OWN
    assert indexes() == OWN


@pytest.mark.django_db(transaction=True)
def test_a_load_that_fails_leaves_the_indexes_as_they_were() -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), indexes_at_the_end(10, worth=10):
        raise RuntimeError
    assert indexes() == OWN
