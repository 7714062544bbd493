"""Facts and cards for tests: cards are made from days in the slow and plain way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from branches.models import Branch
from formulas.components import FORMULA_INPUTS
from formulas.lmdi import PARTS
from formulas.periods import Kind, Span, period_of, previous_span, year_before_span
from scorecards.models import Card, DailyFigures, Freshness, Level, MetricCard
from scorecards.queries.comparison import PREVIOUS, YEAR_BEFORE, Day, compare, sums_of_days

AS_OF = date(2026, 11, 20)
"""A Friday."""


class DailyFiguresFactory(DjangoModelFactory):
    """One ordinary day: 100 visitors, 20 buyers, 30 orders, 3,000.00 in revenue."""

    class Meta:
        model = DailyFigures

    day = AS_OF
    staff_id = 0
    visitors = 100
    buyers = 20
    orders = 30
    repeat_orders = 6
    extension_orders = 4
    revenue = 300_000


class CardFactory(DjangoModelFactory):
    """A branch's month to date with nothing in it; give what the test needs."""

    class Meta:
        model = Card

    kind = "M"
    starts_on = date(2026, 11, 1)
    ends_on = AS_OF
    level = Level.BRANCH
    unit_id = factory.Sequence(lambda n: 1000 + n)


class MetricCardFactory(DjangoModelFactory):
    """A metric's month at a branch."""

    class Meta:
        model = MetricCard

    kind = "M"
    starts_on = date(2026, 11, 1)
    level = Level.BRANCH
    metric = "conversion"
    numerator = 400.0
    denominator = 2000.0
    value = 20.0
    low = 18.3
    high = 21.8


def make_fresh(as_of: date | None = AS_OF) -> Freshness:
    """The cards reach to this day and were computed in the night after it."""
    fresh, _ = Freshness.objects.update_or_create(
        pk=1, defaults={"as_of": as_of, "computed_at": datetime(2026, 11, 20, 18, tzinfo=UTC), "stamp": "x"}
    )
    return fresh


def make_days(
    branch: Branch, first: date, last: date, *, staff_id: int = 0, skip: Sequence[date] = (), **values: Any
) -> None:
    """The same figures on every day from first to last but the skipped ones."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    rows = [
        DailyFiguresFactory.build(day=day, branch=branch, staff_id=staff_id, **values)
        for day in days
        if day not in skip
    ]
    DailyFigures.objects.bulk_create(rows)


def make_card(
    branch: Branch,
    kind: Kind,
    on: date,
    *,
    as_of: date = AS_OF,
    staff_id: int = 0,
    days_due: int | None = None,
) -> Card:
    """The card of a branch's period (or of a staff member's there), from the facts in the database."""
    period = period_of(on, kind)
    span = period.to_date(as_of)
    rows = DailyFigures.objects.filter(branch=branch, staff_id=staff_id)
    days = [Day(*row) for row in rows.values_list("day", *FORMULA_INPUTS)]
    current = sums_of_days(days, span)
    values: dict[str, Any] = {}
    for prefix, base in {PREVIOUS: previous_span(period, as_of), YEAR_BEFORE: year_before_span(span)}.items():
        values |= _against(prefix, days, current.span, base)
    return CardFactory(
        kind=kind.value,
        starts_on=period.first,
        ends_on=span.last,
        level=Level.STAFF if staff_id else Level.BRANCH,
        unit_id=staff_id or branch.pk,
        branch_id=branch.pk,
        region_id=branch.region_id,
        format_id=branch.format_id,
        days_due=span.days if days_due is None else days_due,
        **_sums("", current),
        **values,
    )


def _against(prefix: str, days: list[Day], span: Span, base: Span) -> dict[str, Any]:
    found = compare(sums_of_days(days, span), sums_of_days(days, base), prefix)
    parts = {f"{prefix}_driver_{part}": found.part(part) for part in PARTS}
    sums = _sums(f"{prefix}_", sums_of_days(days, base))
    return parts | sums | {f"{prefix}_chain": int(found.chain), f"{prefix}_change": found.change}


def _sums(prefix: str, sums: Any) -> dict[str, Any]:
    names = ("days", "known", "visitor_days", "buyers_counted", *FORMULA_INPUTS)
    return {prefix + name: getattr(sums, name) for name in names}
