"""Cards of regions and branches for the tests of the region's pages, with round figures."""

from __future__ import annotations

from typing import Any

from branches.models import Branch, Region
from formulas.components import FORMULA_INPUTS, KNOWN_BIT
from formulas.lmdi import PARTS
from scorecards.models import Card, Level
from tests.scorecards.factories import CardFactory

ALL_KNOWN = sum(KNOWN_BIT[name] for name in FORMULA_INPUTS)


def branch_card(
    branch: Branch, *, revenue: int | None = 1_000_000, change: int | None = -100_000, **values: Any
) -> Card:
    """A branch's month: 20 of 20 days, revenue in minor units, its change explained by conversion."""
    return CardFactory(
        level=Level.BRANCH,
        unit_id=branch.pk,
        branch_id=branch.pk,
        region_id=branch.region_id,
        branches=1,
        format_id=branch.format_id,
        **(figures(revenue, change) | values),
    )


def region_card(
    region: Region | None, *, revenue: int = 2_000_000, change: int | None = -100_000, **values: Any
) -> Card:
    """The month of a region, or of the company."""
    return CardFactory(
        level=Level.REGION if region else Level.COMPANY,
        unit_id=region.pk if region else 0,
        region_id=region.pk if region else None,
        **(figures(revenue, change) | values),
    )


def figures(revenue: int | None, change: int | None) -> dict[str, Any]:
    """Sums and comparisons of a card; the whole change is conversion's."""
    found: dict[str, Any] = {
        "days": 20, "days_due": 20, "known": ALL_KNOWN, "visitor_days": 20, "visitors": 2000, "buyers": 400,
        "buyers_counted": 400, "orders": 600, "repeat_orders": 120, "extension_orders": 80, "revenue": revenue,
        "conversion": 0.2, "basket": 1666.6667, "repeat": 1.5,
    }  # fmt: skip
    for against in ("previous", "year_before"):
        found |= _against(against, revenue, change)
    return found


def _against(against: str, revenue: int | None, change: int | None) -> dict[str, Any]:
    if change is None or revenue is None:
        return {f"{against}_days": 0}
    growth = change / (revenue - change)
    values: dict[str, Any] = {f"driver_{part}": 0 for part in PARTS} | {
        "driver_conversion": change, "change": change, "revenue": revenue - change, "days": 20, "chain": 4,
        "known": ALL_KNOWN, "visitor_days": 20, "visitors": 2000, "buyers": 440, "buyers_counted": 440,
        "orders": 660, "repeat_orders": 132, "extension_orders": 88,
        "growth": growth, "growth_low": growth - 0.05, "growth_high": growth + 0.05,
        "rank": 3, "rank_of": 14, "rank_best": 3, "rank_worst": 9,
    }  # fmt: skip
    return {f"{against}_{name}": value for name, value in values.items()}
