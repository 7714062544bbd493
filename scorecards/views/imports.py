"""Pages of the import: the list, one import from upload to undo, its downloads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, override, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.columns import BRANCHES, STAFF
from branches.models import User
from scorecards.forms.imports import PlanForm, UploadForm
from scorecards.importing.plan import plan_of
from scorecards.importing.problems import FileRefused, kept_reason
from scorecards.models import FigureImport, ImportState
from scorecards.services import imports as services
from scorecards.services.imports.refused import refused_rows
from scorecards.views import import_lines as queries
from ui.exports import csv_response, table_response

PER_PAGE = 50
OURS = (gettext_noop("Row in the file"), gettext_noop("What to mend"))
NUMBER = re.compile(r"-?(?=.{1,15}$)(0|[1-9]\d*)(\.\d*[1-9])?")
NEGATIVE = re.compile(r"-(0|[1-9]\d*)(\.\d+)?")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _made(request: HttpRequest, pk: int) -> FigureImport:
    """The import, if this user may see it; else 404."""
    return get_object_or_404(FigureImport.objects.for_user(_user(request)).select_related("by"), pk=pk)


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """The imports that the user may see, newest first, by state; with the form for a new one."""
    found = FigureImport.objects.for_user(_user(request)).select_related("by")
    state = request.GET.get("state", "")
    if state in ImportState.values:
        found = found.filter(state=state)
    fields = ("question", "preview", "problems")
    page = Paginator(found.defer(*fields), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": UploadForm(),
        "states": ImportState.choices,
        "state": state,
        "nav": "figures",
    }
    return render(request, "scorecards/imports/list.html", context)


@require_http_methods(["GET", "POST"])
def import_upload(request: HttpRequest) -> HttpResponse:
    """Take in a file; the worker looks at it while the user watches or leaves.

    The form is shown here again with its faults: who then changes the language, logs in anew or reloads comes by GET.
    """
    if request.method == "GET":
        return redirect("scorecards:imports")
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        profile = form.cleaned_data.get("profile")
        try:
            made = services.receive(
                upload, upload.name, by=_user(request), at=timezone.now(), profile=profile
            )
            return redirect("scorecards:import", made.pk)
        except FileRefused as error:
            form.add_error("file", error.reason)
    found = FigureImport.objects.for_user(_user(request)).select_related("by")
    page = Paginator(found, PER_PAGE).get_page(1)
    context = {"page": page, "form": form, "states": ImportState.choices, "state": "", "nav": "figures"}
    return render(request, "scorecards/imports/list.html", context, status=422)


@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One import as it stands: working, asking, ready, imported, undone or refused."""
    made = _made(request, pk)
    context = _context(request, made)
    fragment = getattr(request, "htmx", False) and not request.GET.get("page")
    template = "scorecards/imports/_state.html" if fragment else "scorecards/imports/detail.html"
    response = render(request, template, context)
    if fragment and not context["working"]:
        response["HX-Refresh"] = "true"  # the page's title and actions change with the state
    return response


def _context(request: HttpRequest, made: FigureImport) -> dict[str, Any]:
    job = services.newest_job(made)
    listed = Paginator(queries.lines(made.problems), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "made": made,
        "job": job,
        "broke_off": queries.broke_off(made, job),
        "working": queries.is_working(made, job),
        "asking": made.state == ImportState.UPLOADED and bool(made.question),
        "problems": listed,
        "listed": queries.listed(made.problems),
        "kinds": queries.kinds_of_problem(made),
        "unknown": queries.unknown(made),
        "makes_units": _user(request).scope.everything,
        "sees_all": made.by is None or made.by.scope.everything,
        "is_own": made.by == request.user,
        "parts": plan_of(made.options, made.mapping).parts,
        "columns_open": "columns" in request.GET,
        "held_days": queries.held_days(made),
        "traded": queries.traded_days(made),
        "unrecorded": queries.unrecorded(made),
        "preview": queries.preview_of(made),
        "same_file": queries.same_file(made) if made.state == ImportState.READY else None,
        "writes": made.counts.get("new", 0) + made.counts.get("changed", 0),
        "overlapping": services.overlapping(made) if made.state == ImportState.DONE else 0,
        "reason": _reason(made),
        "form": PlanForm(user=_user(request), made=made) if made.question else None,
        "nav": "figures",
    }


def _reason(made: FigureImport) -> str:
    """Why a file was refused as a whole, in the reader's language."""
    return kept_reason(made.error) if made.state == ImportState.REFUSED else ""


