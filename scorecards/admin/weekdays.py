"""The admin's page of weekdays on which branches never had figures: looked at, confirmed, marked as closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from branches.models import Branch, User
from scorecards.queries.weekdays import WEEKS, WEEKS_NEEDED, NeverTraded, never_traded, span_looked_at
from scorecards.services.weekdays import close_never_traded

MOST_NAMED = 8


def closed_weekdays(request: HttpRequest) -> HttpResponse:
    """What was found; with a choice posted, the question; with the question answered, the deed.

    The answer carries the number of branches that was asked about: if it is another one by now, the question is asked
    again.
    """
    last = timezone.localdate() - timedelta(days=1)
    found = never_traded(last)
    chosen = [one for one in found if one.key in request.POST.getlist("weekdays")]
    count = sum(len(one.branch_ids) for one in chosen)
    if request.method == "POST" and chosen and request.POST.get("branches") == str(count):
        return _close(request, chosen)
    if request.method == "POST" and not chosen:
        messages.warning(request, gettext("Choose at least one line."))
    template = "closed_weekdays_confirm" if chosen else "closed_weekdays"
    context = _context(last) | {"lines": _lines(chosen or found), "count": count}
    context |= admin.site.each_context(request)
    return TemplateResponse(request, f"admin/scorecards/{template}.html", context)


def _close(request: HttpRequest, chosen: list[NeverTraded]) -> HttpResponse:
    count = close_never_traded(chosen, by=cast(User, request.user))
    words = ngettext(
        "%(count)s branch is closed on these weekdays from now on. Its figures are being recomputed.",
        "%(count)s branches are closed on these weekdays from now on. Their figures are being recomputed.",
        count,
    )
    messages.success(request, words % {"count": f"{count:,}"})
    return redirect("admin:index")


def _context(last: date) -> dict[str, Any]:
    first, last = span_looked_at(last)
    return {
        "title": _("Weekdays without figures"),
        "first": first,
        "last": last,
        "weeks": WEEKS,
        "weeks_needed": WEEKS_NEEDED,
    }


def _lines(found: list[NeverTraded]) -> list[dict[str, Any]]:
    """For each set of weekdays `key`, `weekdays` as text, `count`, `branches` (the first few), `more`; one query."""
    wanted = {pk for one in found for pk in one.branch_ids[:MOST_NAMED]}
    branches = Branch.objects.in_bulk(wanted)
    return [
        {
            "key": one.key,
            "weekdays": ", ".join(str(WEEKDAYS[weekday]) for weekday in one.weekdays),
            "count": len(one.branch_ids),
            "branches": [branches[pk] for pk in one.branch_ids[:MOST_NAMED]],
            "more": max(len(one.branch_ids) - MOST_NAMED, 0),
        }
        for one in found
    ]
