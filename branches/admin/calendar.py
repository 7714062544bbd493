"""Closures of regions and of the company, and corrections of public holidays, in Django admin."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from branches.admin.base import AuditedAdmin
from branches.models import Closure, HolidayOverride


@admin.register(Closure)
class ClosureAdmin(AuditedAdmin):
    """Closures of a branch, of a region with all below it, or of the whole company (neither chosen)."""

    list_display = ["first_day", "last_day", "whose", "reason"]
    list_select_related = ["branch", "region"]
    search_fields = ["reason", "branch__code", "branch__name_zh", "branch__name_en", "region__code"]
    autocomplete_fields = ["branch", "region"]
    audited = ("branch", "region", "first_day", "last_day", "reason")

    @admin.display(description=_("who closes"))
    def whose(self, closure: Any) -> str:
        """The branch or the region, or the company."""
        return str(closure.branch or closure.region or _("the whole company"))


@admin.register(HolidayOverride)
class HolidayOverrideAdmin(AuditedAdmin):
    """Days on which the library of public holidays is wrong or silent."""

    list_display = ["day", "is_holiday", "name_zh", "name_en"]
    list_filter = ["is_holiday"]
    audited = ("day", "is_holiday", "name_en", "name_zh")
