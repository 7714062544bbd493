"""The address of a page names its days; what is wrong falls back to this month and says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict

from formulas.periods import Span
from scorecards.forms.period import Choice, PeriodForm, kind_links, neighbours

AS_OF = date(2026, 11, 20)


def choose(query: str = "") -> tuple[Choice, PeriodForm]:
    form = PeriodForm(QueryDict(query), as_of=AS_OF)
    return form.choice(), form


def test_the_month_to_date_is_where_a_page_begins() -> None:
    found, _ = choose()

    assert found.span == Span(date(2026, 11, 1), AS_OF)
    assert found.whole == Span(date(2026, 11, 1), date(2026, 11, 30))
    assert found.bases == {
        "previous": Span(date(2026, 10, 1), date(2026, 10, 20)),
        "year_before": Span(date(2025, 11, 2), date(2025, 11, 21)),
    }
    assert found.against == ""


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-11-18", date(2026, 11, 18), date(2026, 11, 18)),
        ("2026-W46", date(2026, 11, 9), date(2026, 11, 15)),
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-Q4", date(2026, 10, 1), AS_OF),
        ("2026", date(2026, 1, 1), AS_OF),
    ],
)
def test_every_standard_period_is_named_by_its_code(code: str, first: date, last: date) -> None:
    assert choose(f"period={code}")[0].span == Span(first, last)


def test_a_period_that_has_not_begun_is_empty() -> None:
    assert choose("period=2026-12")[0].span.is_empty


def test_dates_of_ones_own_are_compared_with_as_many_days_before_and_with_the_year_before() -> None:
    found, _ = choose("first=2026-10-01&last=2026-10-08")

    assert found.period is None
    assert found.span == Span(date(2026, 10, 1), date(2026, 10, 8))
    assert found.bases["previous"] == Span(date(2026, 9, 23), date(2026, 9, 30))
    assert found.bases["year_before"] == Span(date(2025, 10, 2), date(2025, 10, 9))


def test_any_two_spans_can_be_compared() -> None:
    found, _ = choose("period=2026-10&base_first=2025-09-01&base_last=2025-09-30")

    assert found.against == "custom"
    assert found.bases["custom"] == Span(date(2025, 9, 1), date(2025, 9, 30))


def test_dates_of_ones_own_end_with_the_newest_figures() -> None:
    assert choose("first=2026-11-18&last=2026-12-31")[0].span == Span(date(2026, 11, 18), AS_OF)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("period=Novembre", "period"),
        ("period=2026-13", "period"),
        ("period=9999", "period"),
        ("first=2026-11-01", "last"),
        ("last=2026-11-01", "first"),
        ("first=2026-11-05&last=2026-11-01", "last"),
        ("first=2020-01-01&last=2026-11-01", "last"),
        ("first=yesterday&last=today", "first"),
        ("base_first=2026-11-05&base_last=2026-11-01", "base_last"),
    ],
)
def test_what_is_wrong_is_told_and_this_month_is_shown(query: str, field: str) -> None:
    found, form = choose(query)

    assert field in form.errors
    assert found.span == Span(date(2026, 11, 1), AS_OF)


@pytest.mark.parametrize("against", ["custom", "nonsense", ""])
def test_a_comparison_that_cannot_be_leaves_the_choice_to_the_figures(against: str) -> None:
    assert choose(f"against={against}")[0].against == ""


def test_the_kinds_lead_to_the_periods_around_the_days_shown() -> None:
    found: Any = kind_links(choose("period=2026-10")[0], AS_OF)

    assert [link.code for link in found] == ["2026-10-31", "2026-W44", "2026-10", "2026-Q4", "2026"]
    assert [link.current for link in found] == [False, False, True, False, False]


def test_there_is_nothing_after_the_newest_figures() -> None:
    assert neighbours(choose()[0], AS_OF) == ("2026-10", "")
    assert neighbours(choose("period=2026-10")[0], AS_OF) == ("2026-09", "2026-11")
    assert neighbours(choose("first=2026-10-01&last=2026-10-08")[0], AS_OF) == ("", "")
