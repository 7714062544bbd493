"""A branch's survey link: its QR code, the poster to print, and a new link in place of the old one."""

from __future__ import annotations

import io

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from surveys.models import Answer, SurveyLink
from surveys.permissions import can_make_links
from surveys.queries import live_link
from surveys.services import renew_link
from surveys.views.common import branch_or_404, user_of

_QUIET_ZONE = 4
"""Empty modules around a QR code, as its standard asks."""


@require_safe
def link(request: HttpRequest, code: str) -> HttpResponse:
    """The branch's link with its code, where to print it and how to exchange it."""
    branch, user = branch_or_404(request, code), user_of(request)
    found = live_link(user, branch)
    context = {
        "branch": branch,
        "link": found,
        "address": _address(request, found) if found else "",
        "answers": Answer.objects.for_user(user).filter(link=found).count() if found else 0,
        "can_make": can_make_links(user),
        "nav": "voice",
    }
    return render(request, "surveys/link.html", context)


@require_POST
def renew(request: HttpRequest, code: str) -> HttpResponse:
    """Make the branch's link, or a new one in place of the one it has."""
    branch = branch_or_404(request, code)
    renew_link(branch, by=user_of(request), at=timezone.now())
    messages.success(request, gettext("The new link is ready. Print the poster and hang it up."))
    return redirect("surveys:link", branch.code)


@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """An A4 page in both languages for the counter and the door; to the link's page while there is no link."""
    branch = branch_or_404(request, code)
    found = live_link(user_of(request), branch)
    if found is None:
        return redirect("surveys:link", branch.code)
    return render(request, "surveys/poster.html", {"branch": branch, "address": _address(request, found)})


@require_safe
def qr_code(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code as a drawing; 404 while there is no link."""
    found = live_link(user_of(request), branch_or_404(request, code))
    if found is None:
        raise Http404
    drawing = io.BytesIO()
    # "Q" still reads with a quarter of it worn off; a poster at a counter wears.
    segno.make(_address(request, found), error="q", micro=False).save(
        drawing, kind="svg", border=_QUIET_ZONE, omitsize=True, light="#ffffff", xmldecl=False
    )
    return HttpResponse(
        drawing.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-cache"}
    )


def _address(request: HttpRequest, link: SurveyLink) -> str:
    """The survey's whole address, as the code carries it."""
    return request.build_absolute_uri(reverse("surveys:answer", args=[link.token]))
