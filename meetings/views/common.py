"""What these views share: the meeting in scope, and ways back."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from branches.models import Branch, User
from meetings.models import Meeting, MeetingKind


def user_of(request: HttpRequest) -> User:
    """The signed-in user (the access middleware lets nobody else in)."""
    return cast(User, request.user)


def typed(request: HttpRequest, name: str, most: int) -> str:
    """A text of the address, without what no database takes."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:most]


def is_partial(request: HttpRequest) -> bool:
    """Whether a part of the page is asked for, to be put in place by htmx."""
    return request.headers.get("HX-Request") == "true"


def branch_or_404(request: HttpRequest, code: str) -> Branch:
    """The branch with this code, if it is a manager's own (everybody's for administrators)."""
    return get_object_or_404(Branch.objects.for_user(user_of(request)), code=code)


def meeting_or_404(request: HttpRequest, code: str, day: str) -> Meeting:
    """The morning meeting of a branch on a day (2026-11-20), if the reader may see it."""
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    rows = Meeting.objects.for_user(user_of(request)).select_related("branch", "conducted_by")
    return get_object_or_404(rows, branch__code=code, kind=MeetingKind.MORNING, day=on)


def url_of(meeting: Meeting) -> str:
    """The meeting's page."""
    return reverse("meetings:meeting", args=[meeting.branch.code, meeting.day.isoformat()])


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page that the form or its address names, if it is one of ours, else to another."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return redirect(wanted)
    return redirect(otherwise)
