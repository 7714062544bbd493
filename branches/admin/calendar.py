"""Closures of regions and of the company, and corrections of public holidays, in Django admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branches.admin.base import AuditedAdmin
from branches.models import Branch, Closure, HolidayOverride, Region
from branches.services import trading_changed


class CalendarAdmin(AuditedAdmin):
    """A page whose every change moves trading days, which the floors above are told."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The days of before count as well as those of now."""
        if change:
            self.tell(self.model._default_manager.get(pk=obj.pk))
        super().save_model(request, obj, form, change)
        self.tell(obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """The days of the one that goes."""
        self.tell(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """As above, of many."""
        for obj in queryset:
            self.tell(obj)
        super().delete_queryset(request, queryset)

    def tell(self, obj: Any) -> None:
        """Which branches, and from when to when."""
        raise NotImplementedError


class ClosureForm(forms.ModelForm):
    """A closure, and whose it is."""

    class Meta:
        model = Closure
        fields = ("branch", "region", "first_day", "last_day", "reason")
        help_texts = {
            "branch": _("The branch that closes; or choose a region below."),
            "region": _(
                "All branches in it and below it close. Left empty, with no branch chosen either, the whole company "
                "closes."
            ),
            "last_day": _("The last day without trading; the same as the first for a single day."),
        }


@admin.register(Closure)
class ClosureAdmin(CalendarAdmin):
    """Closures of a branch, of a region with all below it, or of the whole company (neither chosen)."""

    empty_text = _(
        "Days on which a branch, a region or the whole company does not trade, such as a refurbishment or a typhoon."
    )
    list_display = ["first_day", "last_day", "whose", "reason"]
    list_select_related = ["branch", "region"]
    search_fields = ["reason", "branch__code", "branch__name_zh", "branch__name_en", "region__code"]
    autocomplete_fields = ["branch", "region"]
    form = ClosureForm
    fields = ["branch", "region", "first_day", "last_day", "reason"]
    audited = ("branch", "region", "first_day", "last_day", "reason")

    @admin.display(description=_("who closes"))
    def whose(self, closure: Any) -> str:
        """The branch or the region, or the company."""
        return str(closure.branch or closure.region or _("the whole company"))

    def tell(self, obj: Any) -> None:
        """The branch, those below the region, or all."""
        branches: Any = None
        if obj.branch_id:
            branches = [obj.branch_id]
        elif obj.region_id:
            below = Region.objects.descendants(obj.region_id, include_self=True)
            branches = Branch.objects.filter(region__in=[region.pk for region in below]).values_list(
                "pk", flat=True
            )
        trading_changed(branches, first=obj.first_day, last=obj.last_day)


@admin.register(HolidayOverride)
class HolidayOverrideAdmin(CalendarAdmin):
    """Days on which the library of public holidays is wrong or silent."""

    empty_text = _(
        "The public holidays of the country hold as they are. Add a day only where they are wrong, or not published "
        "yet."
    )
    list_display = ["day", "kind", "name_zh", "name_en"]
    list_filter = ["is_holiday"]
    audited = ("day", "is_holiday", "name_en", "name_zh")

    @admin.display(description=_("kind"), ordering="is_holiday")
    def kind(self, override: HolidayOverride) -> str:
        """In a word."""
        return gettext("public holiday") if override.is_holiday else gettext("working day")

    def tell(self, obj: Any) -> None:
        """The branches that keep public holidays."""
        keepers = Branch.objects.filter(opens_on_holidays=False).values_list("pk", flat=True)
        trading_changed(keepers, first=obj.day, last=obj.day)
