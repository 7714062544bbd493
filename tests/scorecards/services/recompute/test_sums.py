"""Sums of staff members come in portions, so that a large company takes no more memory than a small one."""

from __future__ import annotations

import random
from datetime import date

import pytest

from branches.models import Branch
from formulas.periods import Span
from scorecards.models import Card, Level
from scorecards.services.recompute import plan, recompute, sums
from tests.factories import BranchFactory
from tests.scorecards.services.recompute.facts import random_facts

FIRST, LAST, TODAY = date(2026, 10, 12), date(2026, 11, 20), date(2026, 11, 21)
NOVEMBER = Span(date(2026, 11, 1), LAST)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> dict[Branch, list[int]]:
    """Two branches with two staff members each; 2 works at both."""
    company = {BranchFactory(code="a"): [1, 2], BranchFactory(code="b"): [2, 3]}
    random_facts(random.Random(3), company, FIRST, LAST, gap=0)
    return company


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of a byte: as small as they get."""
    monkeypatch.setattr(sums, "_PORTION", 1)


def portions() -> list[list[int]]:
    """The staff members of each portion of November's sums, a row for every piece of time and branch."""
    return [found.staff.tolist() for found in sums.staff_sums(plan.atoms_of([NOVEMBER]))]


@pytest.mark.usefixtures("company")
def test_a_small_company_comes_in_one() -> None:
    recompute(today=TODAY)
    assert [sorted(set(found)) for found in portions()] == [[1, 2, 3]]


@pytest.mark.usefixtures("company", "one_by_one")
def test_all_rows_of_a_member_are_in_one_portion_wherever_they_worked() -> None:
    recompute(today=TODAY)
    assert [sorted(set(found)) for found in portions() if found] == [[1], [2], [3]]
    assert portions()[-2] == [2, 2]


@pytest.mark.usefixtures("one_by_one")
def test_without_anybody_there_is_one_empty_portion() -> None:
    assert portions() == [[]]


@pytest.mark.usefixtures("company")
def test_the_cards_are_those_of_one_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    recompute(today=TODAY)
    at_once = cards()
    monkeypatch.setattr(sums, "_PORTION", 1)
    recompute(today=TODAY, everything=True)
    assert len(at_once) > 0
    assert cards() == at_once


def cards() -> list[tuple]:
    """The cards of staff members, whole."""
    names = [field.name for field in Card._meta.concrete_fields]
    found = Card.objects.filter(level=Level.STAFF).values_list(*names)
    return list(found.order_by("kind", "starts_on", "unit_id"))
