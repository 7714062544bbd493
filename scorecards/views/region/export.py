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
from scorecards.queries.league import LeagueRow, branch_cards, is_falling, known_sort, league_rows
from scorecards.views.region import common
from ui import dates
from ui.exports import Sheet, xlsx_response
from ui.templatetags.ui import name_of

_VALUES = ("visitors", "conversion", "buyers", "orders", "basket", "repeat")
_EFFECTS = ("visitors", "conversion", "buyers", "orders", "basket", "repurchase", "extension", "repeat")
_REST = ("revenue", "openings")
_BASKET = 14
_PLACES = (26, 27, 28)
"""Columns of numbers that do not add up."""


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
    kind = asked.period.kind.value
    sort = known_sort(asked.sort, against, kind)
    rows = league_rows(cards, against=against, kind=kind, sort=sort)
    headers, formats = _headers(), _formats()
    sheet = Sheet(
        title=gettext("League table"),
        headers=headers,
        rows=_with_total(_cells(rows, found), formats),
        formats=formats,
        note=f"{_note(found, asked, against)} · {_order(sort, against, kind)}",
        frozen=2,
    )
    name = found.place.region.code if found.place.region else gettext("company")
    return xlsx_response(f"{name}-{asked.period.code}.xlsx", [sheet])


def _note(found: common.Request, asked: Asked, against: str) -> str:
    """Scope, days, comparison, filters, unit of money, and when it was computed."""
    parts = [
        found.title,
        dates.span(asked.span),
        gettext("compared with %(base)s") % {"base": sentences.base_name(against, asked.base_span(against))},
        *([name_of(asked.area)] if asked.area else []),
        *([name_of(asked.format)] if asked.format else []),
        *([f"“{asked.text}”"] if asked.text else []),
        *([gettext("only branches surely behind")] if asked.attention else []),
        gettext("money in %(currency)s") % {"currency": settings.CURRENCY},
        gettext("computed %(at)s") % {"at": dates.stamp(found.units.computed_at)},
    ]
    return " · ".join(parts)


def _order(sort: str, against: str, kind: str) -> str:
    """What the rows are sorted by, as on the page, and which end comes first."""
    name = sort.removeprefix("-")
    values = {"column": words.inside(_ordered_by(name))}
    if name == "name":
        text = gettext("sorted by %(column)s, backwards") if sort != name else gettext("sorted by %(column)s")
    elif is_falling(sort, against, kind):
        text = gettext("sorted by %(column)s, largest first")
    else:
        text = gettext("sorted by %(column)s, smallest first")
    return text % values


def _ordered_by(name: str) -> str:
    """The header of the column that an order goes by."""
    own = {
        "name": gettext("Code"),
        "change": gettext("Change"),
        "growth": gettext("Change in %"),
        "missing": gettext("Days without figures"),
    }
    if name in own:
        return own[name]
    factor = name.removesuffix("_effect")
    return _effect(factor) if factor != name else str(words.FACTORS[name].label)


def _effect(code: str) -> str:
    return gettext("Effect of %(factor)s") % {"factor": words.inside(words.PARTS[code])}


def _headers() -> list[str]:
    names = league_sentences.part_names(_EFFECTS)
    effects = [gettext("Effect of %(factor)s") % {"factor": words.inside(name)} for name in names]
    return [
        gettext("Code"), gettext("Branch"), gettext("Region"), gettext("Format"),
        gettext("Revenue"), gettext("Revenue compared with"), gettext("Change"), gettext("Change in %"),
        gettext("95% interval from"), gettext("95% interval to"),
        *(str(words.FACTORS[code].label) for code in _VALUES),
        *effects, gettext("Change that no factor explains"), gettext("Openings and closures"),
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


def _with_total(rows: Iterator[list[Any]], formats: list[str]) -> Iterator[list[Any]]:
    """The rows and a last one: how many they are, and the sums of what can be added up, which are money and counts, but
    for baskets and places.
    """
    sums: dict[int, Any] = {}
    added = [
        column
        for column, kind in enumerate(formats)
        if kind in ("money", "count") and column not in (_BASKET, *_PLACES)
    ]
    count = 0
    for row in rows:
        count += 1
        for column in added:
            if row[column] is not None:
                sums[column] = sums.get(column, 0) + row[column]
        yield row
    others = (sums.get(column) for column in range(2, len(formats)))
    yield [gettext("Total"), league_sentences.branches(count), *others]


def _money(minor: int | None) -> Any:
    return None if minor is None else minor_to_decimal(minor, settings.CURRENCY_DIGITS)
