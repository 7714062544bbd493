"""Rows within a page that name each of their fields for readers of the screen."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet


class NamedFields(BaseInlineFormSet):
    """The heading of a column names its fields for the eye only: here each field says its name itself."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        """The fields of a row, the tick for deleting it among them."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs["aria-label"] = str(field.label or name)


class NamedInline(admin.TabularInline):
    """A table of rows whose fields have names."""

    formset = NamedFields
    extra = 0
