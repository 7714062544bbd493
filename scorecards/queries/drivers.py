"""The map of drivers: a unit and what lies directly below it, each with the parts of its change in money.

A unit's parts are the sums of its branches' parts (the recompute sees to it), so the rows below add up to the row above
exactly, part by part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from branches.models import User
from formulas.lmdi import PARTS
from formulas.periods import Period
from scorecards.models import Card, Level
from scorecards.queries.directory import Directory, Named, Place

PAGE_SIZE = 50
"""Branches shown one by one."""


@dataclass(frozen=True)
class DriverRow:
    """A unit with its change of revenue in minor units and the parts that explain it, in the order of PARTS.

    `parts` holds every part, 0 where it explains nothing, and adds up to `change`; both are empty and None without a
    comparison. `is_region`: a region, else a branch or (in the total) the company.
    """

    code: str
    name_en: str
    name_zh: str
    is_region: bool
    revenue: int | None
    base: int | None
    change: int | None
    parts: tuple[int, ...] = ()

    @property
    def growth(self) -> float | None:
        """The relative change; None from nothing."""
        return self.change / self.base if self.change is not None and self.base else None

    def part(self, code: str) -> int | None:
        """The money of one part; None without a comparison."""
        return self.parts[PARTS.index(code)] if self.parts else None


@dataclass(frozen=True)
class DriverMap:
    """The unit's own row (None: no figures), the rows directly below it by size of change, and what is left out.

    Branches come page by page; `rest` is the sum of the `hidden` branches of other pages, so that the rows of every
    page add up to the unit's; None if there are none.
    """

    total: DriverRow | None
    rows: tuple[DriverRow, ...]
    rest: DriverRow | None = None
    hidden: int = 0
    page: int = 1
    pages: int = 1


def driver_map(
    user: User, units: Directory, place: Place, period: Period, against: str, *, page: int = 1
) -> DriverMap:
    """The unit, its sub-regions and a page of the branches that belong to it directly; one query.

    `page`: from 1; one that there is not means the nearest that there is.
    """
    children = {region.pk: region for region in units.children(place.region)}
    cards = Card.objects.for_user(user).filter(kind=period.kind.value, starts_on=period.first)
    found = [
        _row(values, children, place) for values in _values(cards.filter(_chosen(place, children)), against)
    ]
    total = next((row for is_total, row in found if is_total), None)
    regions = [row for is_total, row in found if not is_total and row.is_region]
    branches = [row for is_total, row in found if not is_total and not row.is_region]
    pages = max(-(-len(branches) // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    first, last = (page - 1) * PAGE_SIZE, page * PAGE_SIZE
    hidden = branches[:first] + branches[last:]
    return DriverMap(
        total=total,
        rows=(*regions, *branches[first:last]),
        rest=_sum_of(hidden) if hidden else None,
        hidden=len(hidden),
        page=page,
        pages=pages,
    )


def _chosen(place: Place, children: dict[int, Named]) -> Q:
    below = Q(level=Level.REGION, unit_id__in=children)
    if place.region is None:
        return Q(level=Level.COMPANY) | below
    own = Q(level=Level.REGION, unit_id=place.region.pk)
    return own | below | Q(level=Level.BRANCH, region_id=place.region.pk, unit_branch__isnull=False)


def _values(cards: QuerySet[Card], against: str) -> Any:
    """Regions before branches, the largest fall first."""
    ordered = cards.order_by("-level", F(f"{against}_change").asc(nulls_last=True), "unit_id")
    return ordered.values_list(
        "level", "unit_id", "unit_branch__code", "unit_branch__name_en", "unit_branch__name_zh",
        "revenue", f"{against}_revenue", f"{against}_change", *(f"{against}_driver_{part}" for part in PARTS),
    )  # fmt: skip


def _row(values: tuple[Any, ...], children: dict[int, Named], place: Place) -> tuple[bool, DriverRow]:
    """(whether it is the unit itself, its row)."""
    level, unit_id, code, name_en, name_zh, revenue, base, change, *parts = values
    if level != Level.BRANCH:
        region = children.get(unit_id) or place.region
        code, name_en, name_zh = (region.code, region.name_en, region.name_zh) if region else ("", "", "")
    is_total = level == Level.COMPANY or (
        level == Level.REGION and place.region is not None and unit_id == place.region.pk
    )
    money = tuple(part or 0 for part in parts) if change is not None else ()
    row = DriverRow(code, name_en, name_zh, level == Level.REGION, revenue, base, change, money)
    return is_total, row


def _sum_of(rows: list[DriverRow]) -> DriverRow:
    """The sum of rows that are not shown one by one."""
    known = [row for row in rows if row.parts]
    return DriverRow(
        code="",
        name_en="",
        name_zh="",
        is_region=False,
        revenue=sum(row.revenue or 0 for row in rows),
        base=sum(row.base or 0 for row in rows),
        change=sum(row.change or 0 for row in known),
        parts=tuple(sum(column) for column in zip(*(row.parts for row in known), strict=True)),
    )
