"""Reads of this app: what customers answered, counted, with intervals, by branch, and in their own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from branches.models import Branch, User
from branches.queries import MOST_IDS_IN_A_QUERY, branches_meant, trading_days
from formulas.intervals import nps as nps_interval
from formulas.intervals import wilson
from meetings.queries import within
from scorecards.queries.directory import EVERYWHERE, Part
from surveys.models import (
    DETRACTOR,
    PROMOTER,
    SATISFIED,
    Answer,
    AnswerComment,
    AnswerQuerySet,
    SurveyLink,
    is_unhappy,
)

ENOUGH = 20
"""From so many answers on a score is shown as such; below, it is "not enough data"."""
LOOK_BACK = 7
ANSWERED_AFTER_CLOSING = timedelta(days=7)

satisfied = Q(csat__gte=SATISFIED)
promoters = Q(nps__gte=PROMOTER)
detractors = Q(nps__lte=DETRACTOR)


@dataclass(frozen=True)
class Score:
    """A score with its 95 % interval and the number of answers behind it; None over no answers.

    CSAT: shares from 0 to 1. NPS: −100 to 100.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def is_enough(self) -> bool:
        """Whether the score rests on enough answers to be taken as one."""
        return self.n >= ENOUGH


@dataclass(frozen=True)
class Counts:
    """Answers counted: all, those to each question and what they say, the unhappy ones, those with a comment."""

    answers: int = 0
    csat_answers: int = 0
    satisfied: int = 0
    nps_answers: int = 0
    promoters: int = 0
    detractors: int = 0
    unhappy: int = 0
    comments: int = 0

    @property
    def csat(self) -> Score:
        """Answers of 4 or 5 / answers (METRICS csat); Wilson score interval."""
        if not self.csat_answers:
            return Score(None, None, None, 0)
        low, high = wilson(self.satisfied, self.csat_answers)
        return Score(self.satisfied / self.csat_answers, float(low), float(high), self.csat_answers)

    @property
    def nps(self) -> Score:
        """(Promoters − detractors) / answers × 100 (METRICS nps); normal interval."""
        if not self.nps_answers:
            return Score(None, None, None, 0)
        value, low, high = nps_interval(self.promoters, self.detractors, self.nps_answers)
        return Score(float(value), float(low), float(high), self.nps_answers)


@dataclass(frozen=True)
class BranchCounts:
    """A branch and its answers counted."""

    branch: Branch
    counts: Counts


def _counted() -> dict[str, Count]:
    return {
        "answers": Count("pk"),
        "csat_answers": Count("csat"),
        "satisfied": Count("pk", filter=satisfied),
        "nps_answers": Count("nps"),
        "promoters": Count("pk", filter=promoters),
        "detractors": Count("pk", filter=detractors),
        "unhappy": Count("pk", filter=is_unhappy()),
        "comments": Count("comment"),
    }


def counts_of(rows: AnswerQuerySet) -> Counts:
    """These answers counted, in one query."""
    return Counts(**rows.order_by().aggregate(**_counted()))


def counts_by_branch(rows: AnswerQuerySet) -> list[BranchCounts]:
    """These answers counted by branch, two queries. First the branches that are surely low: by the upper end of the
    interval of their CSAT, so that a few unlucky answers do not put a small branch on top; without CSAT last.
    """
    counted: list[Any] = list(rows.order_by().values("branch_id").annotate(**_counted()))
    ids = [row.pop("branch_id") for row in counted]
    branches = Branch.objects.in_bulk(ids if len(ids) < MOST_IDS_IN_A_QUERY else None)
    lines = [BranchCounts(branches[pk], Counts(**row)) for pk, row in zip(ids, counted, strict=True)]
    return sorted(lines, key=_surely_low)


@dataclass(frozen=True)
class MonthCounts:
    """The first day of a month, and its answers counted."""

    month: date
    counts: Counts


def counts_by_month(rows: AnswerQuerySet) -> list[MonthCounts]:
    """These answers counted by local month, the oldest first; months without answers are left out. One query."""
    months = rows.order_by().annotate(month=TruncMonth("day")).values("month").annotate(**_counted())
    found: list[Any] = list(months.order_by("month"))
    return [MonthCounts(row.pop("month"), Counts(**row)) for row in found]


