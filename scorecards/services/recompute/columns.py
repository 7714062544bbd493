"""What is added up: the columns of a matrix of sums, and the database's expressions for them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, FloatField, Func, IntegerField, Q, Sum
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact

from formulas.components import COMPONENTS
from scorecards.services.recompute.pairs import PAIRS

COUNTS = tuple(f"{name}_days" for name in COMPONENTS)
SUMMED = ("days", *COMPONENTS, *COUNTS, "buyers_counted", "revenue_squares")
"""The columns of a matrix of sums: rows with figures, sums over recorded days (0 over none), days recorded, …"""
WEEKDAY_DAYS = tuple(f"weekday_{n}_days" for n in range(1, 8))
WEEKDAY_REVENUE = tuple(f"weekday_{n}_revenue" for n in range(1, 8))
WEEKDAYS = (*WEEKDAY_DAYS, *WEEKDAY_REVENUE)
OF_BRANCHES = (*SUMMED, *WEEKDAYS, *PAIRS)
"""The columns of a matrix of whole branches; staff members' end with those above."""
AT = {name: n for n, name in enumerate(OF_BRANCHES)}


class DayNumber(Func):
    """Days since 1970-01-01 of a date, as an integer; the same on both databases."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite keeps dates as text."""
        template = "CAST(julianday(%(expressions)s) - 2440587.5 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """A difference of two dates is a number of days."""
        return self.as_sql(compiler, connection, template="(%(expressions)s - DATE '1970-01-01')", **context)


def sums_of_facts() -> dict[str, Any]:
    revenue = Cast(F("revenue"), FloatField())
    return {
        "sum_days": Count("*"),
        **{f"sum_{name}": Coalesce(summed(name), 0.0) for name in COMPONENTS},
        **{f"sum_{name}_days": Count(name) for name in COMPONENTS},
        "sum_buyers_counted": Coalesce(summed("buyers", filter=Q(visitors__isnull=False)), 0.0),
        "sum_revenue_squares": Coalesce(Sum(revenue * revenue), 0.0),
    }


def sums_of_weekdays() -> dict[str, Any]:
    """Of whole branches only: they alone are ranked, and staff members' rows are many. NULL over nothing."""
    # From the day's number, 1970-01-01 having been a Thursday: extracting weekdays would cost a call for every row.
    days = {n: Q(staff_id=0) & Q(Exact((DayNumber("day") + 3) % 7, n - 1)) for n in range(1, 8)}
    return {
        **{f"sum_weekday_{n}_days": Count("revenue", filter=day) for n, day in days.items()},
        **{f"sum_weekday_{n}_revenue": summed("revenue", filter=day) for n, day in days.items()},
    }


def summed(name: str, **options: Any) -> Sum:
    """A sum in float8: exact here, and PostgreSQL would add up bigint as numeric, with ten times the memory."""
    return Sum(Cast(F(name), FloatField()), **options)
