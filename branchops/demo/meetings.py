"""Makes the demo company's mornings: four weeks of meetings, mostly held, and the actions that came out of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from branches.models import Employment, StaffMember, User
from branchops.demo.units import MANAGED, MANAGED_BY_SECOND, SEED, Company
from meetings.models import Action, ActionState, AgendaItem, Attendance, Meeting, MeetingState
from meetings.services.building import build_agendas

WEEKS = 4
HELD, LATE, ACTED, NOTED, AWAY = 0.92, 0.08, 0.22, 0.2, 0.1
IN_TIME, DONE_LATE = 0.72, 0.15
TEXTS = (
    ("给合约到期的老客户打十个电话", "复购率比去年低"),
    ("上午在门口主动迎客，每人至少五组", "进店不少，成交偏少"),
    ("演练高一档套餐的推荐话术", "客单价下降"),
    ("每单推荐一件配件", "延展购买少"),
    ("整理样机区，换上新品价签", "客户找不到价格"),
    ("带新同事完成三单完整接待", "新人转化效率低"),
    ("联系商场做周末路演", "客户数量比上月少"),
)
NOTES = (
    "大家都同意，先从上午做起。",
    "昨天下雨，人少。",
    "跟对面商场活动有关，下周再看。",
    "李店长示范了一遍话术。",
)


class _Mornings:
    """One day after the other: what was promised yesterday stands on today's agenda."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.random = np.random.default_rng([SEED, 7])
        self.promised: dict[date, list[Action]] = defaultdict(list)

    def hold(self, day: date) -> int:
        """The mornings of one day; returns how many meetings were held."""
        self._keep_promises(day)
        build_agendas(list(self.company.branches.values()), day, at=_at(day, time(2)))
        held = []
        for meeting in Meeting.objects.filter(day=day).select_related("branch").order_by("branch__code"):
            if self.random.random() < HELD:
                self._hold(meeting)
                held.append(meeting)
        Meeting.objects.bulk_update(held, ["state", "started_at", "held_at", "conducted_by", "note"])
        self._tick(held)
        self._note_who_came(held, day)
        return len(held)

    def _hold(self, meeting: Meeting) -> None:
        late = timedelta(minutes=60) if self.random.random() < LATE else timedelta(0)
        meeting.started_at = (
            meeting.window_closes_at - timedelta(minutes=int(self.random.integers(35, 75))) + late
        )
        meeting.held_at = meeting.started_at + timedelta(minutes=int(self.random.integers(8, 17)))
        meeting.state, meeting.conducted_by = MeetingState.HELD, self._leader(meeting.branch.code)

    def _leader(self, code: str) -> User:
        users = self.company.users
        if code in MANAGED:
            return users["manager"]
        return users["manager2"] if code in MANAGED_BY_SECOND else users["admin"]

    def _tick(self, held: list[Meeting]) -> None:
        """Nearly every point is talked about; now and then a note, and an action with an owner."""
        by_meeting = {meeting.pk: meeting for meeting in held}
        items = list(AgendaItem.objects.filter(meeting__in=by_meeting).order_by("meeting_id", "position"))
        made = []
        for item in items:
            meeting = by_meeting[item.meeting_id]
            item.ticked_at = meeting.started_at if self.random.random() < 0.95 else None
            if item.position == 1 and self.random.random() < NOTED:
                item.note = NOTES[int(self.random.integers(len(NOTES)))]
            if item.position == 1 and self.random.random() < ACTED:
                made.append(self._action(meeting, item))
        AgendaItem.objects.bulk_update(items, ["ticked_at", "note"], batch_size=200)
        Action.objects.bulk_create(made)

    def _action(self, meeting: Meeting, item: AgendaItem) -> Action:
        """An action for somebody of the team; when it will be done is decided here and happens on that day."""
        text, what_for = TEXTS[int(self.random.integers(len(TEXTS)))]
        team = _team(self.company, meeting.branch_id, meeting.day)
        due_on = meeting.day + timedelta(days=int(self.random.choice([1, 3, 3, 7])))
        action = Action(
            branch_id=meeting.branch_id,
            text=text,
            what_for=what_for,
            owner=team[int(self.random.integers(len(team)))],
            due_on=due_on,
            from_item=item,
            made_by=meeting.conducted_by,
            made_at=meeting.started_at or meeting.built_at,
        )
        fate = self.random.random()
        if fate < IN_TIME:
            self.promised[due_on].append(action)
        elif fate < IN_TIME + DONE_LATE:
            self.promised[due_on + timedelta(days=int(self.random.integers(1, 4)))].append(action)
        return action

    def _keep_promises(self, day: date) -> None:
        """What is to be done by now gets done on the afternoon before, or on the day it was late for."""
        done = self.promised.pop(day - timedelta(days=1), [])
        for action in done:
            action.state, action.done_on = ActionState.DONE, day - timedelta(days=1)
            action.done_at, action.done_by = _at(action.done_on, time(17)), action.made_by
        Action.objects.bulk_update(done, ["state", "done_on", "done_at", "done_by"])

    def _note_who_came(self, held: list[Meeting], day: date) -> None:
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, staff=member, is_present=bool(self.random.random() >= AWAY))
            for meeting in held
            for member in _team(self.company, meeting.branch_id, day)
        )


def make_meetings(company: Company) -> int:
    """Four weeks of mornings up to the last day of figures; returns how many were held.

    To be called before the cards are computed, whose metrics count them.
    """
    mornings = _Mornings(company)
    first = company.last - timedelta(weeks=WEEKS) + timedelta(days=1)
    return sum(mornings.hold(first + timedelta(days=n)) for n in range(WEEKS * 7))


def make_agendas_of_today(company: Company) -> None:
    """This morning's meetings, waiting to be held. After the cards are computed: the agendas quote them."""
    branches = list(company.branches.values())
    build_agendas(branches, company.today, at=_at(company.today, time(2)))


def _team(company: Company, branch_id: int, day: date) -> list[StaffMember]:
    """Who worked at a branch on a day, in the order of the staff list."""
    return [job.staff for job in company.employments if job.branch_id == branch_id and _covers(job, day)]


def _covers(job: Employment, day: date) -> bool:
    return job.starts_on <= day and (job.ends_on is None or job.ends_on >= day)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo("Asia/Shanghai"))
