"""The meeting as it is run on a phone, and its minutes."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from branches.queries import team_of
from meetings import permissions
from meetings.agenda import title_of
from meetings.forms import FinishForm, NoteForm, QuickActionForm, due_choices
from meetings.models import AgendaItem, Meeting
from meetings.queries import items_of, local_day, others_of, team_at
from meetings.services import actions, building, running
from meetings.services.errors import Conflict, NotItsDay, NotRunning, NotTheTeam, TooLate
from meetings.views.common import branch_or_404, is_partial, meeting_or_404, url_of, user_of
from ui import dates


def meeting(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """A meeting: to be run by those who may while it is not held, else its minutes. `?screen=big` for the wall."""
    found = meeting_or_404(request, code, day)
    context = _context(request, found)
    if found.is_held or not permissions.can_run(user_of(request)):
        return render(request, "meetings/minutes.html", context)
    context |= {"is_big": request.GET.get("screen") == "big"}
    return render(request, "meetings/run.html", context)


@require_POST
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Make today's meeting by hand where none made itself."""
    branch = branch_or_404(request, code)
    return redirect(url_of(building.plan_meeting(branch, by=user_of(request), at=timezone.now())))


@require_POST
def start(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Begin the meeting."""
    found = meeting_or_404(request, code, day)
    try:
        running.start_meeting(found, by=user_of(request), at=timezone.now())
    except NotItsDay:
        messages.warning(request, gettext("A meeting can begin on its own day only."))
    except NotRunning:
        messages.info(request, gettext("This meeting has been held. Its minutes stay as they are."))
    return redirect(url_of(found))


@require_POST
def tick(request: HttpRequest, code: str, day: str, pk: int) -> HttpResponse:
    """Tick a point (`ticked` = 1) or take the tick back (0)."""
    item = _item_or_404(request, code, day, pk)
    change = running.tick_item if request.POST.get("ticked") == "1" else running.untick_item
    try:
        change(item, by=user_of(request), at=timezone.now())
    except NotRunning:
        return _not_running(request, item.meeting)
    return _item_again(request, item)


@require_POST
def note(request: HttpRequest, code: str, day: str, pk: int) -> HttpResponse:
    """Save a point's note; 409 with both texts if somebody else saved one meanwhile."""
    item = _item_or_404(request, code, day, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _item_again(request, item, status=422, note_form=form, typed=request.POST.get("note", ""))
    typed, version = form.cleaned_data["note"], form.cleaned_data["version"]
    try:
        running.note_item(item, typed, version=version, by=user_of(request), at=timezone.now())
    except Conflict:
        return _item_again(request, item, status=409, typed=typed, is_conflict=True)
    except NotRunning:
        return _not_running(request, item.meeting)
    return _item_again(request, item)


@require_POST
def make_action(request: HttpRequest, code: str, day: str, pk: int) -> HttpResponse:
    """Make an action from a point: text, day, and the name that was tapped."""
    item = _item_or_404(request, code, day, pk)
    today = local_day(item.meeting.branch)
    form = QuickActionForm(request.POST, team=team_of(item.meeting.branch, today), today=today)
    if not form.is_valid():
        return _item_again(request, item, status=422, action_form=form)
    branch, wanted, by = item.meeting.branch, form.wanted(item), user_of(request)
    try:
        actions.make_action(branch, wanted, from_item=item, by=by, at=timezone.now())
    except (NotRunning, NotTheTeam):
        return _not_running(request, item.meeting)
    return _item_again(request, item)


@require_POST
def attendance(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Say who is there: `present` holds staff ids, `before` those that the page had ticked; `everybody`: all.

    Only what was changed on this page counts, so that two telephones do not undo each other's ticks.
    """
    found = meeting_or_404(request, code, day)
    team = {member.pk for member in team_of(found.branch, found.day)}
    here, before = _ids(request, "present") & team, _ids(request, "before") & team
    come, gone = (team, set[int]()) if "everybody" in request.POST else (here - before, before - here)
    try:
        running.set_attendance(found, come, gone, by=user_of(request), at=timezone.now())
    except NotRunning:
        return _not_running(request, found)
    if not is_partial(request):
        return redirect(f"{url_of(found)}#attendance")
    return render(request, "meetings/_attendance.html", {"meeting": found, "team": team_at(found)})


@require_POST
def finish(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """End the meeting; its minutes stand."""
    found = meeting_or_404(request, code, day)
    form = FinishForm(request.POST)
    if not form.is_valid():
        context = _context(request, found) | {
            "finish_form": form,
            "finish_note": request.POST.get("note", ""),
        }
        return render(request, "meetings/run.html", context, status=422)
    try:
        running.finish_meeting(found, form.cleaned_data["note"], by=user_of(request), at=timezone.now())
    except NotRunning:
        return _not_running(request, found)
    except Conflict:
        context = _context(request, found) | {"typed": form.cleaned_data["note"]}
        return render(request, "meetings/minutes.html", context, status=409)
    messages.success(request, gettext("The meeting is held. These are its minutes."))
    return redirect(url_of(found))


@require_POST
def reopen(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Go on with a meeting that was finished a moment ago."""
    found = meeting_or_404(request, code, day)
    try:
        running.reopen_meeting(found, by=user_of(request), at=timezone.now())
    except TooLate:
        messages.info(request, gettext("This meeting has been held. Its minutes stay as they are."))
    except NotRunning:
        return _not_running(request, found)
    return redirect(url_of(found))


def _ids(request: HttpRequest, name: str) -> set[int]:
    """The staff ids that a form names."""
    return {int(pk) for pk in request.POST.getlist(name) if pk.isascii() and pk.isdigit() and len(pk) < 19}


def _item_or_404(request: HttpRequest, code: str, day: str, pk: int) -> AgendaItem:
    """The point of a meeting in scope."""
    found = meeting_or_404(request, code, day)
    item = get_object_or_404(AgendaItem, meeting=found, pk=pk)
    item.meeting = found
    return item


def _not_running(request: HttpRequest, found: Meeting) -> HttpResponse:
    """Nothing was changed: say why, on the whole page."""
    messages.warning(request, gettext("Nothing was saved: the meeting is not running."))
    response = HttpResponse(status=204) if is_partial(request) else redirect(url_of(found))
    if is_partial(request):
        response["HX-Redirect"] = url_of(found)
    return response


def _item_again(request: HttpRequest, item: AgendaItem, status: int = 200, **extra: Any) -> HttpResponse:
    """The point as it is now: alone for htmx, on its page otherwise; what was refused keeps the words typed."""
    url = f"{url_of(item.meeting)}#item-{item.pk}"
    if not is_partial(request) and status == 200:
        return redirect(url)
    context = _context(request, item.meeting)
    fresh = next(one for one in context["items"] if one.pk == item.pk)
    context |= {"item": fresh, "again": fresh.pk, "is_partial": is_partial(request)} | extra
    template = "meetings/_item_again.html" if is_partial(request) else "meetings/run.html"
    return render(request, template, context, status=status)


def _context(request: HttpRequest, found: Meeting) -> dict[str, Any]:
    """What the page and its parts need of a meeting."""
    items = items_of(found)
    today = local_day(found.branch)
    team = team_at(found)
    return {
        "meeting": found,
        "items": items,
        "sections": [(title_of(code), list(rows)) for code, rows in groupby(items, key=lambda i: i.section)],
        "ticked": sum(item.ticked_at is not None for item in items),
        "team": team,
        "present": sum(bool(member.is_present) for member in team),
        "owners": list(team_of(found.branch, today)),
        "dues": due_choices(today),
        "usual_due": due_choices(today)[2][0],
        "others": others_of(found),
        "is_today": found.day == today,
        "is_too_late": found.day == today and timezone.now() > found.window_closes_at,
        "can_run": permissions.can_run(user_of(request)),
        "can_reopen": found.held_at is not None and timezone.now() - found.held_at < running.REGRET,
        "window": _clock(found, found.window_closes_at),
        "began": _clock(found, found.started_at),
        "ended": _clock(found, found.held_at),
        "now": timezone.now(),
    }


def _clock(found: Meeting, at: datetime | None) -> str:
    """The branch's own time, 08:50; with the day where it is not the meeting's, "" for never."""
    if at is None:
        return ""
    local = timezone.localtime(at, timezone=ZoneInfo(found.branch.time_zone))
    return f"{local:%H:%M}" if local.date() == found.day else f"{dates.day_short(local.date())} {local:%H:%M}"
