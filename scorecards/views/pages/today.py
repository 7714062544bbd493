"""Today: what a branch manager reads before the doors open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from branches.models import Branch, Role, User
from formulas.periods import Kind, Span, period_of
from scorecards import panels, sentences
from scorecards.charts import pages as charts
from scorecards.next_steps import Moment, Step, next_step
from scorecards.queries.comparison import PREVIOUS, YEAR_BEFORE, Comparison
from scorecards.queries.likeness import closures_within, is_alike, like_for_like
from scorecards.queries.team import team
from scorecards.queries.today import Today, today_of
from scorecards.views.pages import shown
from scorecards.views.pages.common import (
    asks_when_ready,
    branch_or_404,
    freshness_of,
    local_today,
    newest_day,
    no_figures,
    ready_or_not,
    user_of,
)
from ui import dates, numbers
from ui.charts import Table


def today(request: HttpRequest, code: str) -> HttpResponse:
    """The branch this morning; `?against=previous|year_before` chooses the comparison of the month."""
    branch, user = branch_or_404(request, code), user_of(request)
    fresh, waiting = freshness_of(branch)
    if asks_when_ready(request):
        return ready_or_not(waiting)
    if fresh.as_of is None:
        return no_figures(request, fresh, branch=branch, title=branch.name)
    local, against = local_today(branch), _against(request)
    as_of = newest_day(branch, fresh.as_of)
    page = today_of(user, branch, as_of=as_of, today=local, against=against)
    used = page.month.against if page.month else against
    span = period_of(as_of, Kind.MONTH).to_date(as_of)
    context = {
        "branch": branch,
        "others": _others(user),
        "today": local,
        "fresh": fresh,
        "waiting": waiting,
        "span": span,
        "is_past": period_of(local, Kind.MONTH) != period_of(as_of, Kind.MONTH),
        "page": page,
        "against": used,
        "switch": [(name, sentences.against_label(name)) for name in (PREVIOUS, YEAR_BEFORE)],
        "nav": "today",
        "step": _step(branch, user, local, page),
        "newest_is_yesterday": page.newest == local - timedelta(days=1),
        "newest_is_as_of": page.newest == as_of,
        "as_of": as_of,
        "closed": sentences.closed(branch.closed_on) if as_of != fresh.as_of and branch.closed_on else "",
        "opens": _opens(branch, local),
        "panels": panels.filled("today", branch, user, span),
        **_month(page, user, branch),
        **_newest_day(page),
        **_trend(page),
        **_team(user, branch, span, page.month_base, used),
    }
    return render(request, "scorecards/today.html", context)


def _opens(branch: Branch, today: date) -> str:
    """That a branch has not opened yet; empty for every other."""
    return sentences.opens(branch.opened_on) if branch.opened_on and branch.opened_on > today else ""


def _against(request: HttpRequest) -> str:
    wanted = request.GET.get("against", "")
    return wanted if wanted in (PREVIOUS, YEAR_BEFORE) else ""


def _others(user: User) -> list[Branch]:
    """The branches between which a manager of several may switch; few, or none to choose."""
    if user.role != Role.MANAGER or len(user.scope.branch_ids) < 2:
        return []
    return list(Branch.objects.for_user(user).order_by("code"))


def _step(branch: Branch, user: User, today: date, page: Today) -> Step | None:
    """The one thing to do now; nothing at a branch that has closed."""
    if branch.closed_on is not None and branch.closed_on < today:
        return None
    parts = page.month.parts if page.month else ()
    worst = min(parts, key=lambda part: part[1], default=None)
    loss = worst if worst is not None and worst[1] < 0 else None
    month = page.month.current.span.first if page.month else None
    return next_step(Moment(branch, user, today, page.missing, month, bool(parts), loss))


def _month(page: Today, user: User, branch: Branch) -> dict[str, Any]:
    """The month to date: sentence, tiles, waterfall with its table."""
    month = page.month
    if month is None:
        return {"tiles": []}
    change, parts = shown.parts_of(month)
    return {
        "lead": sentences.lead(
            month, change, parts, base_span=page.month_base, like=like_for_like(user, branch, month)
        ),
        "remarks": _remarks(page, month, branch),
        "base_name": sentences.base_name(month.against, page.month_base),
        "tiles": shown.tiles_of(month),
        "drivers": charts.drivers_option(shown.named(parts), total_label=gettext("Change")),
        "drivers_table": shown.drivers_table(change, parts),
        "change": change,
    }


def _remarks(page: Today, month: Comparison, branch: Branch) -> list[str]:
    """What the reader must know before the numbers are believed."""
    found = sentences.not_recorded(month.current, month.base, month.chain)
    if not is_alike(month):
        found += [sentences.shut(one) for one in closures_within(branch, month.current.span, page.month_base)]
    warnings = [sentences.short_of_days(month, page.days_due), sentences.short_base(month)]
    return [text for text in [*warnings, *found] if text]


def _newest_day(page: Today) -> dict[str, Any]:
    """The newest day: its tiles, and what was unusual."""
    if page.day is None or page.newest is None:
        return {"day_tiles": [], "unusual": []}
    said = [sentences.unusual(u.code, u.value, u.usual, u.low, u.high, page.newest) for u in page.unusual]
    return {
        "day_tiles": shown.tiles_of(page.day),
        "unusual": said,
        "nothing_unusual": "" if said else sentences.nothing_unusual(page.history),
    }


def _trend(page: Today) -> dict[str, Any]:
    weeks = [(shown.week_label(w.starts_on), w.revenue, w.year_before) for w in page.weeks]
    names = gettext("Revenue"), gettext("A year before")
    rows = [
        (dates.day(w.starts_on), numbers.money(w.revenue), numbers.money(w.year_before)) for w in page.weeks
    ]
    return {
        "trend": charts.trend_option(weeks, name=names[0], base_name=names[1]),
        "trend_table": Table((gettext("Week from"), *names), rows),
    }


def _team(user: User, branch: Branch, span: Span, base: Span, against: str) -> dict[str, Any]:
    members = team(user, branch, span, base, against)
    return {"team": members, "has_team_day": any(member.day for member in members)}
