"""Log-ins in Django admin: the role and the part of the company that a user sees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from branches.admin.base import AuditedAdmin
from branches.models import Role, User

admin.site.unregister(Group)  # rights hang on the role alone

SCOPE_OF = {
    Role.STAFF: ("staff_member", _("A staff member's log-in needs the person whose figures it shows.")),
    Role.MANAGER: ("branches", _("A branch manager's log-in needs at least one branch.")),
    Role.REGIONAL: ("regions", _("Regional staff's log-in needs at least one region.")),
}


class ScopeMixin(forms.ModelForm):
    """A role without its part of the company would see nothing: say so."""

    def clean(self) -> dict[str, Any]:
        """Check role against scope."""
        cleaned = super().clean() or self.cleaned_data
        needed = SCOPE_OF.get(cleaned.get("role"))  # type: ignore[arg-type]
        if needed and needed[0] in self.fields and not cleaned.get(needed[0]):
            self.add_error(needed[0], str(needed[1]))
        return cleaned


class UserForm(ScopeMixin, UserChangeForm):
    """A user's page."""


class NewUserForm(ScopeMixin, AdminUserCreationForm):
    """A new user: name, password, role and scope in one go."""


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):
    """Users by role. Who is an administrator by role enters Django admin; a change of role ends the sessions."""

    form = UserForm
    add_form = NewUserForm
    list_display = ["username", "last_name", "first_name", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "first_name", "last_name", "email", "staff_member__number"]
    autocomplete_fields = ["staff_member", "branches", "regions"]
    filter_horizontal = ()
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["last_name", "first_name", "email"]}),
        (_("What this user sees"), {"fields": ["role", "staff_member", "branches", "regions", "is_active"]}),
        (_("Log-in"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        (_("What this user sees"), {"fields": ["role", "staff_member", "branches", "regions"]}),
    ]
    audited = ("username", "role", "staff_member", "branches", "regions", "is_active")

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Django's own flags follow the role."""
        obj.is_staff = obj.is_superuser = obj.role == Role.ADMINISTRATOR
        super().save_model(request, obj, form, change)
