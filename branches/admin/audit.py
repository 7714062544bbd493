"""The audit trail in Django admin: to read, never to edit."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from branches.audit_words import act_of, changes_of, subject_of
from branches.models import AuditEntry
from jobs.names import name_jobs
from ui.read_only import ReadOnly


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    """Who changed what, when, from what to what."""

    list_display = ["at", "who", "act", "thing", "old", "new"]
    list_select_related = ["by"]
    search_fields = ["subject", "what", "by__username"]
    search_help_text = _("Code or number of what was changed, or the user name")
    date_hierarchy = "at"
    fields = ["at", "who", "act", "thing", "old", "new"]
    readonly_fields = ["who", "act", "thing", "old", "new"]
    show_full_result_count = False
    list_per_page = 50

    @admin.display(description=AuditEntry._meta.get_field("by").verbose_name, ordering="by")
    def who(self, entry: AuditEntry) -> str:
        """The user; the system where nobody is behind it."""
        return str(entry.by or _("the system"))

    @admin.display(description=AuditEntry._meta.get_field("what").verbose_name, ordering="what")
    def act(self, entry: AuditEntry) -> str:
        """What was done, in words."""
        return act_of(entry.what)

    @admin.display(description=AuditEntry._meta.get_field("subject").verbose_name, ordering="subject")
    def thing(self, entry: AuditEntry) -> str:
        """To what, in words."""
        return subject_of(entry.subject)

    @admin.display(description=_("value before"))
    def old(self, entry: AuditEntry) -> str:
        """The values before."""
        return changes_of(entry.before)

    @admin.display(description=_("value after"))
    def new(self, entry: AuditEntry) -> str:
        """The values after."""
        return changes_of(entry.after)


name_jobs({"clear_uploads": _("Clear away files that were never imported")})
