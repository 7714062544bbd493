"""What the admin pages of master data share: one audit row per change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from branches.services import audit


class AuditedAdmin(admin.ModelAdmin):
    """An admin page whose every change leaves one audit row.

    `audited`: the fields whose values are written there; of other changed fields only the names, since audit rows
    hold no personal data.
    """

    audited: tuple[str, ...] = ()
    show_full_result_count = False
    list_per_page = 50

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Keep what changes for the audit row, which is written when related rows are saved as well."""
        obj.audit_before = {name: _before(form, name) for name in self._noted(form)} if change else {}
        obj.audit_after = {name: _plain(form.cleaned_data.get(name)) for name in self._noted(form)}
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: list[Any], change: bool
    ) -> None:
        """Save the related rows, then write the audit row."""
        super().save_related(request, form, formsets, change)
        obj = form.instance
        others = [name for name in form.changed_data if name not in self.audited]
        others += sorted({formset.prefix for formset in formsets if formset.has_changed()})
        after = obj.audit_after | ({"changed": others} if others else {})
        if after or not change:
            what = f"{obj._meta.model_name} {'changed' if change else 'added'}"
            audit(what, _subject(obj), by=request.user, before=obj.audit_before, after=after)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete with an audit row."""
        audit(f"{obj._meta.model_name} deleted", _subject(obj), by=request.user)  # type: ignore[arg-type]
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete many, with an audit row each."""
        for obj in queryset:
            audit(f"{obj._meta.model_name} deleted", _subject(obj), by=request.user)  # type: ignore[arg-type]
        super().delete_queryset(request, queryset)

    def _noted(self, form: forms.ModelForm) -> list[str]:
        return [name for name in form.changed_data if name in self.audited]


def _subject(obj: Any) -> str:
    return f"{obj._meta.model_name} {_key(obj)}"[:120]


def _key(obj: Any) -> Any:
    """What people call a record by: its code, number or user name; the id of one that has none."""
    return next((getattr(obj, name) for name in ("code", "number", "username") if hasattr(obj, name)), obj.pk)


def _before(form: forms.ModelForm, name: str) -> Any:
    """The value that a form began with, where the form itself knows of related rows the id only."""
    field, value = form.fields[name], form.initial.get(name)
    if isinstance(field, forms.ModelChoiceField) and isinstance(value, int) and field.queryset is not None:
        value = field.queryset.filter(pk=value).first() or value
    return _plain(value)


def _plain(value: Any) -> Any:
    """A value as JSON keeps it: codes for related rows, ISO for days."""
    if isinstance(value, models.Model):
        return _key(value)
    if isinstance(value, models.QuerySet | list | tuple | set):
        return sorted(_plain(item) for item in value)
    if value is None or isinstance(value, str | int):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
