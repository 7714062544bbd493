"""Where each role begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from branches.models import Branch, Region, Role, StaffMember
from scorecards.views.pages.common import user_of


def home(request: HttpRequest) -> HttpResponse:
    """Send the reader to the page of the own role, or say why there is none."""
    user = user_of(request)
    if user.role == Role.ADMINISTRATOR:
        return redirect("scorecards:company")
    if user.role == Role.REGIONAL:
        region = Region.objects.filter(pk__in=user.regions.values("pk")).order_by("position", "code").first()
        return redirect("scorecards:region", region.code) if region else _nowhere(request)
    if user.role == Role.MANAGER:
        branch = Branch.objects.for_user(user).order_by("closed_on", "code").first()
        return redirect("scorecards:today", branch.code) if branch else _nowhere(request)
    member = StaffMember.objects.for_user(user).first()
    return redirect("scorecards:staff", member.number) if member else _nowhere(request)


def branches(request: HttpRequest) -> HttpResponse:
    """The reader's branches: one page, a list for a manager of several, else the region's page."""
    user = user_of(request)
    if user.role != Role.MANAGER:
        return home(request)
    found = list(Branch.objects.for_user(user).select_related("region", "format"))
    if len(found) == 1:
        return redirect("scorecards:branch", found[0].code)
    return render(request, "scorecards/branches.html", {"branches": found, "nav": "scorecards"})


def _nowhere(request: HttpRequest) -> HttpResponse:
    """For a user to whom nothing has been given yet."""
    return render(request, "scorecards/nowhere.html")
