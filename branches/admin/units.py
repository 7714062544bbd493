"""Regions, formats and branches in Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from import_export.forms import ConfirmImportForm

from branches.admin.base import AuditedAdmin
from branches.admin.exchange import ExchangeMixin, FileForm
from branches.admin.inlines import NamedInline
from branches.codes import CodeForm
from branches.models import Branch, BranchFormat, Closure, OpeningHours, Region
from branches.models.calendar import WEEKDAYS
from branches.resources import BranchResource, time_zones
from branches.services import MOST_WEEKDAYS_CLOSED, close_weekdays, reopen_weekdays, trading_changed

MOVES_DAYS = {"region", "format", "opened_on", "closed_on", "opens_on_holidays"}
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


class HoursFilter(admin.SimpleListFilter):
    """What is known of a branch's week."""

    title = _("opening hours")
    parameter_name = "hours"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Nothing, weekdays only, weekdays with hours."""
        return [
            ("none", _("none kept: trades daily")),
            ("weekdays", _("weekdays only")),
            ("entered", _("entered")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """By the rows of opening hours."""
        kept = OpeningHours.objects.filter(branch=OuterRef("pk"))
        entered = kept.filter(Q(opens_at__isnull=False) | Q(closes_at__isnull=False))
        chosen = {
            "none": ~Exists(kept),
            "weekdays": Exists(kept) & ~Exists(entered),
            "entered": Exists(entered),
        }
        return queryset.filter(chosen[self.value() or ""]) if self.value() in chosen else None


class TreeList(ChangeList):
    """A list in the order of the tree, whatever the admin's own ordering says."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Each region followed by those below it."""
        found = super().get_queryset(request, exclude_parameters)
        return found.order_by().extra(order_by=["__tree.tree_ordering"])


class RegionForm(CodeForm):
    """A region and the one above it."""

    class Meta:
        model = Region
        fields = ("code", "name_en", "name_zh", "parent", "position")
        labels = {"parent": _("Region above")}
        help_texts = {
            "parent": _("Empty for a region right below the company."),
            "position": _("Its place among its neighbours in lists."),
        }


@admin.register(Region)
class RegionAdmin(AuditedAdmin):
    """The tree of regions with the number of branches directly in each."""

    list_display = ["indented_name", "code", "branch_count"]
    list_display_links = ["indented_name"]
    list_per_page = 500
    search_fields = ["code", "name_en", "name_zh"]
    autocomplete_fields = ["parent"]
    sortable_by = ()
    form = RegionForm
    fields = ["code", "name_en", "name_zh", "parent", "position"]
    audited = ("code", "name_en", "name_zh", "parent", "position")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With depth and count."""
        regions: Any = super().get_queryset(request)
        return regions.with_tree_fields().annotate(count=Count("branches"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Ordered as a tree."""
        return TreeList

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """A region under another one takes its branches out of the sums of those above it before."""
        super().save_related(request, form, formsets, change)
        if change and "parent" in form.changed_data:
            trading_changed()  # of all branches: nothing else leads to the regions that were above it

    @admin.display(description=_("region"))
    def indented_name(self, region: Any) -> str:
        """The name, set in by its depth."""
        return STEP * region.tree_depth + region.name

    @admin.display(description=_("branches right in it"))
    def branch_count(self, region: Any) -> int:
        """Branches directly in this region."""
        return region.count


@admin.register(BranchFormat)
class BranchFormatAdmin(AuditedAdmin):
    """The formats: peer groups of branches."""

    list_display = ["code", "name_en", "name_zh"]
    search_fields = ["code", "name_en", "name_zh"]
    audited = ("code", "name_en", "name_zh")


class OpeningHoursInline(NamedInline):
    """A row per weekday."""

    model = OpeningHours
    max_num = 7


class ClosureInline(NamedInline):
    """The branch's own closures."""

    model = Closure
    fields = ["first_day", "last_day", "reason"]


class BranchForm(CodeForm):
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


class BranchFileForm(FileForm):
    """A file of branches, which may bring its regions and formats along."""

    creates = forms.BooleanField(
        label=_("Make regions and formats that are not there yet"),
        required=False,
        help_text=_("Named by their codes; put them into the tree and give them names afterwards."),
    )


