"""The page of a region or the company: the sentence, the branches that need help, the drivers, the league table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from scorecards import league_sentences, words
from scorecards.charts import region as charts
from scorecards.forms.league import Asked
from scorecards.queries.league import LeagueRow, branch_page, sorts
from scorecards.queries.standing import Loser, Standing
from scorecards.views.region import common
from scorecards.views.region.heads import head, options
from scorecards.views.region.rows import RowWriter
from ui import numbers
from ui.charts import Table
from ui.templatetags.ui import name_of

_ALL_FACTORS = ("visitors", "conversion", "buyers", "orders", "basket", "repeat", "other")


@dataclass(frozen=True)
class Help:
    """A branch that needs help, in words."""

    name: str
    url: str
    loss: str
    why: str
    certainty: str
    is_sure: bool


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
    standing, against = common.stands(found, asked)
    context = common.frame(found, asked, against) | _table(request, found, asked, standing, against)
    if not is_fragment:
        context |= _top(found, asked, standing, against)
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
        "remark": league_sentences.no_visitors(codes),
        "days": comparison.current.days if comparison else 0,
        "days_due": standing.days_due,
        "help_title": league_sentences.help_title(standing.losers),
        "helps": [_help(loser, query) for loser in standing.losers],
        "nobody_behind": league_sentences.nobody_behind(),
        "drivers_url": common.place_url("drivers", found.place.region) + query,
        **_drivers(*common.shown_change(comparison)),
    }


def _help(loser: Loser, query: str) -> Help:
    return Help(
        name=name_of(loser) or loser.code,
        url=reverse("scorecards:branch", args=[loser.code]) + query,
        loss=league_sentences.loss(loser),
        why=league_sentences.why(loser),
        certainty=league_sentences.certainty(loser),
        is_sure=loser.is_sure,
    )


def _drivers(change: int | None, parts: tuple[tuple[str, int], ...]) -> dict[str, Any]:
    """The waterfall of the place's own change, and its table."""
    named = [(str(words.PARTS[code]), money) for code, money in parts]
    rows = [(name, numbers.signed_money(money)) for name, money in named]
    rows.append((gettext("Change in revenue"), numbers.signed_money(change)))
    return {
        "drivers_option": charts.drivers_option(named, total_label=gettext("Change in revenue")),
        "drivers_table": Table([gettext("Factor"), gettext("Effect in money")], rows),
    }


def _table(
    request: HttpRequest, found: common.Request, asked: Asked, standing: Standing, against: str
) -> dict[str, Any]:
    """The league table with its filters, and the chart of the rows shown."""
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
    name = common.namer()
    formats = {pk: name(found_format) for pk, found_format in found.units.formats.items()}
    writer = RowWriter(
        codes=codes, formats=formats, query=common.carried(asked, against), with_trend=with_trend
    )
    return {
        "asked": asked,
        "areas": options(_areas(found), asked.area.code if asked.area else ""),
        "formats": options(_formats(found, formats), asked.format.code if asked.format else ""),
        "page": page,
        "head": head(request.GET, codes, page, sorts(against, kind), with_trend),
        "body": writer.body(page.rows),
        "previous_url": _page_url(request.GET, page.previous_cursor),
        "next_url": _page_url(request.GET, page.next_cursor),
        "export_url": _export_url(request.GET, found, against, asked),
        "clear_url": common.place_url("region", found.place.region) + common.carried(asked, against),
        "keep": [("period", asked.period.code), ("against", against), ("sort", page.sort)],
        "is_day": kind == "D",
        "growth_option": charts.growth_option(
            [(name(row), row.growth, row.low, row.high) for row in page.rows], unchanged=gettext("unchanged")
        ),
        "growth_height": "md" if len(page.rows) <= 12 else "lg" if len(page.rows) <= 26 else "xl",
    }


def _areas(found: common.Request) -> list[tuple[str, str]]:
    """The regions below the place as (name, code), set in by their depth."""
    name = common.namer()
    return [("\u2003" * (depth - 1) + name(area), area.code) for depth, area in found.place.below]


def _formats(found: common.Request, names: dict[int, str]) -> list[tuple[str, str]]:
    """The formats as (name, code), where there is a choice."""
    formats = found.units.formats
    return [(names[pk], one.code) for pk, one in formats.items()] if len(formats) > 1 else []


def shown_factors(standing: Standing, rows: list[LeagueRow]) -> list[str]:
    """The factors worth a column: those that explain something of the place's change or hold a value in a row."""
    explained = {code for code, _ in standing.comparison.parts} if standing.comparison else set()
    seen = set(explained)
    for row in rows:
        seen |= {
            code for code in ("visitors", "conversion", "basket", "repeat") if getattr(row, code) is not None
        }
        seen |= {code for code in ("buyers", "orders") if getattr(row, f"driver_{code}")}
        if row.other_effect:
            seen.add("other")
    return [code for code in _ALL_FACTORS if code in seen]


def _page_url(query: QueryDict, cursor: str) -> str:
    return _address(query, after=cursor) if cursor else ""


def _address(query: QueryDict, **changes: str) -> str:
    """The page's own address with changes; "" takes a parameter away."""
    own = query.copy()
    for name, value in changes.items():
        own.pop(name, None)
        if value:
            own[name] = value
    return f"?{own.urlencode()}"


def _export_url(query: QueryDict, found: common.Request, against: str, asked: Asked) -> str:
    changed = _address(query, after="", period=asked.period.code, against=against)
    return common.place_url("export", found.place.region) + changed
