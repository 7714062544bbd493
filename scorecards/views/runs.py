"""The page of runs, and the buttons that start one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from branches.models import Branch
from jobs.models import Job
from scorecards.models import Freshness
from scorecards.queries.runs import runs as newest_runs
from scorecards.services import runs as services
from scorecards.views.pages.common import user_of


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """What runs, how far it is, how it went; the fragment refreshes itself while anything waits or runs."""
    context = {"runs": newest_runs(timezone.now()), "freshness": Freshness.objects.filter(pk=1).first()}
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "scorecards/runs/_runs.html" if fragment else "scorecards/runs/runs.html", context)


@require_POST
def run_again(request: HttpRequest, job: int) -> HttpResponse:
    """Start a run that is over once more."""
    if services.run_again(get_object_or_404(Job, pk=job), by=user_of(request)):
        messages.success(request, _("The run starts again."))
    else:
        messages.info(request, _("This run is not over yet."))
    return redirect("scorecards:runs")


@require_POST
def recompute_everything(request: HttpRequest) -> HttpResponse:
    """All cards anew from the facts."""
    services.recompute_everything(by=user_of(request))
    messages.success(
        request, _("Everything is being recomputed. Pages show the old figures until it is done.")
    )
    return redirect("scorecards:runs")


@require_POST
def recompute_branch(request: HttpRequest, code: str) -> HttpResponse:
    """One branch's cards anew, for its leaders."""
    branch = get_object_or_404(Branch.objects.for_user(user_of(request)), code=code)
    services.recompute_branch(branch, by=user_of(request))
    messages.success(request, _("The branch is being recomputed; look again in a moment."))
    return redirect("scorecards:branch", code=branch.code)
