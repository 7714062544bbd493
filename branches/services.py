"""Writes of this floor: what is audited, moves of staff, opening and closing of branches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.tmp_storages import MediaStorage

from branches.models import AuditEntry, Branch, Employment, FailedLogIn, OpeningHours, StaffMember, User
from branches.signals import calendar_changed

ONE_DAY = timedelta(days=1)
ROWS_AT_ONCE = 1000
MOST_WEEKDAYS_CLOSED = 6


def audit(
    what: str,
    subject: str,
    *,
    by: User | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Write the one audit row of a change; call it inside the change's own transaction. `by` None: the system."""
    return AuditEntry.objects.create(
        what=what, subject=subject, by=by, before=before or {}, after=after or {}, at=at or timezone.now()
    )


@dataclass
class JobChange:
    """What has to be written so that a person works at a branch from a day: a job to end or amend, one to begin."""

    amended: Employment | None = None
    begun: Employment | None = None


def plan_job(
    latest: Employment | None,
    staff: StaffMember,
    branch: Branch,
    *,
    starts_on: date | None,
    ends_on: date | None = None,
) -> JobChange:
    """How to bring a person's employments in line with "works at `branch` from … to …"; writes nothing.

    `latest`: the employment that began last. At the same branch its dates are put right (or a new one begins after a
    gap); at another one it ends the day before. `starts_on` None: unchanged, allowed at the same branch only.
    Raises ValidationError when the dates contradict each other.
    """
    if starts_on and ends_on and ends_on < starts_on:
        raise ValidationError(_("The last day cannot come before the first."))
    if latest is None or _is_after(starts_on, latest.ends_on):
        return JobChange(begun=_begun(staff, branch, starts_on, ends_on))
    if latest.branch_id == branch.pk:
        return JobChange(amended=_amended(latest, starts_on, ends_on))
    if starts_on is None:
        raise ValidationError(_("Say from which day this person works at the other branch."))
    if starts_on <= latest.starts_on:
        raise ValidationError(
            _("This person began at branch %(branch)s on %(day)s; a move must come later.")
            % {"branch": latest.branch.code, "day": latest.starts_on.isoformat()}
        )
    return JobChange(
        amended=_amended(latest, None, starts_on - ONE_DAY),
        begun=_begun(staff, branch, starts_on, ends_on),
    )


def _is_after(starts_on: date | None, ended_on: date | None) -> bool:
    return starts_on is not None and ended_on is not None and starts_on > ended_on


def _begun(staff: StaffMember, branch: Branch, starts_on: date | None, ends_on: date | None) -> Employment:
    if starts_on is None:
        raise ValidationError(_("Say from which day this person works at the branch."))
    return Employment(staff=staff, branch=branch, starts_on=starts_on, ends_on=ends_on)


def _amended(job: Employment, starts_on: date | None, ends_on: date | None) -> Employment | None:
    """The job with new dates, None if they are the ones that it has. A last day is never taken back here."""
    starts_on, ends_on = starts_on or job.starts_on, ends_on or job.ends_on
    if (starts_on, ends_on) == (job.starts_on, job.ends_on):
        return None
    if ends_on and ends_on < starts_on:
        raise ValidationError(_("The last day cannot come before the first."))
    job.starts_on, job.ends_on = starts_on, ends_on
    return job


@transaction.atomic
def move_staff(staff: StaffMember, branch: Branch, *, starts_on: date, by: User | None) -> Employment:
    """Let a staff member work at another branch from a day on; the present employment ends the day before.

    Figures made before that day stay with the branch where they were made. Returns the new employment. Raises
    ValidationError if the person works there already, or began at the present branch on that day or later.
    """
    latest = _latest_job(staff)
    if latest and latest.branch_id == branch.pk and latest.ends_on is None:
        raise ValidationError(_("This person works at this branch already."))
    change = plan_job(latest, staff, branch, starts_on=starts_on)
    if change.amended:
        change.amended.save(update_fields=["starts_on", "ends_on"])
    job = change.begun or change.amended
    assert job is not None
    if change.begun:
        change.begun.save()
    audit(
        "staff moved",
        f"staff {staff.number}",
        by=by,
        before={"branch": latest.branch.code} if latest else {},
        after={"branch": branch.code, "from": starts_on.isoformat()},
    )
    return job


@transaction.atomic
def end_employment(staff: StaffMember, *, ends_on: date, by: User | None) -> Employment:
    """Write down a staff member's last day. Raises ValidationError if nothing lasts or it began later than that."""
    latest = _latest_job(staff)
    if latest is None or latest.ends_on is not None:
        raise ValidationError(_("This person has no employment that lasts."))
    if ends_on < latest.starts_on:
        raise ValidationError(_("The last day cannot come before the first."))
    latest.ends_on = ends_on
    latest.save(update_fields=["ends_on"])
    audit("staff left", f"staff {staff.number}", by=by, after={"to": ends_on.isoformat()})
    return latest


@transaction.atomic
def close_branch(branch: Branch, *, closed_on: date, by: User | None) -> Branch:
    """Write down a branch's last day of trading. Raises ValidationError if that lies before its opening."""
    if branch.opened_on and closed_on < branch.opened_on:
        raise ValidationError(_("A branch cannot close before it opens."))
    return _set_life(branch, "branch closed", branch.opened_on, closed_on, by)


