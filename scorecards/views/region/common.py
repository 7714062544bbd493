"""What the region's pages share: the place in scope, what is asked for, names and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote_plus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from branches.models import User
from formulas.periods import Kind
from scorecards import league_sentences, sentences
from scorecards.forms.league import Asked, asked_of
from scorecards.queries.comparison import Comparison
from scorecards.queries.directory import Directory, Named, Place, directory
from scorecards.queries.missing import TRADING_DAYS
from scorecards.queries.standing import Standing, standing
from scorecards.services.recompute.plan import BRANCH_DAYS_KEPT
from scorecards.views.region.addresses import Address, plain_url, region_url
from scorecards.views.region.bars import period_bar, print_foot, stamp
from ui import dates, numbers
from ui.templatetags.ui import name_of


@dataclass(frozen=True)
class Request:
    """A request for a place, understood: whose, which place, what of it."""

    user: User
    units: Directory
    place: Place
    asked: Asked | None

    @property
    def title(self) -> str:
        """The place's name."""
        return unit_name(self.place.region)


def unit_name(region: Named | None) -> str:
    """A region's name in the reader's language; the company's for None."""
    if region is not None:
        return name_of(region) or region.code
    own = str(settings.COMPANY_NAME.get(get_language() or "", ""))
    return gettext("The company") if own in ("", "BranchOps") else own


def namer() -> Callable[[Any], str]:
    """`name_of` for hundreds of units with both names: the reader's language is looked up once."""
    first, second = ("name_zh", "name_en") if numbers.is_chinese() else ("name_en", "name_zh")
    return lambda unit: getattr(unit, first) or getattr(unit, second) or unit.code


def understood(request: HttpRequest, code: str | None) -> Request:
    """The place with this code (None: the company) and what is asked of it; 404 where the reader may not see it.

    `asked` is None before any figures have been computed.
    """
    user = cast(User, request.user)
    units = directory(user)
    region = units.region(code) if code is not None else None
    if code is not None and region is None:
        raise Http404
    place = units.place(region)
    asked = asked_of(request.GET, units, place, units.as_of) if units.as_of else None
    return Request(user, units, place, asked)


def stands(found: Request, asked: Asked) -> Standing:
    """How the place stands, and against what: as asked for, else the year before where there is one, else before."""
    return standing(found.user, found.place, asked.period, asked.against)


def shown_change(comparison: Comparison | None) -> tuple[int | None, tuple[tuple[str, int], ...]]:
    """(change, parts) in minor units; without a comparison, nothing.

    Not rounded to whole major units as on a branch's page: the change of a region is the sum of its branches' changes,
    which is not the difference of its two revenues where a branch did not record revenue in one of them.
    """
    return (comparison.change, comparison.parts) if comparison else (None, ())


def lead(comparison: Comparison | None, asked: Asked, against: str) -> str:
    """The sentence that opens the page; "" without figures."""
    if comparison is None:
        return ""
    change, parts = shown_change(comparison)
    return sentences.lead(comparison, change, parts, base_span=asked.base_span(against))


def place_url(route: str, region: Named | None) -> str:
    """The address of a page of a place: `route` is "region", "drivers" or "export"."""
    return region_url(route, region.code if region else None)


def _is_recent(asked: Asked) -> bool:
    """Whether the list of missing figures reaches back to the period."""
    return asked.as_of - asked.span.last < timedelta(days=TRADING_DAYS)


def is_old_day(asked: Asked) -> bool:
    """Whether a single day is asked for whose branches' cards are no longer kept."""
    age = (asked.as_of - asked.period.first).days
    return asked.period.kind is Kind.DAY and age >= BRANCH_DAYS_KEPT


def _missing_url(region: Named | None) -> str:
    """Where the missing figures of a place are listed."""
    return plain_url("scorecards:missing") + (f"?region={quote_plus(region.code)}" if region else "")


def carried(asked: Asked, against: str) -> str:
    """The query that links to other pages carry on: the period and the comparison."""
    return f"?period={asked.period.code}&against={against}"


def trail(found: Request, route: str, query: str) -> list[tuple[str, str]]:
    """The places above: (name, address), topmost first. The company only for those who may see it."""
    above: list[Named | None] = list(found.place.above)
    if found.place.region is not None and found.user.scope.everything:
        above.insert(0, None)
    return [(unit_name(region), place_url(route, region) + query) for region in above]


def frame(found: Request, asked: Asked, against: str) -> dict[str, Any]:
    """The context that both pages need: title, days shown and compared with, freshness."""
    return {
        "nav": "scorecards",
        "title": found.title,
        "not_shown": league_sentences.not_shown(asked.not_shown),
        "missing_url": _missing_url(found.place.region) if _is_recent(asked) else "",
        "span_text": dates.span(asked.span),
        "base_text": dates.span(asked.base_span(against)),
        "as_of": asked.as_of,
        "fresh_at": found.units.computed_at,
    }


def bars(own: Address, asked: Asked, framed: dict[str, Any], standing: Standing) -> dict[str, Any]:
    """The bar of periods, the line that says how fresh the page is, the foot. `framed`: what `frame` gave."""
    days = standing.comparison.current.days if standing.comparison else 0
    bar = period_bar(own, asked.period, asked.as_of, standing.against)
    return {
        "period_bar": bar,
        "stamp": stamp(framed, days, standing.days_due),
        "print_foot": print_foot(framed),
    }


def nothing_yet(request: HttpRequest, found: Request) -> HttpResponse:
    """The page before any figures have been computed."""
    return render(request, "scorecards/region_empty.html", {"title": found.title, "nav": "scorecards"})
