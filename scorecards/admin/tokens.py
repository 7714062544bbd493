"""Tokens of other systems: the token itself is shown once, right after it was made."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from branches.models import User
from scorecards.models import ApiToken
from scorecards.services.tokens import create_token, revoke_token


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """A token is made and revoked, never changed or read again."""

    list_display = ("name", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("name",)
    autocomplete_fields = ("branches",)
    fields = ("name", "branches")
    actions = ("revoke",)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        """A token that exists is only looked at."""
        return ("name", "branches", "created_at", "last_used_at", "revoked_at") if obj else ()

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        """With its dates, once it exists."""
        return (
            ("name", "branches", "created_at", "last_used_at", "revoked_at") if obj else ("name", "branches")
        )

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
        obj._state.adding = False
        words = gettext("The token of %(name)s, shown this once; copy it now: %(token)s")
        self.message_user(request, words % {"name": obj.name, "token": token}, messages.WARNING)

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
