"""Entering the figures of a branch's day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from branches.models import Branch
from scorecards.forms.entry import EntryForm, default_mode, modes
from scorecards.forms.typed import MOST_CHARACTERS
from scorecards.models.figures import WHOLE_BRANCH
from scorecards.queries.entry import Sheet, Values, closed_on, draft_of, last_change, sheet_of, today_of
from scorecards.queries.history import last_save
from scorecards.queries.missing import newest_missing
from scorecards.queries.unlikely import Unlikely, unlikely
from scorecards.services.entry import Entry, Stale, discard_draft, frame_of, save_draft, save_entry
from scorecards.services.figures import FiguresRefused, check
from scorecards.services.undo import undo_save
from scorecards.views.pages.common import user_of
from ui import dates, numbers

ONE_DAY = timedelta(days=1)
MOST_SWITCHED = 40


@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """The form of a branch's day; saving shows what is unlikely, what is wrong, or what somebody else changed."""
    branch, on = _found(request, code, day)
    outside = _outside(branch, on)
    if outside:
        return render(
            request,
            "scorecards/entry/outside.html",
            _frame(request, branch, on)
            | {"outside": outside, "can_yesterday": not _outside(branch, _yesterday(branch))},
        )
    sheet = sheet_of(branch, on)
    if request.method == "POST":
        return _posted(request, sheet)
    draft = draft_of(branch, on, user_of(request))
    mode = _mode(request.GET.get("mode") or (draft.typed.get("mode", "") if draft else ""), sheet)
    form = EntryForm(sheet, mode, typed=draft.typed if draft else None)
    return _page(request, sheet, form, draft=draft)


