"""The whole league table as a workbook: every branch in scope that the filters leave, as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from formulas.rounding import minor_to_decimal
from scorecards import league_sentences, sentences, words
from scorecards.forms.league import Asked
from scorecards.queries.league import LeagueRow, branch_cards, league_rows
from scorecards.views.region import common
from ui import dates
from ui.exports import Sheet, xlsx_response
from ui.templatetags.ui import name_of

_VALUES = ("visitors", "conversion", "buyers", "orders", "basket", "repeat")
_EFFECTS = ("visitors", "conversion", "buyers", "orders", "basket", "repurchase", "extension", "repeat")
_REST = ("revenue", "openings")


def export(request: HttpRequest, code: str) -> HttpResponse:
    """The league of a region."""
    return _workbook(request, code)


def company_export(request: HttpRequest) -> HttpResponse:
    """The league of the company."""
    return _workbook(request, None)


def _workbook(request: HttpRequest, code: str | None) -> HttpResponse:
    found = common.understood(request, code)
    if found.asked is None:
        raise Http404
    asked = found.asked
    against = asked.against or common.stands(found, asked).against
    cards = branch_cards(found.user, found.place, asked.period, asked.filters, against)
    rows = league_rows(cards, against=against, kind=asked.period.kind.value, sort=asked.sort)
    sheet = Sheet(
        title=gettext("League table"),
        headers=_headers(),
        rows=_cells(rows, found),
        formats=_formats(),
        note=_note(found, asked, against),
    )
    name = found.place.region.code if found.place.region else gettext("company")
    return xlsx_response(f"{name}-{asked.period.code}.xlsx", [sheet])


def _note(found: common.Request, asked: Asked, against: str) -> str:
    """Scope, days, comparison, filters, and when it was computed."""
    parts = [
        found.title,
        dates.span(asked.span),
        gettext("compared with %(base)s") % {"base": sentences.base_name(against, asked.base_span(against))},
        *([name_of(asked.area)] if asked.area else []),
        *([name_of(asked.format)] if asked.format else []),
        *([f"“{asked.text}”"] if asked.text else []),
        *([gettext("only branches surely behind")] if asked.attention else []),
        gettext("computed %(at)s") % {"at": dates.stamp(found.units.computed_at)},
    ]
    return " · ".join(parts)


def _headers() -> list[str]:
    effects = [
        gettext("Effect of %(factor)s") % {"factor": words.inside(words.PARTS[code])} for code in _EFFECTS
    ]
    return [
        gettext("Code"), gettext("Branch"), gettext("Region"), gettext("Format"),
        gettext("Revenue"), gettext("Revenue compared with"), gettext("Change"), gettext("Change in %"),
        gettext("95% interval from"), gettext("95% interval to"),
        *(str(words.FACTORS[code].label) for code in _VALUES),
        *effects, gettext("Effect not split"), gettext("Openings and closures"),
        gettext("Place from"), gettext("Place to"), gettext("Peers"), gettext("Place in words"),
        gettext("Days with figures"), gettext("Days due"),
    ]  # fmt: skip


def _formats() -> list[str]:
    values = ["count", "percent", "count", "count", "money", "ratio"]
    effects = ["money"] * (len(_EFFECTS) + len(_REST))
    places = ["count", "count", "count", "text", "count", "count"]
    return [*["text"] * 4, *["money"] * 3, *["percent"] * 3, *values, *effects, *places]


def _cells(rows: Iterator[LeagueRow], found: common.Request) -> Iterator[list[Any]]:
    """One row at a time, so that ten thousand need no more memory than one."""
    regions = {pk: name_of(region) for pk, region in found.units.regions.items()}
    formats = {pk: name_of(one) for pk, one in found.units.formats.items()}
    for row in rows:
        places = (row.rank_best, row.rank_worst, row.rank_of)
        yield [
            row.code, name_of(row), regions.get(row.region_id or 0), formats.get(row.format_id or 0),
            _money(row.revenue), _money(row.base_revenue), _money(row.change), row.growth, row.low, row.high,
            row.visitors, row.conversion, row.buyers, row.orders,
            _money(None if row.basket is None else round(row.basket)), row.repeat,
            *(_money(getattr(row, f"driver_{code}")) for code in (*_EFFECTS, *_REST)),
            *places, league_sentences.place_in_words(*places), row.days, row.days_due,
        ]  # fmt: skip


def _money(minor: int | None) -> Any:
    return None if minor is None else minor_to_decimal(minor, settings.CURRENCY_DIGITS)
