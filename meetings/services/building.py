"""Making the day's meetings and their agendas, for all branches at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from branches.models import Branch, User
from branches.queries import MOST_IDS_IN_A_QUERY, trading_days
from branches.services import audit
from meetings import agenda
from meetings.agenda import Line
from meetings.models import AgendaItem, Meeting, MeetingKind, MeetingState
from meetings.queries import local_day, windows, within
from meetings.services.errors import NotItsDay

KIND = MeetingKind.MORNING
BATCH = 2000
BRANCHES_AT_ONCE = MOST_IDS_IN_A_QUERY
"""So many branches share a transaction: their meetings are locked for the seconds that these take, not for all."""


def build_agendas(
    branches: Sequence[Branch],
    day: date,
    *,
    at: datetime,
    since: datetime | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> dict[str, int]:
    """Make the morning meetings of the branches that trade on the day, and the agenda of those that have not begun.

    Running it again gives the same rows, also after it was cut anywhere; a meeting that has begun is left as it is. One
    that made itself for a branch that does not trade on the day after all is taken away. One transaction and the
    same number of queries for every BRANCHES_AT_ONCE; `progress` is told how many branches are done. `since`: agendas
    made at this instant or later are good already. Returns the counts: `meetings` due, `made` now, `items` written.
    """
    counts = Counter[str](meetings=0, made=0, items=0)
    for start in range(0, len(branches), BRANCHES_AT_ONCE):
        some = branches[start : start + BRANCHES_AT_ONCE]
        counts.update(_build(some, day, at=at, since=since))
        progress(start + len(some))
    audit("agendas built", f"day {day}", by=None, after=dict(counts), at=at)
    return dict(counts)


@transaction.atomic
def _build(branches: Sequence[Branch], day: date, *, at: datetime, since: datetime | None) -> dict[str, int]:
    good = _good(branches, day, since) if since else set()
    trading = _trading(branches, day)
    made = _make(trading, day, at=at)
    _take_back(branches, {branch.pk for branch in trading}, day)
    items = _write([branch for branch in trading if branch.pk not in good], day, at=at)
    return {"meetings": len(trading), "made": made, "items": items}


def _good(branches: Sequence[Branch], day: date, since: datetime) -> set[int]:
    """The branches whose agenda made itself since then; one that was planned by hand may be older than the figures."""
    rows = Meeting.objects.filter(kind=KIND, day=day, made_by__isnull=True, built_at__gte=since)
    return set(within(rows, branches).values_list("branch_id", flat=True))


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
    meetings = within(Meeting.objects.filter(kind=KIND, day=day), branches)
    have = set(meetings.values_list("branch_id", flat=True))
    closing = windows(branches, day)
    new = [
        Meeting(branch=b, kind=KIND, day=day, window_closes_at=closing[b.pk], built_at=at, made_by=made_by)
        for b in branches
        if b.pk not in have
    ]
    Meeting.objects.bulk_create(new, ignore_conflicts=True, batch_size=BATCH)
    return len(new)


def _take_back(branches: Sequence[Branch], trading: set[int], day: date) -> None:
    resting = [branch for branch in branches if branch.pk not in trading]
    planned = Meeting.objects.filter(kind=KIND, day=day, state=MeetingState.PLANNED, made_by__isnull=True)
    if resting:
        planned.filter(branch__in=[branch.pk for branch in resting]).delete()


def _write(branches: Sequence[Branch], day: date, *, at: datetime) -> int:
    """Write the agendas of the day's planned meetings of these branches anew; returns the number of items."""
    planned = Meeting.objects.filter(kind=KIND, day=day, state=MeetingState.PLANNED)
    # Locked, so that a meeting cannot begin while its agenda is being exchanged.
    locked = planned.filter(branch__in=[branch.pk for branch in branches]).select_for_update()
    ids = dict(locked.values_list("branch_id", "pk"))
    if not ids:
        return 0
    items = list(_items([branch for branch in branches if branch.pk in ids], day, ids))
    rows = AgendaItem.objects.filter(meeting__in=ids.values())
    # Nothing to collect first: actions and outcomes come from lines of meetings that have begun.
    rows._raw_delete(rows.db)
    AgendaItem.objects.bulk_create(items, batch_size=BATCH)
    Meeting.objects.filter(pk__in=ids.values()).update(built_at=at)
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
        "quoted_id": line.quoted_id,
    }


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
