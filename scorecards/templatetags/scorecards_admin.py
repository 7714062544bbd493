"""The numbers of the admin's first page, and the one thing to do next, for its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.models import AuditEntry
from jobs.models import Job
from jobs.names import name_of
from scorecards.queries.overview import Overview, overview
from ui import numbers

register = template.Library()
MOST_CHANGES = 6


@dataclass(frozen=True)
class Step:
    """What an administrator should do next: a sentence, and the page where it is done."""

    text: str
    label: str
    url: str


@register.simple_tag(takes_context=True)
def admin_overview(context: Any) -> Overview:
    """The state of the installation for the signed-in administrator."""
    return overview(context["request"].user, at=timezone.now())


@register.simple_tag
def admin_next_step(state: Overview) -> Step | None:
    """The most urgent thing first; None where all is well."""
    steps = (
        _branches_lack,
        _runs_failed,
        _figures_lack,
        _night_missed,
        _weekdays_silent,
        _files_refused,
        _days_lack,
    )
    return next((step for find in steps if (step := find(state))), None)


@register.simple_tag
def admin_changes() -> list[AuditEntry]:
    """What people changed last; what the system does every night would push it off the page."""
    return list(AuditEntry.objects.filter(by__isnull=False).select_related("by")[:MOST_CHANGES])


@register.filter
def job_name(job: Job) -> str:
    """What a job does, with the subject and the date that it is about."""
    return " ".join(part for part in (name_of(job.kind), job.period) if part)


def _branches_lack(state: Overview) -> Step | None:
    if state.branches:
        return None
    text = _("There are no branches yet. Make the regions and formats, then import the branches from a file.")
    return Step(text, _("Import branches"), reverse("admin:branches_branch_import"))


def _runs_failed(state: Overview) -> Step | None:
    if not state.failed:
        return None
    words = ngettext(
        "%(count)s run has failed: see what went wrong and start it again.",
        "%(count)s runs have failed: see what went wrong and start them again.",
        state.failed_count,
    )
    return Step(words % {"count": state.failed_count}, _("Look at the runs"), reverse("scorecards:runs"))


def _figures_lack(state: Overview) -> Step | None:
    if state.freshness and state.freshness.as_of:
        return None
    text = _(
        "There are no figures yet. Import them from a file, or let another system deliver them with a token."
    )
    return Step(text, _("Import figures"), reverse("scorecards:imports"))


def _night_missed(state: Overview) -> Step | None:
    if not state.late:
        return None
    text = _("The cards have missed a night: is a worker running?")
    return Step(text, _("Look at the runs"), reverse("scorecards:runs"))


def _weekdays_silent(state: Overview) -> Step | None:
    if not state.silent:
        return None
    words = ngettext(
        "%(count)s branch without opening hours never had figures on certain weekdays: is it closed then?",
        "%(count)s branches without opening hours never had figures on certain weekdays: are they closed then?",
        state.silent_branches,
    )
    text = words % {"count": numbers.count(state.silent_branches)}
    return Step(text, _("Look at the weekdays"), reverse("admin:scorecards_closed_weekdays"))


def _files_refused(state: Overview) -> Step | None:
    if not state.refused:
        return None
    made = state.refused[0]
    if made.waits_for_mending:
        words = ngettext(
            "%(count)s row of %(name)s has to be mended before it can be stored.",
            "%(count)s rows of %(name)s have to be mended before they can be stored.",
            made.counts["refused"],
        )
        text = words % {"count": numbers.count(made.counts["refused"]), "name": made.name}
    else:
        text = _("A file was refused: %(name)s.") % {"name": made.name}
    return Step(text, _("Look at the import"), reverse("scorecards:import", args=[made.pk]))


def _days_lack(state: Overview) -> Step | None:
    if not state.missing_days:
        return None
    words = ngettext(
        "%(count)s branch lacks figures: remind its manager, or import them.",
        "%(count)s branches lack figures: remind their managers, or import them.",
        state.missing_branches,
    )
    text = words % {"count": numbers.count(state.missing_branches)}
    return Step(text, _("See which"), reverse("scorecards:missing"))
