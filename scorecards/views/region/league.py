"""The page of a region or the company: the sentence, the branches that need help, the drivers, the league table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from scorecards import league_sentences
from scorecards.charts import region as charts
from scorecards.forms.league import Asked
from scorecards.queries.directory import Place
from scorecards.queries.league import Filters, LeaguePage, LeagueRow, branch_page
from scorecards.queries.standing import Standing
from scorecards.views.region import around, common
from scorecards.views.region.addresses import Address
from scorecards.views.region.bars import again, filters, period_bar
from scorecards.views.region.heads import areas_below, head, options
from scorecards.views.region.helps import help_list
from scorecards.views.region.rows import RowWriter
from ui import dates, numbers
from ui.charts import Table
from ui.languages import kept_for_language


def region(request: HttpRequest, code: str) -> HttpResponse:
    """A region with everything below it."""
    return _answer(request, code)


def company(request: HttpRequest) -> HttpResponse:
    """The whole company."""
    return _answer(request, None)


def _answer(request: HttpRequest, code: str | None) -> HttpResponse:
    found = common.understood(request, code)
    if found.asked is None:
        return common.nothing_yet(request, found)
    asked = found.asked
    is_fragment = request.htmx.target == "league" and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    standing = common.stands(found, asked)
    against = standing.against
    own = Address(request.GET)
    context = common.frame(found, asked, against) | _table(own, found, asked, standing, against)
    if is_fragment:
        context["period_bar"] = again(period_bar(own, asked.period, asked.as_of, against))
    else:
        context |= common.bars(own, asked, context, standing) | _top(found, asked, standing, against)
    context["is_fragment"] = is_fragment
    response = render(
        request, "scorecards/_league.html" if is_fragment else "scorecards/region.html", context
    )
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _top(found: common.Request, asked: Asked, standing: Standing, against: str) -> dict[str, Any]:
    """What stands above the table: the sentence, who needs help, the drivers."""
    comparison = standing.comparison
    codes = [code for code, _ in comparison.parts] if comparison else []
    query = common.carried(asked, against)
    return {
        "trail": common.trail(found, "region", query),
        "comparison": comparison,
        "lead": common.lead(comparison, asked, against),
        "like_for_like": league_sentences.like_for_like(standing.like_for_like),
        "remark": league_sentences.no_visitors(codes),
        "help_title": league_sentences.help_title(standing.losers),
        "helps": help_list(standing.losers, query),
        "nobody_behind": league_sentences.nobody_behind(
            comparison.change if comparison else None, is_old_day=common.is_old_day(asked)
        ),
        "areas_below": areas_below(tuple(found.units.children(found.place.region)), query),
        "drivers_url": common.place_url("drivers", found.place.region) + query,
        **_drivers(*common.shown_change(comparison)),
    }


def _drivers(change: int | None, parts: tuple[tuple[str, int], ...]) -> dict[str, Any]:
    """The waterfall of the place's own change, and its table."""
    names = league_sentences.part_names([code for code, _ in parts])
    named = [(name, money) for name, (_, money) in zip(names, parts, strict=True)]
    rows = [(name, numbers.signed_money(money)) for name, money in named]
    rows.append((gettext("Change in revenue"), numbers.signed_money(change)))
    return {
        "drivers_option": charts.drivers_option(named, total_label=gettext("Change in revenue")),
        "nothing_to_explain": league_sentences.nothing_to_explain(change),
        "drivers_height": "sm" if len(named) <= 4 else "md",
        "drivers_table": Table([gettext("Factor"), gettext("Effect in money")], rows),
    }


def _table(
    own: Address, found: common.Request, asked: Asked, standing: Standing, against: str
) -> dict[str, Any]:
    """The league table with its filters, and the chart of its rows."""
    kind = asked.period.kind.value
    page = branch_page(
        found.user,
        found.place,
        asked.period,
        asked.filters,
        against=against,
        sort=asked.sort,
        after=asked.after,
    )
    codes = shown_factors(standing, page.rows)
    with_trend = any(row.trend for row in page.rows)
    name, query = common.namer(), common.carried(asked, against)
    formats = {pk: name(found_format) for pk, found_format in found.units.formats.items()}
    writer = RowWriter(codes=codes, formats=formats, query=query, with_trend=with_trend)
    clear_url = common.place_url("region", found.place.region) + query
    return {
        "asked": asked,
        "filters": _filters(found, asked, page.sort, against, formats, clear_url),
        "page": page,
        "head": head(own, tuple(codes), page.sort, against, kind, with_trend),
        "body": writer.body(page.rows),
        "table_title": around.title(
            _shown(page, asked, standing.branches), _export_url(own, found, asked, against)
        ),
        "caption": around.caption(dates.span(asked.span), dates.span(asked.base_span(against))),
        "pager": around.pager(
            own.but(after=page.previous_cursor) if page.previous_cursor else "",
            own.but(after=page.next_cursor) if page.next_cursor else "",
        ),
        "growth_chart": around.growth_chart(page.rows),
        "clear_url": clear_url,
        "only_attention": asked.filters == Filters(attention=True),
        "is_old_day": common.is_old_day(asked),
    }


def _filters(
    found: common.Request, asked: Asked, sort: str, against: str, formats: dict[int, str], clear_url: str
) -> SafeString:
    """The form above the table; what it does not ask for itself it carries on."""
    hidden = [("period", asked.period.code), ("against", against), ("sort", sort)]
    areas = _areas(found.place, asked.area.code if asked.area else "")
    kinds = options(_formats(found, formats), asked.format.code if asked.format else "")
    return filters(asked, hidden, areas, kinds, clear_url)


def _shown(page: LeaguePage, asked: Asked, branches: int | None) -> str:
    """Which of how many branches the page shows."""
    is_filtered = bool(asked.filters)
    return league_sentences.shown(
        page.first, page.last, matches=page.matches, of=branches, is_filtered=is_filtered
    )


def _export_url(own: Address, found: common.Request, asked: Asked, against: str) -> str:
    """Where the whole table is a workbook: as filtered and ordered, of the period and comparison that are shown."""
    address = SafeString(common.place_url("export", found.place.region))
    return address + own.but(after="", period=asked.period.code, against=against)


@kept_for_language(64)
def _areas(place: Place, chosen: str) -> SafeString:
    """The regions below a place as <option>s, set in by their depth."""
    name = common.namer()
    return options([("\u2003" * (depth - 1) + name(area), area.code) for depth, area in place.below], chosen)


def _formats(found: common.Request, names: dict[int, str]) -> list[tuple[str, str]]:
    """The formats as (name, code), where there is a choice."""
    formats = found.units.formats
    return [(names[pk], one.code) for pk, one in formats.items()] if len(formats) > 1 else []


def shown_factors(standing: Standing, rows: list[LeagueRow]) -> list[str]:
    """The factors worth a column: those that explain something of the place's change or hold a value in a row."""
    explained = {code for code, _ in standing.comparison.parts} if standing.comparison else set()
    return [code for code in _ALL_FACTORS if code in explained or any(map(_SEEN[code], rows))]


_SEEN: dict[str, Callable[[LeagueRow], bool]] = {
    "visitors": lambda row: row.visitors is not None,
    "conversion": lambda row: row.conversion is not None,
    "buyers": lambda row: bool(row.driver_buyers),
    "orders": lambda row: bool(row.driver_orders),
    "basket": lambda row: row.basket is not None,
    "repeat": lambda row: row.repeat is not None,
    "other": lambda row: bool(row.other_effect),
}
_ALL_FACTORS = tuple(_SEEN)
