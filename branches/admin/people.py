"""Staff and their employments in Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from branches.admin.base import AuditedAdmin
from branches.admin.exchange import ExchangeMixin
from branches.admin.inlines import NamedInline
from branches.codes import CodeForm
from branches.models import Branch, Employment, StaffMember
from branches.resources import StaffResource
from branches.services import move_staff


class EmploymentInline(NamedInline):
    """Where a person worked and works."""

    model = Employment
    autocomplete_fields = ["branch"]


class MoveForm(forms.Form):
    """To which branch, from which day."""

    branch = forms.ModelChoiceField(
        Branch.objects.all(),
        label=_("branch"),
        widget=AutocompleteSelect(Employment._meta.get_field("branch"), admin.site),
    )
    starts_on = forms.DateField(label=_("from"), widget=AdminDateWidget)


@admin.register(StaffMember)
class StaffMemberAdmin(ExchangeMixin, AuditedAdmin):
    """Staff with their present branch, quick at tens of thousands. Nobody is deleted: an employment ends."""

    form = CodeForm
    resource_classes = [StaffResource]
    list_display = ["number", "name", "post", "present_branch"]
    list_display_links = ["number", "name"]
    search_fields = ["number", "name"]
    search_help_text = _("Staff number or name")
    inlines = [EmploymentInline]
    actions = ["move"]
    audited = ("number", "post")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the employments that last, for the list."""
        present = Employment.objects.filter(ends_on__isnull=True).select_related("branch")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("employments", queryset=present, to_attr="present"))
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Figures stand under people's ids for good."""
        return False

    @admin.display(description=_("branch"))
    def present_branch(self, staff: Any) -> str:
        """Where the person works now."""
        return ", ".join(f"{job.branch.code} {job.branch}" for job in staff.present)

    @admin.action(description=_("Move to another branch"), permissions=["change"])
    def move(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask where to and from when, then move all of them or nobody."""
        form = MoveForm(request.POST if "apply" in request.POST else None)
        if form.is_valid() and self._move_all(request, queryset, form):
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Move to another branch"),
            "opts": self.model._meta,
            "form": form,
            "staff": queryset,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/branches/staffmember/move.html", context)

    def _move_all(self, request: HttpRequest, queryset: QuerySet[Any], form: MoveForm) -> bool:
        branch, starts_on = form.cleaned_data["branch"], form.cleaned_data["starts_on"]
        try:
            with transaction.atomic():
                for person in queryset:
                    self._move_one(person, branch, starts_on, request)
        except ValidationError as error:
            form.add_error(None, error)
            return False
        moved = len(queryset)
        text = ngettext(
            "%(count)s person moved to %(branch)s.", "%(count)s people moved to %(branch)s.", moved
        )
        self.message_user(request, text % {"count": moved, "branch": branch}, messages.SUCCESS)
        return True

    def _move_one(self, person: StaffMember, branch: Branch, starts_on: Any, request: HttpRequest) -> None:
        try:
            move_staff(person, branch, starts_on=starts_on, by=request.user)  # type: ignore[arg-type]
        except ValidationError as error:
            raise ValidationError(
                [f"{person.number} {person.name}: {text}" for text in error.messages]
            ) from error
