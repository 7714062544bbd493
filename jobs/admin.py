"""Jobs in the admin: to look at, not to edit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.names import name_of, named


class KindFilter(admin.SimpleListFilter):
    """Jobs of a kind, by its name."""

    title = Job._meta.get_field("kind").verbose_name
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The kinds that have a name."""
        return sorted(named().items(), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """By the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() in named() else None


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """What had to be done and how it went; only the worker writes these rows."""

    list_display = (
        "name",
        "about",
        "period",
        "state",
        "attempts",
        "created_at",
        "finished_at",
        "error_line",
    )
    list_filter = ("state", KindFilter)
    search_fields = ("subject", "period", "error")
    date_hierarchy = "created_at"
    show_full_result_count = False
    fields = (
        "name",
        "about",
        "period",
        "state",
        "attempts",
        "progress",
        ("created_at", "due_at"),
        ("started_at", "finished_at"),
        ("lease_holder", "lease_until"),
        "arguments",
        "result",
        "error",
    )
    readonly_fields = ("name", "about", "progress")

    @admin.display(description=Job._meta.get_field("kind").verbose_name, ordering="kind")
    def name(self, job: Job) -> str:
        """What the job does, in words."""
        return name_of(job.kind)

    @admin.display(description=Job._meta.get_field("subject").verbose_name, ordering="subject")
    def about(self, job: Job) -> str:
        """To what it is done: the kind of thing in words ("company", "import"), its number as it is."""
        kind, space, rest = job.subject.partition(" ")
        return f"{gettext(kind) if kind else ''}{space}{rest}"

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> str:
        """How much of how much is done."""
        return f"{job.progress_done} / {job.progress_total}" if job.progress_total else "–"

    @admin.display(description=Job._meta.get_field("error").verbose_name)
    def error_line(self, job: Job) -> str:
        """The first line of the error."""
        return job.error.partition("\n")[0][:120]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Jobs are requested by what needs them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        """Read only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        """Finished jobs go by themselves after ninety days."""
        return False
