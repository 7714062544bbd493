"""Jobs in the admin: to look at, not to edit."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from jobs.models import Job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """What had to be done and how it went; only the worker writes these rows."""

    list_display = (
        "kind",
        "subject",
        "period",
        "state",
        "attempts",
        "created_at",
        "finished_at",
        "error_line",
    )
    list_filter = ("state", "kind")
    search_fields = ("subject", "period", "error")
    date_hierarchy = "created_at"
    show_full_result_count = False

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
