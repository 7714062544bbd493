"""Regions, formats and branches in Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from branches.admin.base import AuditedAdmin, ExchangeMixin
from branches.models import Branch, BranchFormat, Closure, OpeningHours, Region
from branches.resources import BranchResource, time_zones

STEP = "\u2003"  # an em space for each level of the tree


class RegionFilter(admin.SimpleListFilter):
    """Branches of a region or of any region below it."""

    title = _("region")
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The tree, indented."""
        regions = Region.objects.with_tree_fields()
        return [(str(region.pk), STEP * region.tree_depth + region.name) for region in regions]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """The branches below the chosen region."""
        region = next((pk for pk, _name in self.lookup_choices if pk == self.value()), None)
        if region is None:
            return None
        below = Region.objects.descendants(int(region), include_self=True)
        return queryset.filter(region__in=[child.pk for child in below])


class StateFilter(admin.SimpleListFilter):
    """Trading today, not yet, or no longer."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The three states of a branch's life."""
        return [("trading", _("trading")), ("future", _("not yet open")), ("closed", _("closed for good"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """By today's date."""
        today = timezone.localdate()
        if self.value() == "trading":
            return queryset.trading(today, today)  # type: ignore[attr-defined]
        if self.value() == "future":
            return queryset.filter(opened_on__gt=today)
        return queryset.filter(closed_on__lt=today) if self.value() == "closed" else None


class TreeList(ChangeList):
    """A list in the order of the tree, whatever the admin's own ordering says."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Each region followed by those below it."""
        found = super().get_queryset(request, exclude_parameters)
        return found.order_by().extra(order_by=["__tree.tree_ordering"])


@admin.register(Region)
class RegionAdmin(AuditedAdmin):
    """The tree of regions with the number of branches directly in each."""

    list_display = ["indented_name", "code", "branch_count"]
    list_display_links = ["indented_name"]
    list_per_page = 500
    search_fields = ["code", "name_en", "name_zh"]
    autocomplete_fields = ["parent"]
    sortable_by = ()
    fields = ["code", "name_en", "name_zh", "parent", "position"]
    audited = ("code", "name_en", "name_zh", "parent", "position")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With depth and count."""
        regions: Any = super().get_queryset(request)
        return regions.with_tree_fields().annotate(count=Count("branches"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Ordered as a tree."""
        return TreeList

    @admin.display(description=_("region"))
    def indented_name(self, region: Any) -> str:
        """The name, set in by its depth."""
        return STEP * region.tree_depth + region.name

    @admin.display(description=_("branches"))
    def branch_count(self, region: Any) -> int:
        """Branches directly in this region."""
        return region.count


@admin.register(BranchFormat)
class BranchFormatAdmin(AuditedAdmin):
    """The formats: peer groups of branches."""

    list_display = ["code", "name_en", "name_zh"]
    search_fields = ["code", "name_en", "name_zh"]
    audited = ("code", "name_en", "name_zh")


class OpeningHoursInline(admin.TabularInline):
    """A row per weekday."""

    model = OpeningHours
    extra = 0
    max_num = 7


class ClosureInline(admin.TabularInline):
    """The branch's own closures."""

    model = Closure
    extra = 0
    fields = ["first_day", "last_day", "reason"]


class BranchForm(forms.ModelForm):
    """A branch, with a time zone that exists."""

    class Meta:
        model = Branch
        fields = (
            "code",
            "name_en",
            "name_zh",
            "region",
            "format",
            "opened_on",
            "closed_on",
            "time_zone",
            "opens_on_holidays",
        )

    def clean_time_zone(self) -> str:
        """Refuse a name that this machine does not know."""
        name = self.cleaned_data["time_zone"]
        if name not in time_zones():
            raise ValidationError(_("There is no time zone “%(name)s”.") % {"name": name})
        return name


@admin.register(Branch)
class BranchAdmin(ExchangeMixin, AuditedAdmin):
    """Branches, quick at tens of thousands: everything a row shows comes with one query."""

    form = BranchForm
    resource_classes = [BranchResource]
    list_display = ["code", "name_zh", "name_en", "region", "format", "opened_on", "closed_on"]
    list_display_links = ["code", "name_zh", "name_en"]
    list_select_related = ["region", "format"]
    list_filter = [StateFilter, ("format", admin.RelatedOnlyFieldListFilter), RegionFilter]
    search_fields = ["code", "name_en", "name_zh"]
    search_help_text = _("Code or name in either language")
    autocomplete_fields = ["region", "format"]
    inlines = [OpeningHoursInline, ClosureInline]
    audited = (
        "code",
        "name_en",
        "name_zh",
        "region",
        "format",
        "opened_on",
        "closed_on",
        "opens_on_holidays",
    )