@require_http_methods(["GET", "POST"])
def import_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the columns mean, and have the file read anew. By GET as in `import_upload`."""
    made = _made(request, pk)
    if request.method == "GET":
        return redirect("scorecards:import", made.pk)
    form = PlanForm(request.POST, user=_user(request), made=made)
    if not form.is_valid():
        context = _context(request, made) | {"form": form, "asking": True}
        return render(request, "scorecards/imports/detail.html", context, status=422)
    if form.cleaned_data["save_as"] and not form.looks_elsewhere:
        try:
            services.save_profile(
                form.cleaned_data["save_as"], form.plan, by=_user(request), at=timezone.now()
            )
        except services.Duplicate:
            form.add_error("save_as", _("A colleague already uses this name. Choose another one."))
            context = _context(request, made) | {"form": form, "asking": True}
            return render(request, "scorecards/imports/detail.html", context, status=422)
    if not services.answer(made, form.plan, by=_user(request), at=timezone.now()):
        messages.warning(request, _("This import has moved on meanwhile. Here is how it stands."))
    return redirect("scorecards:import", made.pk)


@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the file's figures: all of them, or the good rows where the user said so."""
    made = _made(request, pk)
    good = request.POST.get("good_rows_only") == "yes"
    if not services.request_apply(made, by=_user(request), at=timezone.now(), good_rows_only=good):
        messages.warning(request, _("This import has moved on meanwhile. Here is how it stands."))
    return redirect("scorecards:import", made.pk)


@require_POST
def import_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the worker take up what broke off, or look once more at a file that waits."""
    made = _made(request, pk)
    who: dict[str, Any] = {"by": _user(request), "at": timezone.now()}
    if not services.try_again(made, **who) and not services.look_again(made, **who):
        messages.warning(request, _("This import has moved on meanwhile. Here is how it stands."))
    return redirect("scorecards:import", made.pk)


@require_POST
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back, unless newer figures lie over it."""
    made = _made(request, pk)
    try:
        if not services.request_undo(made, by=_user(request), at=timezone.now()):
            messages.warning(request, _("This import has moved on meanwhile. Here is how it stands."))
    except services.Overlapped:
        rows = services.overlapping(made)
        words = ngettext(
            "%(rows)s row was changed after this import, so it can no longer be undone. Correct the day by hand.",
            "%(rows)s rows were changed after this import, so it can no longer be undone. Correct the days by hand.",
            rows,
        )
        messages.error(request, words % {"rows": rows})
    return redirect("scorecards:import", made.pk)


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file aside that is not to be imported."""
    made = _made(request, pk)
    if not services.discard(made, by=_user(request), at=timezone.now()):
        messages.warning(request, _("This import has moved on meanwhile. Here is how it stands."))
        return redirect("scorecards:import", made.pk)
    messages.success(request, _("The file was put aside. Nothing of it was stored."))
    return redirect("scorecards:imports")


@require_GET
def import_refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows under the file's own headings, each with its row number and what is wrong, to be mended.

    A workbook comes back as a workbook, anything else as CSV.
    """
    made = _made(request, pk)
    kept = refused_rows(made)
    ours = _in_every_language(OURS)
    places = [place for place, heading in enumerate(kept["headings"]) if heading not in ours]
    width = len(kept["headings"])
    is_workbook = made.name.lower().endswith((".xlsx", ".xls"))
    cell_of = _workbook_cell if is_workbook else _csv_cell
    rows = (
        [*map(cell_of, _texts(row["cells"], width, places)), row["row"], _told(row["problems"])]
        for row in kept["rows"]
    )
    headings = [*(kept["headings"][place] for place in places), *(_(heading) for heading in OURS)]
    if is_workbook:
        return table_response(f"refused-{made.pk}.xlsx", headings, rows)
    return csv_response(f"refused-{made.pk}.csv", headings, rows)


def _in_every_language(texts: Sequence[str]) -> set[str]:
    """The texts as any reader may have downloaded them: a file that was mended twice has our columns already."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {_(text) for text in texts}
    return found


def _texts(cells: list[str], width: int, places: list[int]) -> list[str]:
    """The cells under the headings; what a row has beyond them goes with the last, so that nothing is lost."""
    if surplus := [cell for cell in cells[width:] if cell.strip()]:
        cells = [*cells[: width - 1], ",".join([cells[width - 1], *surplus])]
    return [cells[place] if place < len(cells) else "" for place in places]


def _csv_cell(text: str) -> str | Decimal:
    """A negative number as the number it is: as text it would be taken for a formula and be guarded."""
    return Decimal(text) if NEGATIVE.fullmatch(text) else text


def _workbook_cell(text: str) -> str | Decimal:
    """A number of a workbook as the number it was; what was text, such as the code 007 or 5.50, stays text."""
    return Decimal(text) if NUMBER.fullmatch(text) else text


def _told(problems: list[dict[str, Any]]) -> str:
    colon = pgettext("between a name and its meaning", ": ")
    return " · ".join(
        f"{line.column}{colon}{line.reason}" if line.column else line.reason
        for line in queries.lines(problems)
    )


@require_GET
def import_unknown(request: HttpRequest, pk: int, what: str) -> HttpResponseBase:
    """The names that mean no branch (or person), as a file from which an administrator makes new ones."""
    names = refused_rows(_made(request, pk)).get("unknown", {}).get(what, [])
    columns = BRANCHES if what == "branch" else STAFF
    blank = [""] * (len(columns) - 1)
    return csv_response(
        f"unknown-{pk}.csv", [column.heading for column in columns], ([name, *blank] for name in names)
    )


@require_GET
def import_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it was uploaded. Always a download, never shown by the browser: others wrote it."""
    made = _made(request, pk)
    if not made.file:
        raise Http404
    file = made.file.open("rb")
    return FileResponse(file, as_attachment=True, filename=made.name, content_type="application/octet-stream")
