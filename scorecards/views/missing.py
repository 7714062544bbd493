"""Where entering figures starts, and which days lack them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.models import Branch, Region, User
from scorecards.queries.entry import today_of
from scorecards.queries.missing import Missing, branches_to_watch, missing_of, newest_missing
from scorecards.views.pages.common import user_of
from ui import dates

ROWS_PER_PAGE = 50
FEW_BRANCHES, DAYS_SHOWN = 5, 7
"""Of a few branches every day is a link; of many the newest ones, the rest as a number: a list to work through."""
ONE_DAY = timedelta(days=1)
MOST_SEARCHED = 80


@dataclass(frozen=True)
class Link:
    """A day and the page on which its figures are entered."""

    text: str
    url: str


@dataclass(frozen=True)
class Line:
    """A branch, how many days lack figures, and the newest of them; `earlier`: how many are not named."""

    branch: Branch
    count: int
    days: tuple[Link, ...]
    earlier: int


@require_safe
def entry_start(request: HttpRequest) -> HttpResponse:
    """To the day that most needs figures; those who look after many branches get the list first."""
    if user_of(request).role != "manager":
        return redirect("scorecards:missing")
    yesterday = _yesterday()
    branches = list(Branch.objects.for_user(user_of(request)).trading(yesterday, yesterday).order_by("code"))
    if not branches:
        return redirect("scorecards:missing")
    branch, day = newest_missing(branches, yesterday) or (branches[0], _yesterday(branches[0]))
    return redirect("scorecards:entry", code=branch.code, day=day.isoformat())


@require_safe
def missing_figures(request: HttpRequest) -> HttpResponse:
    """The branches in scope that lack figures, with a link to each day."""
    regions = list(Region.objects.for_user(user_of(request)).with_tree_fields())
    region = next((one for one in regions if one.code == request.GET.get("region")), None)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_SEARCHED]
    watched = branches_to_watch(user_of(request), region=region, search=search)
    found = missing_of(list(watched.order_by().values_list("pk", flat=True)), _yesterday())
    page = Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "figures",
        "regions": regions,
        "region": region,
        "search": search,
        "page": page,
        "lines": _lines(user_of(request), page.object_list),
        "branch_count": len(found),
        "day_count": sum(len(one.days) for one in found),
        "up_to": _yesterday(),
        "any_branch": bool(found) or watched.exists(),
    }
    return render(request, "scorecards/entry/missing.html", context)


def _lines(user: User, found: Iterable[Missing]) -> list[Line]:
    """The branches with their names for one page of the list, in one query."""
    found = list(found)
    branches = (
        Branch.objects.for_user(user).select_related("region").in_bulk([one.branch_id for one in found])
    )
    most = None if len(found) <= FEW_BRANCHES else DAYS_SHOWN
    texts = {day: dates.day_short(day, weekday=True) for one in found for day in one.days[:most]}
    return [_line(branches[one.branch_id], one.days, one.days[:most], texts) for one in found]


def _line(branch: Branch, days: tuple[date, ...], named: tuple[date, ...], texts: dict[date, str]) -> Line:
    """The address is asked for once: a page may hold hundreds of these links."""
    address = reverse("scorecards:entry", args=[branch.code, "DAY"]).removesuffix("DAY/")
    links = tuple(Link(texts[day], f"{address}{day.isoformat()}/") for day in named)
    return Line(branch, len(days), links, len(days) - len(named))


def _yesterday(branch: Branch | None = None) -> date:
    now = timezone.now()
    return (today_of(branch, now) if branch else timezone.localdate(now)) - ONE_DAY
