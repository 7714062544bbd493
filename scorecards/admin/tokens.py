"""Tokens of other systems: the token itself is shown once, right after it was made."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from branches.models import User
from scorecards.models import ApiToken
from scorecards.services.tokens import create_token, revoke_token
from ui.filters import empty_or_not

RECORD = ("name", "good_for", "branches", "created_at", "last_used_at", "revoked_at")


class TokenForm(forms.ModelForm):
    """A new token: whose it is, and for which branches it is good."""

    class Meta:
        model = ApiToken
        fields = ("name", "branches")
        help_texts = {
            "name": _("The system that delivers figures, such as “Tills North”."),
            "branches": _(
                "Leave this empty for a token that is good for every branch, also for those that come later."
            ),
        }


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """A token is made and revoked, never changed or read again."""

    empty_text = _("With a token another system, such as the tills, delivers figures by itself.")
    form = TokenForm
    list_display = ("name", "good_for", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", empty_or_not(_("state"), empty=_("in use"), filled=_("revoked"))),)
    search_fields = ("name",)
    autocomplete_fields = ("branches",)
    fields = ("name", "branches")
    actions = ("revoke",)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        """A token that exists is only looked at."""
        return RECORD if obj else ()

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        """With its dates, once it exists."""
        return RECORD if obj else ("name", "branches")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """With the number of branches."""
        return super().get_queryset(request).annotate(branch_count=Count("branches"))

    @admin.display(description=_("good for"))
    def good_for(self, record: Any) -> str:
        """Every branch, or how many."""
        if record.every_branch:
            return gettext("every branch")
        words = ngettext("%(count)s branch", "%(count)s branches", record.branch_count)
        return words % {"count": record.branch_count}

    def save_model(
        self, request: HttpRequest, obj: ApiToken, form: ModelForm[ApiToken], change: bool
    ) -> None:
        """Make the token through its service and show it this once."""
        if change:
            return
        record, token = create_token(
            obj.name,
            branches=form.cleaned_data["branches"],
            by=cast(User, request.user),
            at=timezone.now(),
        )
        obj.pk, obj.digest, obj.created_at = record.pk, record.digest, record.created_at
        obj.every_branch, obj._state.adding = record.every_branch, False
        request.token_made = token  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A page with the token, this once: it is kept nowhere, not in the session either."""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The token of %(name)s") % {"name": obj.name},
            "opts": self.opts,
            "record": obj,
            "token": request.token_made,  # type: ignore[attr-defined]
            "count": obj.branches.count(),
            "delivery_url": request.build_absolute_uri(reverse("api:deliver_figures")),
            "description_url": request.build_absolute_uri(reverse("api:openapi-json")),
        }
        headers = {"Cache-Control": "no-store"}
        return TemplateResponse(request, "admin/scorecards/apitoken/made.html", context, headers=headers)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service has stored the branches already."""

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """Revoked tokens stay as a record."""
        return False

    @admin.action(description=_("Revoke the chosen tokens"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Take the right away, at once."""
        for record in queryset:
            revoke_token(record, by=cast(User, request.user), at=timezone.now())
        count = queryset.count()
        words = ngettext("%(count)s token is revoked.", "%(count)s tokens are revoked.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
