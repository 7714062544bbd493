"""Search by name or code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from scorecards.queries.search import Found, found
from scorecards.views.pages.common import user_of

LONGEST = 80


def search(request: HttpRequest) -> HttpResponse:
    """What matches `?q=` within the reader's scope; an exact code or a single match leads straight to its page."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    result = found(user_of(request), text)
    target = _only(result, text)
    if target is not None:
        return redirect(*target)
    return render(
        request, "scorecards/search.html", {"search_query": text, "found": result, "count": result.count}
    )


def _only(result: Found, text: str) -> tuple[str, str] | None:
    """(route, code) of the one page meant; None where the reader must choose."""
    places = [
        *(("scorecards:branch", branch.code) for branch in result.branches),
        *(("scorecards:region", region.code) for region in result.regions),
        *(("scorecards:staff", member.number) for member in result.staff),
    ]
    exact = [place for place in places if place[1].lower() == text.lower()]
    chosen = exact or places
    return chosen[0] if len(chosen) == 1 else None