class BranchConfirmForm(ConfirmImportForm):
    """The same file, with the same permission."""

    creates = forms.BooleanField(required=False, widget=forms.HiddenInput)


class WeekdaysForm(forms.Form):
    """On which weekdays branches do not trade."""

    weekdays = forms.MultipleChoiceField(
        choices=WEEKDAYS, label=_("Closed on"), widget=forms.CheckboxSelectMultiple
    )

    def clean_weekdays(self) -> list[str]:
        """Not on all of them."""
        chosen: list[str] = self.cleaned_data["weekdays"]
        if len(chosen) > MOST_WEEKDAYS_CLOSED:
            raise ValidationError(
                _("Leave at least one weekday open; a branch that closes for good has a last day instead.")
            )
        return chosen


@admin.register(Branch)
class BranchAdmin(ExchangeMixin, AuditedAdmin):
    """Branches, quick at tens of thousands: everything a row shows comes with one query."""

    form = BranchForm
    resource_classes = [BranchResource]
    import_form_class = BranchFileForm
    confirm_form_class = BranchConfirmForm
    list_display = ["code", "name_zh", "name_en", "region", "format", "opened_on", "closed_on"]
    list_display_links = ["code", "name_zh", "name_en"]
    list_select_related = ["region", "format"]
    list_filter = [StateFilter, HoursFilter, ("format", admin.RelatedOnlyFieldListFilter), RegionFilter]
    search_fields = ["code", "name_en", "name_zh"]
    search_help_text = _("Code or name in either language")
    autocomplete_fields = ["region", "format"]
    inlines = [OpeningHoursInline, ClosureInline]
    actions = ["close_weekdays", "trade_daily"]
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

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        """With the permission that was given for the preview."""
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        return initial | ({"creates": import_form.cleaned_data["creates"]} if import_form else {})

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Whether the file may bring regions and formats."""
        form = kwargs.get("form")
        found: dict[str, Any] = super().get_import_resource_kwargs(request, **kwargs)
        given = form is not None and form.is_bound and form.is_valid() and form.cleaned_data.get("creates")
        return found | {"creates": bool(given)}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new branch keeps the company's time until told otherwise."""
        return {"time_zone": settings.TIME_ZONE} | super().get_changeform_initial_data(request)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """Tell the floors above when the branch's days or its place in the company are others."""
        super().save_related(request, form, formsets, change)
        if change and (MOVES_DAYS & set(form.changed_data) or any(one.has_changed() for one in formsets)):
            trading_changed([form.instance.pk])

    @admin.action(description=_("Mark weekdays as closed"), permissions=["change"])
    def close_weekdays(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask which weekdays; branches with opening hours are passed over."""
        form = WeekdaysForm(request.POST if "apply" in request.POST else None)
        if form.is_valid():
            ids = list(queryset.values_list("pk", flat=True))
            count = close_weekdays(ids, map(int, form.cleaned_data["weekdays"]), by=request.user)  # type: ignore[arg-type]
            self._say_closed(request, count, len(ids) - count)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mark weekdays as closed"),
            "opts": self.opts,
            "form": form,
            "chosen": [str(pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)],
            "across": request.POST.get("select_across", "0"),
            "count": queryset.count(),
            "kept": queryset.filter(Exists(OpeningHours.objects.filter(branch=OuterRef("pk")))).count(),
        }
        return TemplateResponse(request, "admin/branches/branch/weekdays.html", context)

    def _say_closed(self, request: HttpRequest, count: int, passed_over: int) -> None:
        words = ngettext(
            "%(count)s branch is closed on these weekdays.",
            "%(count)s branches are closed on these weekdays.",
            count,
        )
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
        if passed_over:
            words = ngettext(
                "%(count)s branch keeps opening hours and was left as it is.",
                "%(count)s branches keep opening hours and were left as they are.",
                passed_over,
            )
            self.message_user(request, words % {"count": passed_over}, messages.WARNING)

    @admin.action(description=_("Trade daily again (where no hours are entered)"), permissions=["change"])
    def trade_daily(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take back what marked weekdays as closed."""
        count = reopen_weekdays(queryset.values_list("pk", flat=True), by=request.user)  # type: ignore[arg-type]
        words = ngettext(
            "%(count)s branch trades daily again.", "%(count)s branches trade daily again.", count
        )
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
