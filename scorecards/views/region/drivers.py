"""The map of drivers: what moved revenue, from the company through regions to branches, adding up level by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from formulas.lmdi import PARTS
from scorecards import league_sentences
from scorecards.forms.league import Asked
from scorecards.queries.drivers import DriverMap, DriverRow, driver_map
from scorecards.views.region import common
from scorecards.views.region.addresses import Address
from ui import numbers
from ui.scales import Scale, scale_of
from ui.templatetags.ui import name_of


@dataclass(frozen=True)
class Cell:
    """Money of one part: text in short and in full, and how much of the largest part beside it (0–10) it is."""

    text: str
    full: str
    direction: str
    weight: int


@dataclass(frozen=True)
class Line:
    """A unit as a row of the map: where it leads, its revenue and change, and a cell per part."""

    name: str
    code: str
    url: str
    is_region: bool
    revenue: str
    change: Cell | None
    growth: str
    cells: tuple[Cell, ...]


def drivers(request: HttpRequest, code: str) -> HttpResponse:
    """The map of a region."""
    return _answer(request, code)


def company_drivers(request: HttpRequest) -> HttpResponse:
    """The map of the company."""
    return _answer(request, None)


def _answer(request: HttpRequest, code: str | None) -> HttpResponse:
    found = common.understood(request, code)
    if found.asked is None:
        return common.nothing_yet(request, found)
    asked = found.asked
    standing = common.stands(found, asked)
    against = standing.against
    page = _page(request.GET.get("page", ""))
    tree = driver_map(found.user, found.units, found.place, asked.period, against, page=page)
    own = Address(request.GET)
    comparison = standing.comparison
    parts = comparison.parts if comparison else ()
    context = common.frame(found, asked, against) | {
        "trail": common.trail(found, "drivers", common.carried(asked, against)),
        "lead": common.lead(comparison, asked, against),
        "like_for_like": league_sentences.like_for_like(standing.like_for_like),
        "remark": league_sentences.no_visitors([code for code, _ in parts]),
        "nothing_to_explain": league_sentences.nothing_to_explain(comparison.change if comparison else None),
        "region_url": common.place_url("region", found.place.region) + common.carried(asked, against),
        "is_old_day": common.is_old_day(asked),
        **_map(tree, found, asked, against),
        **_pager(tree, own),
    }
    context |= common.bars(own, asked, context, standing)
    return render(request, "scorecards/region_drivers.html", context)


def _map(tree: DriverMap, found: common.Request, asked: Asked, against: str) -> dict[str, Any]:
    """The table: its columns (parts that carry money anywhere in it), the unit's own row, the rows below."""
    rows = [*tree.rows, *([tree.rest] if tree.rest else [])]
    rest_name = league_sentences.other_branches(tree.hidden)
    codes = shown_parts([*([tree.total] if tree.total else []), *rows])
    query = common.carried(asked, against)
    largest = max((abs(money) for row in tree.rows for money in row.parts), default=0)
    scales = _scales_of([*([tree.total] if tree.total else []), *rows])
    below = [_line(row, codes, query, largest, scales, name="" if row.code else rest_name) for row in rows]
    total = _line(tree.total, codes, query, 0, scales, name=found.title) if tree.total else None
    leads_down = any(line.is_region for line in below)
    return {
        "leads_down": leads_down,
        "headers": league_sentences.part_names(codes),
        "total": total,
        "below": below,
    }


def _page(text: str) -> int:
    """The page asked for; the first where it is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _pager(tree: DriverMap, own: Address) -> dict[str, Any]:
    """The way to the other pages of branches; which one this is, "" where there is only one."""
    position = {"number": numbers.count(tree.page), "pages": numbers.count(tree.pages)}
    return {
        "previous_url": own.but(page=str(tree.page - 1)) if tree.page > 1 else "",
        "next_url": own.but(page=str(tree.page + 1)) if tree.page < tree.pages else "",
        "position": gettext("Page %(number)s of %(pages)s") % position if tree.pages > 1 else "",
    }


def shown_parts(rows: Sequence[DriverRow]) -> list[str]:
    """The parts that carry money in any row, in the order of the formula."""
    return [code for code in PARTS if any(row.part(code) for row in rows)]


class _Scales(NamedTuple):
    """How revenue is written down its column, and how all that moved it is."""

    revenue: Scale
    moved: Scale


def _scales_of(rows: Sequence[DriverRow]) -> _Scales:
    moved = [money for row in rows for money in (row.change, *row.parts)]
    return _Scales(scale_of([row.revenue for row in rows]), scale_of(moved))


def _line(
    row: DriverRow, codes: list[str], query: str, largest: int, scales: _Scales, name: str = ""
) -> Line:
    return Line(
        name=name or name_of(row),
        code=row.code,
        url=_url(row, query) if row.code and not name else "",
        is_region=row.is_region,
        revenue=scales.revenue.money(row.revenue),
        change=_cell(row.change, 0, scales.moved) if row.change is not None else None,
        growth=numbers.change(row.growth) if row.growth is not None else "",
        cells=tuple(_cell(row.part(code) or 0, largest, scales.moved) for code in codes) if row.parts else (),
    )


def _url(row: DriverRow, query: str) -> str:
    return reverse("scorecards:drivers" if row.is_region else "scorecards:branch", args=[row.code]) + query


def _cell(money: int, largest: int, scale: Scale) -> Cell:
    text = scale.signed(money)
    direction = "up" if money > 0 else "down" if money < 0 else "flat"
    weight = min(-(-10 * abs(money) // largest), 10) if largest and money else 0
    return Cell(text, numbers.signed_money(money), direction, weight)
