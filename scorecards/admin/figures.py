"""Changes of figures, and the figures themselves by branch and month.

Django's admin cannot hold a model with a composite key, so the figures have a page of their own here.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import Branch, StaffMember, User
from formulas.components import COMPONENTS
from scorecards.admin.weekdays import closed_weekdays
from scorecards.forms.entry import label_of, shown
from scorecards.models import FigureChange
from scorecards.queries.history import changes_of_month
from scorecards.queries.month import month_of
from ui.read_only import ReadOnly


class MonthForm(forms.Form):
    """Which branch and which month."""

    branch = forms.CharField(label=gettext_lazy("Branch code"), max_length=40)
    month = forms.CharField(
        label=gettext_lazy("Month"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"}),
    )

    def clean_branch(self) -> Branch:
        """The branch with this code."""
        branch = Branch.objects.filter(code=self.cleaned_data["branch"].strip()).first()
        if branch is None:
            raise forms.ValidationError(_("There is no branch with this code."))
        return branch

    def clean_month(self) -> date:
        """The first day of the month."""
        try:
            return date.fromisoformat(f"{self.cleaned_data['month']}-01")
        except ValueError as error:
            raise forms.ValidationError(_("Write the month as year and month, such as 2026-11.")) from error


@admin.register(FigureChange)
class FigureChangeAdmin(ReadOnly, admin.ModelAdmin):
    """Every change of a figure, and the way to the figures by branch and month."""

    list_display = ("at", "branch", "day", "person", "what", "by", "source", "why")
    list_filter = ("source", "day")
    list_select_related = ("branch", "by")
    search_fields = ("branch__code", "branch__name_en", "branch__name_zh", "by__username", "why")
    date_hierarchy = "at"
    fields = ("at", "branch", "day", "person", "what", "by", "source", "why")
    show_full_result_count = False
    change_list_template = "admin/scorecards/figurechange/change_list.html"

    @admin.display(description=gettext_lazy("of whom"), ordering="staff_id")
    def person(self, change: FigureChange) -> str:
        """The whole branch, or the staff member by number and name."""
        return getattr(change, "staff_label", None) or (
            _("a staff member") if change.staff_id else _("the branch")
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FigureChange]:
        """With number and name of whose figures changed, where they are a person's."""
        person = StaffMember.objects.filter(pk=OuterRef("staff_id"))
        label = person.annotate(label=Concat("number", Value(" "), "name")).values("label")
        return super().get_queryset(request).annotate(staff_label=Subquery(label))

    @admin.display(description=gettext_lazy("what changed"))
    def what(self, change: FigureChange) -> str:
        """Each input with its old and its new value."""
        names = [name for name in COMPONENTS if name in change.before or name in change.after]
        texts = (
            f"{label_of(name)} {shown(name, change.before.get(name))} → {shown(name, change.after.get(name))}"
            for name in names
        )
        return "; ".join(texts)

    def get_urls(self) -> list[URLPattern]:
        """The page by branch and month, and that of weekdays without figures, beside the usual ones."""
        view = self.admin_site.admin_view
        pages = [
            path("by-month/", view(self.by_month), name="scorecards_figures_by_month"),
            path("closed-weekdays/", view(closed_weekdays), name="scorecards_closed_weekdays"),
        ]
        return [*pages, *super().get_urls()]

    def by_month(self, request: HttpRequest) -> HttpResponse:
        """The figures of one branch and month as they are stored, with every change of theirs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = MonthForm(request.GET or None, initial={"month": f"{timezone.localdate():%Y-%m}"})
        context = self.admin_site.each_context(request) | {
            "title": _("Figures by branch and month"),
            "opts": self.opts,
            "form": form,
        }
        if form.is_bound and form.is_valid():
            context |= _month(cast(User, request.user), form)
        return render(request, "admin/scorecards/figures_by_month.html", context)


def _month(user: User, form: MonthForm) -> dict[str, Any]:
    """The table of the month and its history; `rows` pairs each day with its inputs as text."""
    branch, first = form.cleaned_data["branch"], form.cleaned_data["month"]
    days = month_of(branch, first, today=timezone.localdate())
    return {
        "branch": branch,
        "month": first,
        "labels": [label_of(name) for name in COMPONENTS],
        "rows": [
            (day, [shown(name, value) for name, value in zip(COMPONENTS, day.values, strict=True)])
            for day in days
        ],
        "changes": [
            (
                change,
                [(label_of(name), shown(name, old), shown(name, new)) for name, old, new in change.inputs],
            )
            for change in changes_of_month(user, branch, first)
        ],
    }
