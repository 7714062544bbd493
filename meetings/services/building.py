"""Making the day's meetings and their agendas, for all branches at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from branches.models import Branch, User
from branches.queries import trading_days
from branches.services import audit
from meetings import agenda
from meetings.agenda import Line
from meetings.models import AgendaItem, Meeting, MeetingKind, MeetingState
from meetings.queries import local_day, windows
from meetings.services.errors import NotItsDay

KIND = MeetingKind.MORNING
BATCH = 2000


@transaction.atomic
def build_agendas(branches: Sequence[Branch], day: date, *, at: datetime) -> dict[str, int]:
    """Make the morning meetings of the branches that trade on the day, and the agenda of those that have not begun.

    Running it again gives the same rows; a meeting that has begun is left as it is. One that made itself for a branch
    that does not trade on the day after all is taken away. One transaction; the number of queries does not grow with
    the number of branches, but for the batches of rows written. Returns the counts of `meetings` due, `made` now, and
    `items` written.
    """
    trading = _trading(branches, day)
    made = _make(trading, day, at=at)
    _take_back(branches, {branch.pk for branch in trading}, day)
    items = _write(trading, day, at=at)
    counts = {"meetings": len(trading), "made": made, "items": items}
    audit("agendas built", f"day {day}", by=None, after=counts, at=at)
    return counts


@transaction.atomic
def plan_meeting(branch: Branch, *, by: User, at: datetime) -> Meeting:
    """Make today's morning meeting of a branch by hand, on any day; the one that exists is given back as it is."""
    day = local_day(branch, at)
    made = _make([branch], day, at=at, made_by=by)
    meeting = Meeting.objects.get(branch=branch, kind=KIND, day=day)
    if made:
        items = _write([branch], day, at=at)
        audit("meeting planned", f"meeting {meeting.pk}", by=by, after={"items": items}, at=at)
    return meeting


def refuse_other_days(meeting: Meeting, at: datetime) -> None:
    """NotItsDay unless the branch's date at `at` is the meeting's day."""
    if local_day(meeting.branch, at) != meeting.day:
        raise NotItsDay


def _trading(branches: Sequence[Branch], day: date) -> list[Branch]:
    ids, matrix = trading_days([branch.pk for branch in branches], day, day)
    is_open = dict(zip(ids.tolist(), matrix[:, 0].tolist(), strict=True))
    return [branch for branch in branches if is_open.get(branch.pk)]


def _make(branches: Sequence[Branch], day: date, *, at: datetime, made_by: User | None = None) -> int:
    """Insert the meetings that are not there yet, and return how many; the unique key settles who was first."""
    have = set(Meeting.objects.filter(kind=KIND, day=day).values_list("branch_id", flat=True))
    closing = windows(branches, day)
    new = [
        Meeting(branch=b, kind=KIND, day=day, window_closes_at=closing[b.pk], built_at=at, made_by=made_by)
        for b in branches
        if b.pk not in have
    ]
    Meeting.objects.bulk_create(new, ignore_conflicts=True, batch_size=BATCH)
    return len(new)


def _take_back(branches: Sequence[Branch], trading: set[int], day: date) -> None:
    asked = {branch.pk for branch in branches}
    planned = Meeting.objects.filter(kind=KIND, day=day, state=MeetingState.PLANNED, made_by__isnull=True)
    ids = [pk for pk, branch in planned.values_list("pk", "branch_id") if branch in asked - trading]
    if ids:
        planned.filter(pk__in=ids).delete()


def _write(branches: Sequence[Branch], day: date, *, at: datetime) -> int:
    """Write the agendas of the day's planned meetings of these branches anew; returns the number of items."""
    # Locked, so that a meeting cannot begin while its agenda is being exchanged.
    planned = Meeting.objects.select_for_update().filter(kind=KIND, day=day, state=MeetingState.PLANNED)
    ids = dict(planned.values_list("branch_id", "pk"))
    asked = [branch for branch in branches if branch.pk in ids]
    whole_day = len(asked) == len(ids)
    if not asked:
        return 0
    items = list(_items(asked, day, ids))
    rows = Meeting.objects.filter(kind=KIND, day=day, state=MeetingState.PLANNED)
    if not whole_day:
        rows = rows.filter(branch__in=[branch.pk for branch in asked])
    AgendaItem.objects.filter(meeting__in=rows).delete()
    AgendaItem.objects.bulk_create(items, batch_size=BATCH)
    rows.update(built_at=at)
    return len(items)


def _items(branches: Sequence[Branch], day: date, meetings: Mapping[int, int]) -> Iterator[AgendaItem]:
    said = [(s.code, s.lines(branches, day)) for s in agenda.sections(KIND)]
    for branch in branches:
        lines = [(code, line) for code, found in said for line in found.get(branch.pk, ())]
        for position, (code, line) in enumerate(lines, start=1):
            yield AgendaItem(meeting_id=meetings[branch.pk], position=position, **_columns(code, line))


def _columns(code: str, line: Line) -> dict[str, Any]:
    return {
        "section": code,
        "text_en": _clipped(line.text_en, 600),
        "text_zh": _clipped(line.text_zh, 600),
        "url": line.url,
        "suggests_en": _clipped(line.suggests_en, 200),
        "suggests_zh": _clipped(line.suggests_zh, 200),
        "about_id": line.action_id,
    }


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
