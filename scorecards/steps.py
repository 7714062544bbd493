"""The next steps that this app knows: figures missing here or at one's other branches, else the largest loss."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from branches.models import Branch, Role
from scorecards import next_steps, words
from scorecards.next_steps import Moment, Step
from scorecards.queries.missing import newest_missing
from ui import dates, numbers


def connect() -> None:
    """Add them; called when the app has loaded. Meetings come between the two."""
    next_steps.register("missing_figures", 10, missing_figures)
    next_steps.register("missing_elsewhere", 20, missing_elsewhere)
    next_steps.register("largest_loss", 90, largest_loss)


def missing_figures(moment: Moment) -> Step | None:
    """Enter the newest trading day that has no figures."""
    if not moment.missing:
        return None
    newest, more = moment.missing[0], len(moment.missing) - 1
    text = gettext("The figures of %(day)s are missing.") % {"day": dates.day(newest, weekday=True)}
    if more:
        text = ngettext(
            "The figures of %(day)s and of one more day are missing.",
            "The figures of %(day)s and of %(more)s more days are missing.",
            more,
        ) % {"day": dates.day(newest, weekday=True), "more": more}
    url = reverse("scorecards:entry", args=[moment.branch.code, newest.isoformat()])
    return Step(text, gettext("Enter figures"), url, icon="pencil", urgent=True)


def missing_elsewhere(moment: Moment) -> Step | None:
    """Enter the newest missing figures of another branch of the same manager, who may be looking at the wrong one."""
    if moment.user.role != Role.MANAGER or len(moment.user.scope.branch_ids) < 2:
        return None
    others = Branch.objects.for_user(moment.user).exclude(pk=moment.branch.pk)
    found = newest_missing(others, moment.today - timedelta(days=1))
    if found is None:
        return None
    branch, day = found
    text = gettext("%(branch)s lacks the figures of %(day)s.") % {
        "branch": branch.name,
        "day": dates.day(day, weekday=True),
    }
    url = reverse("scorecards:entry", args=[branch.code, day.isoformat()])
    return Step(text, gettext("Enter figures"), url, icon="pencil", urgent=True)


def largest_loss(moment: Moment) -> Step | None:
    """Look into the factor that cost most in the month; nothing where the month has no figures to try with."""
    if moment.month is None:
        return None
    url = reverse("scorecards:whatif", args=[moment.branch.code])
    text = _loss_text(moment, dates.month(moment.month))
    return Step(text, gettext("Try what if"), url, icon="sliders-horizontal")


def _loss_text(moment: Moment, month: str) -> str:
    """What cost most; that nothing did and that nobody knows are two answers."""
    if not moment.is_compared:
        return gettext("See what one more point of conversion, or one more customer, would bring.")
    if moment.loss is None:
        return gettext("No factor costs money in %(month)s. See what one more point would bring.") % {
            "month": month
        }
    code, money = moment.loss
    return gettext("%(factor)s costs %(money)s in %(month)s. See what would make up for it.") % {
        "factor": words.PARTS[code],
        "money": numbers.money_short(abs(money)),
        "month": month,
    }
