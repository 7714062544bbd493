"""What the admin pages of master data share: one audit row per change, and import and export by file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.formats import base_formats
from import_export.tmp_storages import MediaStorage

from branches.services import audit
from branches.tables import TableRefused, read_table


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
        obj.audit_before = (
            {name: _plain(form.initial.get(name)) for name in self._noted(form)} if change else {}
        )
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


class Csv(base_formats.CSV):
    """CSV in any usual encoding and with any usual separator."""

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> Any:
        """Read by content; what is wrong with the file is said in plain words."""
        return _read(in_stream)

    def get_read_mode(self) -> str:
        """Bytes: the encoding is found out."""
        return "rb"

    def is_binary(self) -> bool:
        """See `get_read_mode`."""
        return True


class Excel(base_formats.XLSX):
    """Excel workbooks: the first sheet."""

    def create_dataset(self, in_stream: Any) -> Any:
        """Read with a reader that needs little memory."""
        return _read(in_stream)


class Uploads(MediaStorage):
    """Keeps a file between its preview and the confirmation where every web process finds it."""

    def _configure_storage(self) -> None:
        self._storage = default_storage


class ExchangeMixin(ImportExportMixin):
    """Import and export by file on an admin page, under the content security policy."""

    formats = [Csv, Excel]
    tmp_storage_class = Uploads
    skip_admin_log = True  # the audit row tells of the file; a log entry per row would not scale
    to_encoding = "utf-8-sig"
    show_change_form_export = False

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        """CSV with the mark by which Excel knows UTF-8."""
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        return data.encode(self.to_encoding) if isinstance(data, str) else data

    def get_import_data_kwargs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """All rows or none, also when something has changed since the preview."""
        return super().get_import_data_kwargs(*args, **kwargs) | {"rollback_on_validation_errors": True}

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """To the list; back to the import if a row was refused after all."""
        if not result.has_errors() and not result.has_validation_errors():
            return super().process_result(result, request)
        text = _(
            "Nothing was imported: the data have changed since the preview. Please check the file again."
        )
        self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(reverse(f"admin:{'_'.join(self.get_model_info())}_import"))

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        """Our own reader says in plain words what is wrong."""
        if isinstance(e, ValidationError):
            form.add_error("import_file", e)
        else:
            super().add_data_read_fail_error_to_form(form, e)

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page of upload and preview; it shows some hundred rows, counts tell of the others."""
        response = super().import_action(request, **kwargs)
        context = getattr(response, "context_data", None) or {}
        if context.get("result"):
            context["shown_rows"] = context["result"].valid_rows()[:200]
        return response


def _read(data: bytes) -> Any:
    try:
        return read_table(data)
    except TableRefused as refusal:
        raise ValidationError(str(refusal)) from refusal


def _subject(obj: Any) -> str:
    key = next((getattr(obj, name) for name in ("code", "number", "username") if hasattr(obj, name)), obj.pk)
    return f"{obj._meta.model_name} {key}"[:120]


def _plain(value: Any) -> Any:
    """A value as JSON keeps it: ids for related rows, ISO for days."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple | set):
        return sorted(_plain(item) for item in value)
    if value is None or isinstance(value, str | int):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
