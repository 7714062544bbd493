"""Log-ins in Django admin: the role and the part of the company that a user sees, and names that are locked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import (
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    SetPasswordMixin,
    UserChangeForm,
    UserCreationForm,
)
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from branches.admin.base import AuditedAdmin
from branches.models import FailedLogIn, Role, User
from branches.services import audit, unlock_log_ins
from ui.read_only import ReadOnly

admin.site.unregister(Group)  # rights hang on the role alone
for model in (AccessAttempt, AccessFailureLog, AccessLog):
    admin.site.unregister(model)  # the first is shown below under our words, the two others are not kept

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


class PasswordLink(ReadOnlyPasswordHashWidget):
    """The way to a new password; how the present one is kept tells an administrator nothing."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Without the digest's parts."""
        context = super().get_context(name, value, attrs)
        context["summary"] = [part for part in context["summary"] if "value" not in part]
        return context


class UserForm(ScopeMixin, UserChangeForm):
    """A user's page."""

    password = ReadOnlyPasswordHashField(label=_("Password"), widget=PasswordLink)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = self.fields["is_active"]
        active.label = _("May log in")
        active.help_text = _("Take the tick away when somebody leaves: the account stays, nobody can use it.")


class NewUserForm(ScopeMixin, UserCreationForm):
    """A new user: name, password, role and scope in one go."""


class NewPasswordForm(SetPasswordMixin, forms.Form):
    """A password that an administrator gives to somebody."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any] | None:
        """Both the same, and good enough."""
        self.validate_passwords()
        self.validate_password_for_user(self.user)
        return super().clean()

    def save(self) -> None:
        """Store it."""
        self.set_password_and_save(self.user)


def _without_links(listed: Any, links: Any) -> Any:
    """A tree of things to delete (text, or a list of such) without those whose text names a link between records."""
    if not isinstance(listed, list):
        return listed
    names = tuple(f"{one.verbose_name}: ".lower() for one in links)
    return [_without_links(one, links) for one in listed if not str(one).lower().startswith(names)]


class ActiveFilter(admin.SimpleListFilter):
    """Accounts in use, and those that nobody may use."""

    title = _("log-in")
    parameter_name = "is_active__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """In the words of the list."""
        return [("1", _("allowed")), ("0", _("blocked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """By the tick."""
        return queryset.filter(is_active=self.value() == "1") if self.value() in ("0", "1") else None


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):
    """Users by role. Who is an administrator by role enters Django admin; a change of role ends the sessions."""

    form = UserForm
    add_form = NewUserForm
    add_form_template = None  # Django's speaks of a second page, which there is not
    list_display = ["username", "last_name", "first_name", "role", "may_log_in", "last_login"]
    list_filter = ["role", ActiveFilter]
    search_fields = ["username", "first_name", "last_name", "email", "staff_member__number"]
    search_help_text = _("User name, name, e-mail or staff number")
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
        (None, {"fields": ["username", "password1", "password2"]}),
        (_("Person"), {"fields": ["last_name", "first_name", "email"]}),
        (_("What this user sees"), {"fields": ["role", "staff_member", "branches", "regions"]}),
    ]
    audited = ("username", "role", "staff_member", "branches", "regions", "is_active")

    @admin.display(description=_("log-in"), ordering="is_active")
    def may_log_in(self, user: User) -> str:
        """Allowed or not, in a word."""
        return gettext("allowed") if user.is_active else gettext("blocked")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with a user, but for the bare links to branches and regions, which have no names."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        links: list[Any] = [User.branches.through._meta, User.regions.through._meta]
        shown = {str(one.verbose_name_plural) for one in links}
        counts = {name: count for name, count in counts.items() if str(name) not in shown}
        return [_without_links(one, links) for one in listed], counts, lacking, protected

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Django's own flags follow the role."""
        obj.is_staff = obj.is_superuser = obj.role == Role.ADMINISTRATOR
        super().save_model(request, obj, form, change)

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Give a user another password; the user's sessions end, and the act is written down."""
        user = self.get_object(request, unquote(id))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        form = NewPasswordForm(user, request.POST or None)
        if form.is_valid():
            return self._password_given(request, user, form)
        context = {
            **self.admin_site.each_context(request),
            "title": _("New password for %(name)s") % {"name": user.get_username()},
            "opts": self.opts,
            "original": user,
            "form": form,
        }
        return TemplateResponse(request, "admin/branches/user/password.html", context)

    def _password_given(self, request: HttpRequest, user: User, form: NewPasswordForm) -> HttpResponse:
        with transaction.atomic():
            form.save()
            audit("password given", f"user {user.username}"[:120], by=cast(User, request.user))
        update_session_auth_hash(request, user)  # does nothing unless it is one's own
        if FailedLogIn.objects.filter(username=user.username).exists():
            unlock_log_ins({user.username}, by=cast(User, request.user))
        words = _(
            "The user %(name)s has a new password and is logged out everywhere. Hand it over in person."
        )
        self.message_user(request, words % {"name": user.get_username()}, messages.SUCCESS)
        return redirect("admin:branches_user_change", user.pk)


@admin.register(FailedLogIn)
class FailedLogInAdmin(ReadOnly, admin.ModelAdmin):
    """Wrong passwords by user name; a locked name can be unlocked before its time."""

    empty_text = _(
        "Wrong passwords of the last quarter of an hour stand here, and names that are locked by them."
    )
    list_display = ["name", "failures", "state", "when", "address"]
    search_fields = ["username", "ip_address"]
    search_help_text = _("User name or address")
    fields = ["name", "failures", "state", "when", "address", "browser"]
    readonly_fields = ["name", "failures", "state", "when", "address", "browser"]
    actions = ["unlock"]
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the failures of the user name at all addresses and browsers: they lock it together."""
        since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
        recent = AccessAttempt.objects.filter(username=OuterRef("username"), attempt_time__gte=since)
        total = recent.order_by().values("username").annotate(n=Sum("failures_since_start")).values("n")
        return super().get_queryset(request).annotate(recent=Subquery(total))

    @admin.display(description=_("user name"), ordering="username")
    def name(self, found: FailedLogIn) -> str:
        """As it was typed."""
        return found.username or ""

    @admin.display(description=_("wrong passwords"), ordering="failures_since_start")
    def failures(self, found: FailedLogIn) -> int:
        """In a row, from this address and browser."""
        return found.failures_since_start

    @admin.display(description=_("last try"), ordering="attempt_time")
    def when(self, found: FailedLogIn) -> datetime:
        """When the last of them was."""
        return found.attempt_time

    @admin.display(description=_("network address"), ordering="ip_address")
    def address(self, found: FailedLogIn) -> str:
        """From where."""
        return found.ip_address or ""

    @admin.display(description=_("browser"))
    def browser(self, found: FailedLogIn) -> str:
        """With what, as it calls itself."""
        return found.user_agent

    @admin.display(description=_("state"), ordering="recent")
    def state(self, found: Any) -> str:
        """Whether the name is locked now."""
        locked = (found.recent or 0) >= settings.AXES_FAILURE_LIMIT
        return gettext("locked") if locked else gettext("not locked")

    @admin.action(description=_("Unlock the chosen user names"), permissions=["view"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[FailedLogIn]) -> None:
        """Forget the failures of these names."""
        names = {name for name in queryset.values_list("username", flat=True) if name}
        unlock_log_ins(names, by=cast(User, request.user))
        words = ngettext("%(count)s user name is unlocked.", "%(count)s user names are unlocked.", len(names))
        self.message_user(request, words % {"count": len(names)}, messages.SUCCESS)