@require_POST
def keep_draft(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Keep what is typed so far; answers with the line that says when."""
    branch, on = _found(request, code, day)
    sheet = sheet_of(branch, on)
    form = EntryForm(sheet, _mode(request.POST.get("mode", ""), sheet), request.POST)
    if form.says_nothing_new():
        # Also the draft that was on its way while the day was being saved.
        discard_draft(branch, on, by=user_of(request))
        return HttpResponse(status=204)
    # PostgreSQL keeps no NUL, SQLite would.
    typed = {n: request.POST.get(n, "").replace("\x00", "") for n in form.fields if n != "confirmed"}
    limits = {"seen": 100_000, "why": 300}
    short = {name: text[: limits.get(name, MOST_CHARACTERS)] for name, text in typed.items()}
    draft = save_draft(branch, on, short, by=user_of(request), at=timezone.now())
    return render(request, "scorecards/entry/_draft_state.html", {"draft": draft})


@require_POST
def drop_draft(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Forget the draft and start again from what is stored."""
    branch, on = _found(request, code, day)
    discard_draft(branch, on, by=user_of(request))
    messages.info(request, _("The draft is gone. The form shows the stored figures."))
    return redirect("scorecards:entry", code=branch.code, day=on.isoformat())


@require_POST
def undo(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Take back the reader's own last save of the day, if nothing newer lies over it; `save` names the one meant."""
    branch, on = _found(request, code, day)
    number = request.POST.get("save", "")
    words = {"branch": branch.name, "day": dates.day(on, weekday=True)}
    try:
        undo_save(
            branch,
            on,
            int(number) if number.isdecimal() and number.isascii() else 0,
            by=user_of(request),
            at=timezone.now(),
            why=_("Undone right after saving"),
        )
    except Stale:
        messages.error(
            request,
            _("Nothing was undone: the figures of this day have changed since, or it was too long ago."),
        )
    else:
        messages.success(request, _("Undone: %(branch)s, %(day)s, is as it was before you saved.") % words)
    return redirect("scorecards:entry", code=branch.code, day=on.isoformat())


def _found(request: HttpRequest, code: str, day: str) -> tuple[Branch, date]:
    branch = get_object_or_404(Branch.objects.for_user(user_of(request)).select_related("region"), code=code)
    try:
        return branch, date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error


def _outside(branch: Branch, day: date) -> str:
    """Why this day can have no figures at all; empty if it can."""
    if day > today_of(branch, timezone.now()):
        return _("This day has not come yet.")
    if branch.opened_on and day < branch.opened_on:
        return _("The branch opened on %(day)s, after this day.") % {"day": dates.day(branch.opened_on)}
    if branch.closed_on and day > branch.closed_on:
        return _("The branch closed for good on %(day)s, before this day.") % {
            "day": dates.day(branch.closed_on)
        }
    return "" if day.year >= 1990 else _("This day is too long ago.")


def _yesterday(branch: Branch) -> date:
    return today_of(branch, timezone.now()) - ONE_DAY


def _mode(wanted: str, sheet: Sheet) -> str:
    return wanted if wanted in dict(modes(sheet)) else default_mode(sheet)


def _posted(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    form = EntryForm(sheet, _mode(request.POST.get("mode", ""), sheet), _chosen(request.POST, sheet))
    if not form.is_valid():
        return _page(request, sheet, form, status=422)
    if form.cleaned_data["seen"].get("revisions") != {str(pk): rev for pk, rev in sheet.revisions.items()}:
        return _conflict(request, sheet, form)
    given = form.entry()
    _refuse(form, given)
    if form.errors:
        return _page(request, sheet, form, status=422)
    doubts = _doubts(form, given)
    if doubts and form.cleaned_data["confirmed"] != _finger_print(doubts):
        form.warn(doubts)
        return _page(request, sheet, form, status=422, doubts=doubts)
    return _save(request, sheet, form, given)


def _chosen(data: QueryDict, sheet: Sheet) -> QueryDict:
    """The form's data after a conflict: where the editor chose the other one's figure, that figure."""
    merged = data.copy()
    stored = EntryForm(sheet, _mode(data.get("mode", ""), sheet)).texts
    for name, text in stored.items():
        if data.get(f"choose-{name}") == "theirs":
            merged[name] = text
    return merged


def _refuse(form: EntryForm, given: Entry) -> None:
    """Add to the form everything that speaks against storing it."""
    form.add_problems(given, check(frame_of(given), today=today_of(given.branch, timezone.now())))
    if not form.errors and not given.rows.keys() - {WHOLE_BRANCH} and _is_empty(form, given):
        form.add_error(None, _("Nothing is filled in yet: type at least one figure."))
    if form.corrects(given) and not given.why:
        form.add_error("why", _("Say in a few words why the stored figures are corrected."))


def _doubts(form: EntryForm, given: Entry) -> list[Unlikely]:
    """What is unlikely; of a day that still lasts only what is too much already."""
    found = unlikely(given.branch, given.day, {**given.rows, WHOLE_BRANCH: form.totals(given)})
    lasts = given.day == today_of(given.branch, timezone.now())
    return [one for one in found if one.value > one.usual or not lasts]


def _is_empty(form: EntryForm, given: Entry) -> bool:
    return not form.sheet.has_figures and all(value is None for value in form.totals(given).values())


def _save(request: HttpRequest, sheet: Sheet, form: EntryForm, given: Entry) -> HttpResponse:
    try:
        stored = save_entry(given, by=user_of(request), at=timezone.now())
    except Stale:
        return _conflict(request, sheet_of(sheet.branch, sheet.day), form)
    except FiguresRefused as refusal:
        form.add_problems(given, refusal.problems)
        return _page(request, sheet, form, status=422)
    if stored.written:
        messages.success(request, _said(sheet, form.totals(given)))
    else:
        messages.info(request, _("Nothing was different from what is stored."))
    address = reverse("scorecards:entry", kwargs={"code": sheet.branch.code, "day": sheet.day.isoformat()})
    return redirect(f"{address}?saved=1")


def _said(sheet: Sheet, totals: Values) -> str:
    """What was saved, in a sentence."""
    words = {"branch": sheet.branch.name, "day": dates.day(sheet.day, weekday=True)}
    if totals.get("revenue") is None:
        return _("Saved: %(branch)s, %(day)s.") % words
    words["revenue"] = numbers.money(totals["revenue"])
    return _("Saved: %(branch)s, %(day)s, revenue %(revenue)s.") % words


def _conflict(request: HttpRequest, sheet: Sheet, typed: EntryForm) -> HttpResponse:
    """409: what is stored by now beside what was typed, to choose from; nothing typed is lost."""
    form = EntryForm(sheet, _mode(typed.kept_mode, sheet), typed.data)
    form.is_valid()
    fresh = EntryForm(sheet, form.kept_mode)
    conflicts = form.conflicts()
    disputed = {conflict.name for conflict in conflicts}
    context = _frame(request, sheet.branch, sheet.day) | {
        "conflicts": conflicts,
        "homeless": form.homeless(),
        "agreed": [(name, form.data.get(name, "")) for name in form.texts if name not in disputed],
        "kept": [(name, form.data.get(name, "")) for name in ("why", "marked_open") if form.data.get(name)],
        "mode": form.kept_mode,
        "seen": fresh["seen"].value(),
        "change": last_change(sheet.branch, sheet.day),
    }
    return render(request, "scorecards/entry/conflict.html", context, status=409)


def _finger_print(doubts: Iterable[Unlikely]) -> str:
    """Names exactly these unlikely figures: a confirmation does not cover others typed afterwards."""
    text = repr(sorted((one.staff_id, one.name, one.value) for one in doubts))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _page(
    request: HttpRequest,
    sheet: Sheet,
    form: EntryForm,
    *,
    status: int = 200,
    draft: object = None,
    doubts: list[Unlikely] | None = None,
) -> HttpResponse:
    saved = request.GET.get("saved") == "1" and request.method == "GET"
    now, user = timezone.now(), user_of(request)
    context = _frame(request, sheet.branch, sheet.day) | {
        "sheet": sheet,
        "form": form,
        "modes": modes(sheet),
        "closed": closed_on(sheet.branch, sheet.day),
        "draft": draft,
        "doubts": doubts,
        "finger_print": _finger_print(doubts or []),
        "saved": saved,
        "undoable": last_save(sheet.branch, sheet.day, by=user, at=now) if saved else None,
    }
    return render(request, "scorecards/entry/entry.html", context, status=status)


def _frame(request: HttpRequest, branch: Branch, day: date) -> dict[str, object]:
    """What every page of a branch's day shows: its neighbours, the other branches, what to do next."""
    today = today_of(branch, timezone.now())
    own = list(
        Branch.objects.for_user(user_of(request)).trading(day, day).order_by("code")[: MOST_SWITCHED + 1]
    )
    gap = newest_missing([branch], today - ONE_DAY)
    return {
        "nav": "figures",
        "branch": branch,
        "day": day,
        "today": today,
        "yesterday": today - ONE_DAY,
        "day_before": day - ONE_DAY,
        "day_after": day + ONE_DAY if day < today else None,
        "switch": own if 1 < len(own) <= MOST_SWITCHED else [],
        "next_missing": gap[1] if gap else None,
    }
