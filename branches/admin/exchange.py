"""Import and export of master data by file on admin pages."""

from __future__ import annotations

from typing import Any

import tablib
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from import_export.admin import ImportExportMixin
from import_export.formats import base_formats
from import_export.forms import ImportForm, SelectableFieldsExportForm
from import_export.tmp_storages import MediaStorage

from branches.resources import MasterDataResource
from branches.tables import TableRefused, read_table

MOST_SHOWN = 200
MOST_NUMBERED = 3
"""Rows that a fault names; of the others it gives the number."""


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


class FileForm(ImportForm):
    """The file; of what kind it is nobody is asked, because every reader looks at the content."""

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        kind = self.fields["format"]
        kind.widget, kind.initial = forms.HiddenInput(), 0
        self.fields["import_file"].widget.attrs = {"accept": ".csv,.tsv,.txt,.xlsx,.xls"}


class ColumnsForm(SelectableFieldsExportForm):
    """Which columns to export, each by its heading and its name."""

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        self.fields["format"].label = _("Kind of file")
        self.fields["format"].initial = len(formats) - 1  # Excel: what it opens without a question

    def _get_field_label(self, resource: Any, field_name: str) -> str:
        column = resource.column_of(field_name)
        heading = resource.heading_of(field_name)
        return heading if column is None or str(column.label) == heading else f"{heading} ({column.label})"

    def get_selected_resource_export_fields(self) -> list[str]:
        """Those ticked; a column may be called "format" like the form's own choice of file."""
        chosen = set(self._selected_resource_fields)
        return [name for name in self.get_selected_resource()().get_export_order() if name in chosen]


class Uploads(MediaStorage):
    """Keeps a file between its preview and the confirmation where every web process finds it."""

    def _configure_storage(self) -> None:
        self._storage = default_storage


class ExchangeMixin(ImportExportMixin):
    """Import and export by file on an admin page, under the content security policy."""

    formats = [Csv, Excel]
    import_form_class = FileForm
    export_form_class = ColumnsForm
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

    def add_success_message(self, result: Any, request: HttpRequest) -> None:
        """The same three counts as the preview."""
        words = _("The file was imported: %(new)s new, %(changed)s changed, %(same)s unchanged.")
        totals = result.totals
        counts = {"new": totals["new"], "changed": totals["update"], "same": totals["skip"]}
        self.message_user(request, words % counts, messages.SUCCESS)

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        """Our own reader says in plain words what is wrong."""
        if isinstance(e, ValidationError):
            form.add_error("import_file", e)
        else:
            super().add_data_read_fail_error_to_form(form, e)

    def get_urls(self) -> list[URLPattern]:
        """A file to begin with, beside the usual addresses."""
        name = "{}_{}_sample".format(*self.get_model_info())
        return [
            path("import/sample.csv", self.admin_site.admin_view(self.sample), name=name),
            *super().get_urls(),
        ]

    def sample(self, request: HttpRequest) -> HttpResponse:
        """A file with every heading in the reader's language and one row as an example."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        columns = self.resource_classes[0].columns
        table = tablib.Dataset(
            [column.sample for column in columns], headers=[column.heading for column in columns]
        )
        return HttpResponse(
            table.export("csv").encode(self.to_encoding),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{self.get_model_info()[1]}.csv"'},
        )

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page of upload and preview; it shows some hundred rows, counts tell of the others."""
        response = super().import_action(request, **kwargs)
        context = getattr(response, "context_data", None)
        if context is not None:
            resource = self.resource_classes[0]
            context["columns"] = resource.columns
            context["sample_url"] = reverse("admin:{}_{}_sample".format(*self.get_model_info()))
            if context.get("result"):
                context |= _preview(resource, context["result"])
        return response


def _preview(resource: type[MasterDataResource], result: Any) -> dict[str, Any]:
    """What the preview lists: headings in the reader's language, the rows to store, and the faults of the others.

    A fault: rows as a spreadsheet numbers them (headings are row 1), heading, the cells' text, what is wrong with them.
    A region that is not there yet is one fault, however many rows name it.
    """
    faults: dict[tuple[str, str, str], list[int]] = {}
    for row in result.invalid_rows:
        for name, reasons in row.error_dict.items():
            for reason in reasons:
                alike = (resource.heading_of(name), _cell(row, result.diff_headers, name), reason)
                faults.setdefault(alike, []).append(row.number + 1)
    return {
        "headings": [resource.heading_of(name) for name in result.diff_headers],
        "shown_rows": result.valid_rows()[:MOST_SHOWN],
        "faults": [(_where(rows), *alike) for alike, rows in faults.items()][:MOST_SHOWN],
        "fault_count": len(faults),
        "lacks_column": any(isinstance(one.error, TableRefused) for one in result.base_errors),
    }


def _where(rows: list[int]) -> str:
    """The rows that have a fault: all, or the first and how many more."""
    first = pgettext("between row numbers", ", ").join(str(row) for row in rows[:MOST_NUMBERED])
    if len(rows) <= MOST_NUMBERED:
        return first
    return _("%(rows)s and %(more)s more") % {"rows": first, "more": len(rows) - MOST_NUMBERED}


def _cell(row: Any, names: list[str], name: str) -> str:
    return str(row.values[names.index(name)]) if name in names else ""


def _read(data: bytes) -> Any:
    try:
        return read_table(data)
    except TableRefused as refusal:
        raise ValidationError(str(refusal)) from refusal
