"""Random facts for the recompute, and the slow and simple reference that it is held against."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

from branches.models import Branch
from formulas.components import COMPONENTS, KNOWN_BIT
from formulas.periods import Period, Span, previous_span, year_before_span
from scorecards.models import DailyFigures


def random_day(chance: random.Random, branch: Branch, day: date, staff: Iterable[int]) -> list[DailyFigures]:
    """A branch's day with staff rows that add up to the branch row; visitors at the door, sometimes not counted."""
    rows = []
    for person in staff:
        buyers, repeats, extensions = chance.randint(0, 6), chance.randint(0, 3), chance.randint(0, 2)
        if not buyers:
            repeats = extensions = 0
        orders = buyers + repeats + extensions
        rows.append(
            DailyFigures(
                day=day,
                branch=branch,
                staff_id=person,
                buyers=buyers,
                orders=orders,
                repeat_orders=repeats,
                extension_orders=extensions,
                revenue=sum(chance.randint(100, 90_000) for _ in range(orders)),
            )
        )
    names = ("buyers", "orders", "repeat_orders", "extension_orders", "revenue")
    whole = {name: sum(getattr(row, name) for row in rows) for name in names}
    visitors = None if chance.random() < 0.1 else whole["buyers"] + chance.randint(0, 30)
    cost = None if chance.random() < 0.3 else whole["revenue"] // 3
    rows.append(DailyFigures(day=day, branch=branch, visitors=visitors, cost_of_goods=cost, **whole))
    return rows


def random_facts(
    chance: random.Random, branches: dict[Branch, list[int]], first: date, last: date, gap: float = 0.1
) -> None:
    """Facts of branches with their staff members' ids; a share of the days has none."""
    rows = [
        row
        for n in range((last - first).days + 1)
        for branch, staff in branches.items()
        if chance.random() >= gap
        for row in random_day(chance, branch, first + timedelta(days=n), staff)
    ]
    DailyFigures.objects.bulk_create(rows, batch_size=500)


def reference_sums(facts: list[DailyFigures], span: Span | None) -> dict[str, int | None]:
    """Sums, bits and days of the rows within a span, one row and one input at a time."""
    rows = [] if span is None else [row for row in facts if row.day in span]
    result: dict[str, int | None] = {"days": len(rows), "known": 0}
    for name in COMPONENTS:
        values = [getattr(row, name) for row in rows if getattr(row, name) is not None]
        result[name] = sum(values) if values else None
        if name in KNOWN_BIT and rows and len(values) == len(rows):
            result["known"] = (result["known"] or 0) | KNOWN_BIT[name]
    counted = [row for row in rows if row.visitors is not None]
    result["visitor_days"] = len(counted)
    result["buyers_counted"] = sum(row.buyers or 0 for row in counted) if counted else None
    return result


def bases_of(period: Period, since: date, as_of: date) -> dict[str, Span | None]:
    """The spans that a card is compared with; None where one would begin before the facts."""
    spans = {
        "previous": previous_span(period, as_of),
        "year_before": year_before_span(period.to_date(as_of)),
    }
    return {name: span if span.first >= since else None for name, span in spans.items()}