def total_of(lines: Sequence[BranchCounts]) -> Counts:
    """The answers of these branches together: sums, of which the scores are taken, never means of scores."""
    return Counts(*(sum(column) for column in zip(*(astuple(line.counts) for line in lines), strict=True)))


def _surely_low(line: BranchCounts) -> tuple[float, str]:
    high = line.counts.csat.high
    return (2.0 if high is None else high, line.branch.code)


def answers_of(
    user: User,
    *,
    first: date,
    last: date,
    branch: str = "",
    part: Part = EVERYWHERE,
    unhappy: bool = False,
    with_comment: bool = False,
) -> AnswerQuerySet:
    """The answers in scope of first … last (local days, both included), with branch and comment.

    `branch`: a code, or a part of a code or name in either language; "" for all.
    """
    rows = Answer.objects.for_user(user).between(first, last).filter(part.of())
    if branch:
        rows = rows.filter(branch__in=branches_meant(user, branch))
    if unhappy:
        rows = rows.unhappy()
    if with_comment:
        rows = rows.filter(comment__isnull=False)
    return rows.select_related("branch", "comment")


def live_link(user: User, branch: Branch) -> SurveyLink | None:
    """The link that leads to a branch's survey, if there is one and the user may see it."""
    return SurveyLink.objects.for_user(user).live().filter(branch=branch).first()


def link_by_token(token: str, today: date) -> SurveyLink | None:
    """The live link with this token, with its branch; None for unknown and revoked ones alike.

    None too when the branch closed more than a week ago: who was there on its last days may still answer.
    """
    trading = Q(branch__closed_on__isnull=True) | Q(branch__closed_on__gte=today - ANSWERED_AFTER_CLOSING)
    return SurveyLink.objects.live().select_related("branch").filter(trading, token=token).first()


@dataclass(frozen=True)
class Voice:
    """An unhappy answer: its scores and whether words came with it, not the words."""

    pk: int
    day: date
    csat: int | None
    nps: int | None
    has_comment: bool


@dataclass(frozen=True)
class Voices:
    """What a morning meeting hears of a branch: since which day, how many answers, the unhappy ones newest first."""

    first: date
    last: date
    answers: int
    unhappy: tuple[Voice, ...]


def voices_since_last_day(branches: Sequence[Branch], day: date) -> dict[int, Voices]:
    """Branch id → the answers since its last trading day before `day`; branches without unhappy ones are left out.

    So a branch that rests on Sunday hears on Monday of Saturday. At most eight queries for any number of branches.
    """
    firsts = _last_trading_days([branch.pk for branch in branches], day)
    week = Answer.objects.between(day - timedelta(days=LOOK_BACK), day - timedelta(days=1)).order_by()
    rows = within(week, branches)
    counted = rows.values_list("branch_id", "day").annotate(n=Count("pk"))
    answers: dict[int, int] = defaultdict(int)
    for branch_id, on, n in counted:
        answers[branch_id] += n if branch_id in firsts and on >= firsts[branch_id] else 0
    unhappy: dict[int, list[Voice]] = defaultdict(list)
    # The comment's key says that there is one; its text is not fetched, and so not decrypted.
    said = rows.filter(is_unhappy()).order_by("-at", "-pk")
    for branch_id, pk, on, csat, nps, comment in said.values_list(
        "branch_id", "pk", "day", "csat", "nps", "comment__pk"
    ):
        if branch_id in firsts and on >= firsts[branch_id]:
            unhappy[branch_id].append(Voice(pk, on, csat, nps, comment is not None))
    last = day - timedelta(days=1)
    return {pk: Voices(firsts[pk], last, answers[pk], tuple(found)) for pk, found in unhappy.items()}


def words_of(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Answer id → what was written with it, and the language of the form. One query."""
    rows = AnswerComment.objects.filter(pk__in=ids).values_list("pk", "text", "answer__language")
    return {pk: (text, language) for pk, text, language in rows}


def _last_trading_days(branch_ids: Sequence[int], day: date) -> dict[int, date]:
    """Branch id → its last trading day in the week before; the day before for one that rested all week."""
    first = day - timedelta(days=LOOK_BACK)
    ids, matrix = trading_days(branch_ids, first, day - timedelta(days=1))
    rested = LOOK_BACK - 1 - np.argmax(matrix[:, ::-1], axis=1)
    return {int(pk): first + timedelta(days=int(n)) for pk, n in zip(ids, rested, strict=True)}
