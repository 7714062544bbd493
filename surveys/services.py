"""Writes of this app: a branch's link, an answer, and the erasing of old comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from branches.models import Branch, User
from branches.services import audit
from scorecards.services.recompute import mark_records
from surveys.masking import masked
from surveys.models import LONGEST_COMMENT, Answer, AnswerComment, SurveyLink
from surveys.personal import comment_retention


@dataclass(frozen=True)
class Given:
    """What a customer answered: 1 to 5, 0 to 10, a text; at least one of the two numbers."""

    csat: int | None = None
    nps: int | None = None
    comment: str = ""


@transaction.atomic
def renew_link(branch: Branch, *, by: User | None, at: datetime) -> SurveyLink:
    """Give a branch a new survey link; the one it had leads nowhere from now on, its answers stay."""
    # Two renewals at once wait for each other here, the second revokes what the first has made.
    Branch.objects.select_for_update().get(pk=branch.pk)
    old = SurveyLink.objects.live().filter(branch=branch).first()
    if old:
        old.revoked_at = at
        old.save(update_fields=["revoked_at"])
    new = SurveyLink.objects.create(branch=branch, created_at=at)
    before = {"link": old.pk} if old else {}
    audit("survey link renewed", f"branch {branch.code}", by=by, before=before, after={"link": new.pk}, at=at)
    return new


@transaction.atomic
def record_answer(link: SurveyLink, given: Given, *, nonce: str, language: str, at: datetime) -> bool:
    """Keep what a customer answered; False if the form with this nonce has been kept already.

    The branch's month is marked in the same transaction, so the next recompute brings the answer into the scorecard.
    No audit row: the answer is one itself (when, through which link, what), never edited, and nobody is signed in.
    """
    day = at.astimezone(ZoneInfo(link.branch.time_zone)).date()
    answer, is_new = Answer.objects.get_or_create(
        nonce=nonce,
        defaults={
            "branch_id": link.branch_id,
            "link": link,
            "at": at,
            "day": day,
            "csat": given.csat,
            "nps": given.nps,
            "language": language,
        },
    )
    if not is_new:
        return False
    text = masked(given.comment)[:LONGEST_COMMENT]
    if text:
        AnswerComment.objects.create(answer=answer, text=text)
    mark_records([(link.branch_id, day)])
    return True


@transaction.atomic
def erase_expired(today: date) -> int:
    """Erase the comments older than their retention; how many. Agendas and minutes that quote them lose them as well.

    The scores stay. Running it again changes nothing.
    """
    before = today - comment_retention()
    erased, _by_model = AnswerComment.objects.filter(answer__day__lt=before).delete()
    if erased:
        audit("comments erased", f"before {before}", by=None, after={"comments": erased})
    return erased