@transaction.atomic
def open_branch(branch: Branch, *, opened_on: date, by: User | None) -> Branch:
    """Write down a branch's first day of trading; a closing that lies before it is taken away (it opens again)."""
    reopens = branch.closed_on is not None and branch.closed_on < opened_on
    return _set_life(branch, "branch opened", opened_on, None if reopens else branch.closed_on, by)


def _set_life(
    branch: Branch, what: str, opened_on: date | None, closed_on: date | None, by: User | None
) -> Branch:
    before = {"opened_on": _iso(branch.opened_on), "closed_on": _iso(branch.closed_on)}
    branch.opened_on, branch.closed_on = opened_on, closed_on
    branch.save(update_fields=["opened_on", "closed_on"])
    after = {"opened_on": _iso(opened_on), "closed_on": _iso(closed_on)}
    audit(what, f"branch {branch.code}", by=by, before=before, after=after)
    return branch


@transaction.atomic
def unlock_log_ins(names: Iterable[str], *, by: User | None) -> None:
    """Forget the wrong passwords of these user names, so that they can log in at once; one audit row each."""
    for name in sorted(names):
        FailedLogIn.objects.filter(username=name).delete()
        audit("log-in unlocked", f"log-in {name}"[:120], by=by)


def clear_uploads(before: datetime) -> int:
    """Delete the files that were uploaded for a preview before an instant and never confirmed; returns how many."""
    folder = MediaStorage().MEDIA_FOLDER
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return 0
    paths = [f"{folder}/{name}" for name in names]
    old = [path for path in paths if default_storage.get_modified_time(path) < before]
    for path in old:
        default_storage.delete(path)
    return len(old)


@transaction.atomic
def close_weekdays(branch_ids: Iterable[int], weekdays: Iterable[int], *, by: User | None) -> int:
    """Let branches that keep no opening hours trade on the other weekdays only (0: Monday); returns how many they were.

    Their hours stay unknown until somebody enters them. Branches that keep hours, and unknown ids, are passed over:
    what a person has entered is never overwritten. `reopen_weekdays` takes it back. Raises ValidationError where no
    weekday would be left, or none is closed.
    """
    closed = sorted(set(weekdays))
    if not closed or len(closed) > MOST_WEEKDAYS_CLOSED:
        raise ValidationError(_("Choose one to six weekdays."))
    ids = _locked(Branch.objects.filter(opening_hours__isnull=True), branch_ids)
    rows = (OpeningHours(branch_id=pk, weekday=day) for pk in ids for day in range(7) if day not in closed)
    OpeningHours.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    _weekdays_changed("weekdays closed", ids, {"weekdays": closed}, by)
    return len(ids)


@transaction.atomic
def reopen_weekdays(branch_ids: Iterable[int], *, by: User | None) -> int:
    """Let branches trade daily again whose weekdays are known but no hours; returns how many they were.

    A branch with any hours entered is passed over.
    """
    timed = OpeningHours.objects.filter(Q(opens_at__isnull=False) | Q(closes_at__isnull=False))
    untimed = Branch.objects.filter(opening_hours__isnull=False).exclude(pk__in=timed.values("branch"))
    ids = _locked(untimed, branch_ids)
    for some in batched(ids):
        OpeningHours.objects.filter(branch__in=some).delete()
    _weekdays_changed("weekdays opened", ids, {}, by)
    return len(ids)


def _locked(branches: QuerySet[Branch], ids: Iterable[int]) -> list[int]:
    """Those of the ids that are among the branches, locked so that nobody enters hours meanwhile."""
    wanted = sorted(set(ids))
    locked: list[int] = []
    for some in batched(wanted):
        list(Branch.objects.select_for_update().filter(pk__in=some).order_by("pk"))
        locked += branches.filter(pk__in=some).order_by("pk").values_list("pk", flat=True).distinct()
    return locked


def _weekdays_changed(what: str, ids: list[int], after: dict[str, Any], by: User | None) -> None:
    """One audit row for all of them, and word to the floors above."""
    if ids:
        codes = list(
            Branch.objects.filter(pk__in=ids[:ROWS_AT_ONCE]).order_by("code").values_list("code", flat=True)
        )
        audit(what, "company", by=by, after={"count": len(ids), **after, "branches": codes})
        trading_changed(ids)


def trading_changed(
    branch_ids: Iterable[int] | None = None, *, first: date | None = None, last: date | None = None
) -> None:
    """Tell the floors above that the trading days (or region, format) of these branches are others; None: of all."""
    calendar_changed.send(
        sender=Branch, branch_ids=None if branch_ids is None else list(branch_ids), first=first, last=last
    )


def batched(ids: list[int]) -> Iterator[list[int]]:
    """Portions that fit the parameters of a statement."""
    return (ids[start : start + ROWS_AT_ONCE] for start in range(0, len(ids), ROWS_AT_ONCE))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _latest_job(staff: StaffMember) -> Employment | None:
    """Locks the person's rows, so that two moves at once cannot both begin."""
    StaffMember.objects.select_for_update().filter(pk=staff.pk).first()
    return staff.employments.select_related("branch").order_by("-starts_on").first()
