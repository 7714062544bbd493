"""A branch or a staff member over any days, against any others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext

from branches.models import Branch, StaffMember, User
from formulas.components import FORMULA_INPUTS
from formulas.periods import Span
from scorecards import panels, sentences, words
from scorecards.charts import pages as charts
from scorecards.forms.period import Choice, PeriodForm, kind_links, neighbours
from scorecards.models import Freshness
from scorecards.queries.branch import UnitPage, branch_page, closed_days, figures_changed
from scorecards.queries.comparison import CUSTOM, Day, sums_of_days
from scorecards.queries.likeness import LikeForLike, closures_within, is_alike, like_for_like, per_day
from scorecards.queries.staff import StaffPage, current_branch, progress, staff_page
from scorecards.views.pages import shown
from scorecards.views.pages.common import (
    asks_when_ready,
    branch_or_404,
    freshness,
    local_today,
    newest_day,
    no_figures,
    ready_or_not,
    user_of,
)
from scorecards.views.pages.exports import days_workbook
from ui import dates
from ui.charts import Table


@dataclass(frozen=True)
class Unit:
    """The branch or staff member of a page: its title, and the branch for links and its calendar."""

    title: str
    branch: Branch | None
    is_branch: bool
    file_name: str


def branch(request: HttpRequest, code: str) -> HttpResponse:
    """A branch over the days of `?period=` (or `first`, `last`) against `against` (or `base_first`, `base_last`)."""
    unit_branch, fresh = branch_or_404(request, code), freshness()
    unit = Unit(unit_branch.name, unit_branch, True, unit_branch.code)
    if fresh.as_of is None:
        return no_figures(request, fresh, branch=unit_branch, title=unit.title)
    form = PeriodForm(request.GET, as_of=newest_day(unit_branch, fresh.as_of))
    choice = form.choice()
    user = user_of(request)
    waiting = not choice.span.is_empty and figures_changed(unit_branch, choice.span).exists()
    if asks_when_ready(request):
        return ready_or_not(waiting)
    page = branch_page(
        user,
        unit_branch,
        period=choice.period,
        span=choice.span,
        bases=choice.bases,
        against=choice.against,
    )
    if request.GET.get("export") == "xlsx":
        return days_workbook(unit.file_name, unit.title, page, fresh)
    closed = closed_days(unit_branch, choice.span, {day.day for day in page.days})
    rows = _rows(page, choice.span, closed, unit_branch)
    context = _context(request, unit, form, choice, page, fresh) | {
        "panels": panels.filled("branch", unit_branch, user, choice.span),
        "remarks": _branch_remarks(unit_branch, page, local_today(unit_branch)),
        "waiting": waiting,
        "rows": rows,
        "enter_url": next((row.url for row in rows if row.url), ""),
        "lead": _lead(page, like_for_like(user, unit_branch, page.comparison)),
    }
    return render(request, "scorecards/branch.html", context)


def staff(request: HttpRequest, number: str) -> HttpResponse:
    """A staff member over the days of `?period=` …, as on the page of a branch; staff see their own page only."""
    user = user_of(request)
    member = get_object_or_404(StaffMember.objects.for_user(user), number=number)
    fresh, workplace = freshness(), current_branch(member)
    unit = Unit(member.name, workplace, False, member.number)
    if fresh.as_of is None:
        return no_figures(request, fresh, title=unit.title)
    form = PeriodForm(request.GET, as_of=fresh.as_of)
    choice = form.choice()
    found = staff_page(user, member, workplace, span=choice.span, bases=choice.bases, against=choice.against)
    if request.GET.get("export") == "xlsx":
        return days_workbook(unit.file_name, unit.title, found.unit, fresh)
    current = found.unit.comparison.current
    context = _context(request, unit, form, choice, found.unit, fresh) | {
        "member": member,
        "nav": "own" if user.role == "staff" else "scorecards",
        "own": user.staff_member_id == member.pk,
        "sees_branch": workplace is not None and user.role != "staff" and _sees(request, workplace),
        "remarks": sentences.not_recorded(current, found.unit.comparison.base, found.unit.comparison.chain),
        "rows": _rows(found.unit, choice.span, set(), None),
        "tasks": panels.filled("own", workplace, user, choice.span)
        if workplace and user.role == "staff"
        else [],
        "progress": _progress(user, member, fresh.as_of) if fresh.as_of in choice.span else [],
    }
    context["lead"] = sentences.join([_lead(found.unit, per_day(found.unit.comparison)), _share(found)])
    return render(request, "scorecards/staff.html", context)


def _progress(user: User, member: StaffMember, as_of: date) -> list[shown.Tile]:
    found = progress(user, member, as_of)
    return shown.progress_tiles(found) if found else []


def _sees(request: HttpRequest, place: Branch) -> bool:
    return Branch.objects.for_user(user_of(request)).filter(pk=place.pk).exists()


def _context(
    request: HttpRequest, unit: Unit, form: PeriodForm, choice: Choice, page: UnitPage, fresh: Freshness
) -> dict[str, Any]:
    """What both pages show."""
    comparison = page.comparison
    change, parts = shown.parts_of(comparison)
    before, after = neighbours(choice, form.as_of)
    return {
        "unit": unit,
        "branch": unit.branch,
        "form": form,
        "choice": choice,
        "kinds": kind_links(choice, form.as_of),
        "before": before,
        "after": after,
        "fresh": fresh,
        "nav": "scorecards",
        "page": page,
        "span_text": sentences.days(choice.whole if choice.span.is_empty else choice.span),
        "against": comparison.against,
        "switch": [(name, sentences.against_label(name)) for name in choice.bases],
        "own_dates": choice.period is None or comparison.against == CUSTOM or bool(form.errors),
        "base_name": sentences.base_name(comparison.against, page.base_span),
        "tree": shown.tree_of(comparison),
        "drivers": charts.drivers_option(shown.named(parts), total_label=gettext("Change")),
        "drivers_table": shown.drivers_table(change, parts),
        "columns": [words.FACTORS[code].label for code in shown.day_columns(comparison.current)],
        "totals": shown.total_cells(comparison.current, shown.day_columns(comparison.current)),
        **_calendar(request, page, choice),
    }


def _lead(page: UnitPage, like: LikeForLike | None) -> str:
    change, parts = shown.parts_of(page.comparison)
    return sentences.lead(page.comparison, change, parts, base_span=page.base_span, like=like)


def _branch_remarks(place: Branch, page: UnitPage, today: date) -> list[str]:
    """What the reader must know before the numbers are believed."""
    comparison = page.comparison
    found = sentences.not_recorded(comparison.current, comparison.base, comparison.chain)
    if page.days_due and comparison.current.days:
        found = [sentences.short_of_days(comparison, page.days_due), *found]
    if place.opened_on is not None and place.opened_on > page.base_span.first:
        found.append(sentences.opened(place.opened_on))
    else:
        found.append(sentences.short_base(comparison))
    if not is_alike(comparison):
        found += [
            sentences.shut(one) for one in closures_within(place, comparison.current.span, page.base_span)
        ]
    if place.closed_on is not None and place.closed_on < today:
        found.insert(0, sentences.closed(place.closed_on))
    return [text for text in found if text]


def _share(found: StaffPage) -> str:
    return sentences.share_of_team(found.share, found.team_size)


def _calendar(request: HttpRequest, page: UnitPage, choice: Choice) -> dict[str, Any]:
    """The heat map of one figure over the days; `?show=` chooses it."""
    codes = shown.day_columns(page.comparison.current)
    if choice.span.days < MIN_CALENDAR or not codes:
        return {"calendar": None, "metrics": []}
    wanted = request.GET.get("show", "revenue")
    code = wanted if wanted in codes else codes[0]
    word = words.FACTORS[code]
    values = [(day.day, day.value(code)) for day in page.days]
    option = charts.days_option(
        values, first=choice.span.first, last=choice.span.last, name=str(word.label), kind=word.kind
    )
    table = Table(
        (gettext("Day"), str(word.label)),
        [(dates.day(day, weekday=True), words.full(code, value)) for day, value in values],
    )
    return {
        "calendar": option,
        "calendar_table": table,
        "calendar_code": code,
        "calendar_height": "md" if MONTH_AND_HALF < choice.span.days <= LONG else "sm",
        "calendar_title": gettext("%(figure)s day by day") % {"figure": word.label},
        "metrics": [(name, words.FACTORS[name].label) for name in codes],
    }


MIN_CALENDAR = 8
"""Days below which a calendar says less than the table."""
MONTH_AND_HALF, LONG = 45, 100
"""Days between which the calendar needs more height; a longer one lies on its side."""


def _rows(page: UnitPage, span: Span, closed: set[date], place: Branch | None) -> list[shown.DayRow]:
    """The table's days, newest first; of a branch also the trading days without figures, with the way to enter them."""
    codes = shown.day_columns(page.comparison.current)
    known: dict[date, Day] = {}
    for day in page.days:
        known[day.day] = _together(known.get(day.day), day)
    rows = [shown.DayRow(day.day, shown.day_cells(day, codes)) for day in known.values()]
    if place is not None and not span.is_empty:
        today = local_today(place)
        gaps = (day for day in span if day not in known and day < today)
        rows += [_gap(day, day in closed, place, today) for day in gaps]
    return sorted(rows, key=lambda row: row.day, reverse=True)


def _gap(day: date, is_closed: bool, place: Branch, today: date) -> shown.DayRow:
    if is_closed:
        return shown.DayRow(day, (), why=gettext("closed"))
    url = reverse("scorecards:entry", args=[place.code, day.isoformat()]) if _can_enter(day, today) else ""
    return shown.DayRow(day, (), url=url, why=gettext("no figures"))


def _can_enter(day: date, today: date) -> bool:
    """Recent gaps lead to the entry form; older ones are a matter of imports."""
    return (today - day).days <= 62


def _together(first: Day | None, second: Day) -> Day:
    """The rows of one day at two branches as one."""
    if first is None:
        return second
    sums = sums_of_days([first, second], Span(second.day, second.day))
    return Day(second.day, *(getattr(sums, name) for name in FORMULA_INPUTS))
