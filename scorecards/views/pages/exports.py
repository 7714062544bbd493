"""The days of a unit as a workbook: the same numbers as the page's table, as numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext

from formulas.rounding import minor_to_decimal
from scorecards import words
from scorecards.models import Freshness
from scorecards.queries.branch import UnitPage
from scorecards.queries.comparison import Day, Sums
from scorecards.views.pages import shown
from ui import dates, numbers
from ui.exports import Sheet, xlsx_response


def days_workbook(file_name: str, title: str, page: UnitPage, fresh: Freshness) -> HttpResponse:
    """One sheet: a row per day with figures, and the total (ratios of sums, not averages)."""
    current = page.comparison.current
    codes = shown.day_columns(current)
    headers = [gettext("Day"), *(str(words.FACTORS[code].label) for code in codes)]
    rows: list[list[Any]] = [[day.day, *_cells(day, codes)] for day in page.days]
    rows.append([gettext("Total"), *_cells(current, codes)])
    span = dates.span(current.span)
    about = gettext("%(unit)s, %(days)s, money in %(currency)s, computed %(at)s") % {
        "unit": title,
        "days": span,
        "currency": numbers.currency().mark,
        "at": dates.stamp(fresh.computed_at),
    }
    kinds = ["date", *(words.FACTORS[code].kind for code in codes)]
    sheet = Sheet(title, headers, rows, kinds, note=about)
    name = f"{file_name}-{current.span.first:%Y%m%d}-{current.span.last:%Y%m%d}.xlsx"
    return xlsx_response(name, [sheet])


def _cells(unit: Day | Sums, codes: tuple[str, ...]) -> list[Decimal | float | int | None]:
    return [_cell(code, unit.value(code)) for code in codes]


def _cell(code: str, value: float | None) -> Decimal | float | int | None:
    """Revenue exact, a basket rounded to the minor unit, everything else as it is."""
    if value is None or words.FACTORS[code].kind != "money":
        return value
    return minor_to_decimal(round(value), settings.CURRENCY_DIGITS)
