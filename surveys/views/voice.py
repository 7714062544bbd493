"""The answers: how satisfied customers are, branch by branch, and what they wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from branches.models import Branch
from formulas.periods import Kind, Span, period_of
from scorecards.queries.directory import Directory, directory
from surveys import words
from surveys.charts import months_option, months_table
from surveys.forms import Choice, VoiceForm
from surveys.models import Answer, AnswerQuerySet
from surveys.queries import BranchCounts, answers_of, counts_by_branch, counts_by_month, total_of
from surveys.views.common import user_of
from ui import dates
from ui.exports import Sheet, xlsx_response
from ui.pages import keyset_page

ORDER = {"newest": ("at", "desc")}
MOST_BRANCHES = 20
MOST_ROWS = 50_000
MONTHS = 6


@require_safe
def voice(request: HttpRequest) -> HttpResponse:
    """The answers in scope with filters, the newest first; above them the scores, and branch by branch."""
    form = _form(request)
    choice = form.choice()
    rows = _rows(request, choice)
    branches, lines = _branches(request), counts_by_branch(_rows(request, choice.of_all))
    counts = total_of(lines)
    one_branch = _one_branch(request, branches, choice)
    if one_branch:
        lines = []
    months = counts_by_month(_rows(request, replace(choice.of_all, span=_months(choice.span.last))))
    context = {
        "form": form,
        "choice": choice,
        "span_text": dates.span(choice.span),
        "spans": _spans(choice.span),
        "counts": counts,
        "scores": words.scores(counts),
        "lead": words.lead(counts),
        "lines": [(line.branch, line.counts, words.scores(line.counts)) for line in lines[:MOST_BRANCHES]],
        "months": months_option(months) if counts.answers else None,
        "months_table": months_table(months),
        "branches_left": max(len(lines) - MOST_BRANCHES, 0),
        "page": keyset_page(rows, order=ORDER, sort="newest", after=request.GET.get("after"), size=30),
        "branches": branches,
        "one_branch": one_branch,
        "units": form.units,
        "place": " · ".join(_place(choice)),
        "is_filtered": choice.is_narrowed,
    }
    return render(request, "surveys/voice.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same answers as a workbook: branch by branch, then one by one (the newest 50,000)."""
    choice = _form(request).choice()
    rows = _rows(request, choice)
    span = dates.span(choice.span)
    made = gettext("%(days)s, made %(at)s") % {"days": span, "at": dates.stamp(timezone.now())}
    where = [*_place(choice), *([f"“{choice.branch}”"] if choice.branch else [])]
    # Scores are those of all answers: of the unhappy ones alone they would say nothing.
    lines = counts_by_branch(_rows(request, choice.of_all))
    sheets = [
        _branch_sheet(lines, " · ".join([*where, made])),
        _answer_sheet(rows, " · ".join([*where, *_kinds(choice), made])),
    ]
    return xlsx_response(f"customers-{choice.span.first:%Y%m%d}-{choice.span.last:%Y%m%d}.xlsx", sheets)


def _form(request: HttpRequest) -> VoiceForm:
    """What is asked for. A manager's branches are few: these are not narrowed by region."""
    user = user_of(request)
    units = directory(user) if user.role != "manager" else Directory()
    return VoiceForm(request.GET, today=timezone.localdate(), units=units)


def _place(choice: Choice) -> list[str]:
    """The names of the region and the format that are chosen."""
    return [one.name for one in (choice.part.region, choice.part.format) if one]


def _kinds(choice: Choice) -> list[str]:
    """Which answers are listed, where not all are."""
    kinds = [(choice.unhappy, gettext("Only unhappy")), (choice.with_comment, gettext("Only with a comment"))]
    return [text for is_chosen, text in kinds if is_chosen]


def _rows(request: HttpRequest, choice: Choice) -> AnswerQuerySet:
    return answers_of(
        user_of(request),
        first=choice.span.first,
        last=choice.span.last,
        branch=choice.branch,
        part=choice.part,
        unhappy=choice.unhappy,
        with_comment=choice.with_comment,
    )


def _months(last: date) -> Span:
    """The month of a day, to that day, and the five before it."""
    month = period_of(last, Kind.MONTH)
    for _ in range(MONTHS - 1):
        month = month.previous()
    return Span(month.span.first, last)


def _branches(request: HttpRequest) -> list[Branch]:
    """A manager's branches, to choose from; nobody's for those who see many, who type."""
    user = user_of(request)
    return list(Branch.objects.for_user(user)) if user.role == "manager" else []


def _one_branch(request: HttpRequest, branches: Sequence[Branch], choice: Choice) -> Branch | None:
    """The branch that the page is about, if it is about one: its poster is offered."""
    if len(branches) == 1:
        return branches[0]
    if not choice.branch:
        return None
    return Branch.objects.for_user(user_of(request)).filter(code__iexact=choice.branch).first()


def _spans(chosen: Span) -> list[dict[str, Any]]:
    """Links to the usual spans, ending today."""
    today = timezone.localdate()
    month = period_of(today, Kind.MONTH)
    spans = [
        (gettext("7 days"), Span(_back(today, 7), today)),
        (gettext("30 days"), Span(_back(today, 30), today)),
        (gettext("90 days"), Span(_back(today, 90), today)),
        (gettext("This month"), month.to_date(today)),
        (gettext("Last month"), month.previous().span),
    ]
    return [
        {"label": label, "first": s.first.isoformat(), "last": s.last.isoformat(), "current": s == chosen}
        for label, s in spans
    ]


def _back(day: date, days: int) -> date:
    return Span(day, day).shift(1 - days).first


def _branch_sheet(lines: list[BranchCounts], note: str) -> Sheet:
    headers = [
        gettext("Branch"),
        gettext("Code"),
        gettext("Answers"),
        gettext("Customer satisfaction"),
        gettext("from"),
        gettext("to"),
        gettext("Net promoter score"),
        gettext("from"),
        gettext("to"),
        gettext("Unhappy"),
        gettext("Comments"),
    ]
    kinds = ["text", "text", "count", *["percent"] * 3, *["ratio"] * 3, "count", "count"]
    return Sheet(gettext("By branch"), headers, [_branch_cells(line) for line in lines], kinds, note=note)


def _branch_cells(line: BranchCounts) -> list[Any]:
    counts, csat, nps = line.counts, line.counts.csat, line.counts.nps
    scores = [csat.value, csat.low, csat.high, nps.value, nps.low, nps.high]
    return [line.branch.name, line.branch.code, counts.answers, *scores, counts.unhappy, counts.comments]


def _answer_sheet(rows: AnswerQuerySet, note: str) -> Sheet:
    headers = [
        gettext("Day"),
        gettext("Branch"),
        gettext("Code"),
        gettext("Satisfaction (1–5)"),
        gettext("Would recommend (0–10)"),
        gettext("Comment"),
    ]
    kinds = ["date", "text", "text", "count", "count", "text"]
    return Sheet(gettext("Answers"), headers, _answer_cells(rows), kinds, note=note)


def _answer_cells(rows: AnswerQuerySet) -> Iterator[list[Any]]:
    newest = rows.order_by("-at", "-pk")[:MOST_ROWS]
    for answer in newest.iterator(chunk_size=2000):
        yield [
            answer.day,
            answer.branch.name,
            answer.branch.code,
            answer.csat,
            answer.nps,
            _comment_of(answer),
        ]


def _comment_of(answer: Answer) -> str:
    return answer.comment.text if hasattr(answer, "comment") else ""
