"""How branches and staff go in and out by file: natural keys, a preview, errors by row, formulas disarmed."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from copy import copy
from functools import cache
from typing import Any

import tablib
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import Diff, ModelResource

from branches import tables
from branches.codes import fault_of_code
from branches.columns import BRANCHES, STAFF, Column, names_by_heading
from branches.models import Branch, BranchFormat, Employment, Region, StaffMember
from branches.services import JobChange, audit, plan_job, trading_changed
from branches.widgets import CodeWidget, DayWidget, YesNoWidget
from ui.exports import safe_cell

ROWS_AT_ONCE = 1000


@cache
def time_zones() -> frozenset[str]:
    """The names of time zones that this machine knows."""
    return frozenset(zoneinfo.available_timezones())


class PlainDiff(Diff):
    """What a row changes, without the style attributes that the content security policy forbids."""

    def __init__(self, resource: ModelResource, instance: Any, new: bool) -> None:
        self.left: list[str] = _shown(resource, instance)
        self.right: list[str] = []
        self.new = new

    def compare_with(self, resource: ModelResource, instance: Any) -> None:
        """Take the values after the import."""
        self.right = _shown(resource, instance)

    def as_html(self) -> list[SafeString]:
        """A cell per column: the value, or the old one struck out beside the new one."""
        left = [""] * len(self.right) if self.new else self.left
        return [_change(old, new) for old, new in zip(left, self.right, strict=True)]


def _shown(resource: ModelResource, instance: Any) -> list[str]:
    return [str(resource.export_field(field, instance)) for field in resource.get_import_fields()]


def _change(old: str, new: str) -> SafeString:
    if old == new:
        return format_html("{}", new)
    return format_html("<del>{}</del> <ins>{}</ins>", old, new) if old else format_html("<ins>{}</ins>", new)


class MasterDataResource(ModelResource):
    """What both resources share: our headings, blank rows, keys that occur twice, checks, safe cells, the audit row."""

    key = "code"
    what = ""
    columns: tuple[Column, ...] = ()

    @classmethod
    def column_of(cls, name: str) -> Column | None:
        """The column with this English heading; None for a fault of the whole row."""
        return next((column for column in cls.columns if column.name == name), None)

    @classmethod
    def heading_of(cls, name: str) -> str:
        """The heading in the reader's language of the column with this English one."""
        column = cls.column_of(name)
        return column.heading if column else name

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        """Ours."""
        return PlainDiff

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Put Chinese headings into our names, begin counting keys, and refuse a file that lacks a needed column."""
        self._found = [heading for heading in dataset.headers if heading]
        tables.renamed(dataset, names_by_heading(self.columns))
        self._left_out = [heading for heading in dataset.headers if heading and not self.column_of(heading)]
        self._seen: set[str] = set()
        if refusal := self._lacking(dataset):
            dataset.wipe()  # its rows would fail one by one, in the words of the database
            raise tables.TableRefused(refusal)

    def _lacking(self, dataset: tablib.Dataset) -> str:
        """Which needed column is missing, in words; a file that only changes what exists needs the key alone."""
        missing = [one for one in self.columns if one.is_needed and one.name not in dataset.headers]
        if any(one.name == self.key for one in missing):
            words = _("The file has no column “%(heading)s”, which tells what each row is about.")
            return words % {"heading": self.heading_of(self.key)}
        if not missing:
            return ""
        known = self._meta.model._default_manager.values_list(self.key, flat=True)
        if not set(dataset[self.key]) - {"", *known}:
            return ""
        words = _("The file has no column “%(heading)s”, which new rows need.")
        return words % {"heading": missing[0].heading}

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Refuse a row without a key, and a key for the second time."""
        if not any(row.values()):
            return
        key = row.get(self.key)
        if not key:
            raise ValidationError({self.key: _("This must not be empty.")})
        if key in self._seen:
            raise ValidationError({self.key: _("“%(key)s” occurs twice in this file.") % {"key": key}})
        self._seen.add(key)

    def skip_row(self, instance: Any, original: Any, row: dict[str, Any], errors: Any = None) -> bool:
        """Blank rows, and rows that change nothing."""
        return not any(row.values()) or super().skip_row(instance, original, row, errors)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """The model's checks of single fields and our `faults`, together with what reading the row found."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        try:
            instance.clean_fields(exclude=[*self._relations(), *errors])
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if fault := fault_of_code(getattr(instance, self.key)):
            errors.setdefault(self.key, []).append(fault)
        for field, fault in self.faults(instance):
            errors.setdefault(field, []).append(fault)
        if errors:
            raise ValidationError(errors)

    def brought(self) -> list[str]:
        """The codes of what the file brought besides its rows."""
        return []

    def faults(self, instance: Any) -> Iterable[tuple[str, str]]:
        """(field, what is wrong) of rules over several fields or beyond the model's own."""
        return ()

    def after_import(self, dataset: tablib.Dataset, result: Any, **kwargs: Any) -> None:
        """Tell which columns were left out; one audit row for a file that changed anything."""
        super().after_import(dataset, result, **kwargs)
        result.found, result.left_out = self._found, self._left_out
        if kwargs.get("dry_run") or result.has_errors() or result.has_validation_errors():
            return
        counts: dict[str, Any] = {
            kind: result.totals[kind] for kind in ("new", "update") if result.totals[kind]
        }
        if counts and self.brought():
            counts["made"] = ", ".join(self.brought())
        if counts:
            audit(self.what, str(kwargs.get("file_name") or "")[:120], by=kwargs.get("user"), after=counts)

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        """Headings in the reader's language, which an import understands again."""
        return [self.heading_of(name) for name in super().get_export_headers(selected_fields)]

    def export_field(self, field: Field, instance: Any, **kwargs: Any) -> Any:
        """Text that a spreadsheet program cannot take for a formula."""
        return safe_cell(super().export_field(field, instance, **kwargs))

    def get_bulk_update_fields(self) -> list[str]:
        """The model's own fields that a file brings; a resource's other columns are written apart."""
        own = {field.name for field in self._meta.model._meta.fields}
        return [name for name in super().get_bulk_update_fields() if name in own]

    def _relations(self) -> list[str]:
        return [field.name for field in self._meta.model._meta.fields if field.is_relation]


class BranchResource(MasterDataResource):
    """Branches by their code. A name that is missing for a new branch is its code."""

    region = Field("region", "region", CodeWidget(Region))
    format = Field("format", "format", CodeWidget(BranchFormat))
    opened_on = Field("opened_on", "opened_on", DayWidget())
    closed_on = Field("closed_on", "closed_on", DayWidget())
    opens_on_holidays = Field("opens_on_holidays", "opens_on_holidays", YesNoWidget())

    what = "branches imported"
    columns = BRANCHES

    class Meta:
        model = Branch
        import_id_fields = ("code",)
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
        export_order = fields
        import_order = fields
        instance_loader_class = CachedInstanceLoader
        use_bulk = True
        batch_size = ROWS_AT_ONCE
        skip_unchanged = True
        report_skipped = True

    def __init__(self, *, creates: bool = False, **kwargs: Any) -> None:
        """`creates`: the file may bring regions and formats that are not there yet."""
        super().__init__(**kwargs)
        if creates:
            self.create_missing()

    def get_queryset(self) -> Any:
        """With what an export or a comparison shows."""
        return super().get_queryset().select_related("region", "format")

    def create_missing(self) -> None:
        """Let the file bring regions and formats that are not there yet."""
        for name in ("region", "format"):
            self.fields[name].widget.creates = True

    def brought(self) -> list[str]:
        """Regions and formats that were not there."""
        return [code for name in ("region", "format") for code in self.fields[name].widget.made]

    def after_import(self, dataset: tablib.Dataset, result: Any, **kwargs: Any) -> None:
        """Branches that changed may have other days or another place in the company."""
        super().after_import(dataset, result, **kwargs)
        result.made = self.brought()
        changed = [row.object_id for row in result.rows if row.import_type == row.IMPORT_TYPE_UPDATE]
        if changed and not (kwargs.get("dry_run") or result.has_errors() or result.has_validation_errors()):
            trading_changed(changed)

    def import_instance(self, instance: Branch, row: dict[str, Any], **kwargs: Any) -> None:
        """Read the row, then name a nameless branch by its code."""
        try:
            super().import_instance(instance, row, **kwargs)
        finally:
            if not instance.name_en and not instance.name_zh:
                instance.name_en = instance.name_zh = instance.code
            if not instance.time_zone or (instance.pk is None and not row.get("time_zone")):
                instance.time_zone = settings.TIME_ZONE

    def faults(self, instance: Branch) -> Iterable[tuple[str, str]]:
        """Closing before opening, a time zone that does not exist."""
        if instance.opened_on and instance.closed_on and instance.closed_on < instance.opened_on:
            yield "closed_on", _("A branch cannot close before it opens.")
        if instance.time_zone not in time_zones():
            yield "time_zone", _("There is no time zone “%(name)s”.") % {"name": instance.time_zone}


class StaffResource(MasterDataResource):
    """Staff by their number, with the branch where they work from a day to a day.

    The branch's columns are those of the newest employment. Another branch in the file is a move, from `starts_on`.
    """

    branch = Field(column_name="branch")
    starts_on = Field(column_name="starts_on")
    ends_on = Field(column_name="ends_on")

    key = "number"
    what = "staff imported"
    columns = STAFF

    class Meta:
        model = StaffMember
        import_id_fields = ("number",)
        fields = ("number", "name", "post", "branch", "starts_on", "ends_on")
        export_order = fields
        import_order = fields
        instance_loader_class = CachedInstanceLoader
        use_bulk = True
        batch_size = ROWS_AT_ONCE
        skip_unchanged = True
        report_skipped = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._changes: dict[str, JobChange] = {}
        self._newest: dict[int, Employment] = {}

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Begin the list of employments to write when all rows are read."""
        super().before_import(dataset, **kwargs)
        self._branches = CodeWidget(Branch)
        self._changes = {}
        self._read_newest(Employment.objects.all())

    def before_export(self, queryset: Any, **kwargs: Any) -> None:
        """Read the employments that the export shows."""
        super().before_export(queryset, **kwargs)
        self._read_newest(Employment.objects.filter(staff__in=queryset.values("pk")))

    def _read_newest(self, jobs: models.QuerySet[Employment]) -> None:
        """Kept here and not on the people, whom the comparison of old and new copies row by row."""
        rows = jobs.select_related("branch").order_by("starts_on")
        self._newest = {job.staff_id: job for job in rows}

    def import_instance(self, instance: StaffMember, row: dict[str, Any], **kwargs: Any) -> None:
        """Read the person, then what the row says of the employment; all faults of the row at once."""
        errors: dict[str, Any] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        try:
            self._plan(instance, row)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def _plan(self, instance: StaffMember, row: dict[str, Any]) -> None:
        if not row.get("branch"):
            return
        read: dict[str, Any] = {}
        for name, widget in (
            ("branch", self._branches),
            ("starts_on", DayWidget()),
            ("ends_on", DayWidget()),
        ):
            try:
                read[name] = widget.clean(row.get(name))
            except ValueError as error:
                raise ValidationError({name: str(error)}) from error
        try:
            change = plan_job(
                copy(self._newest.get(instance.pk)),
                instance,
                read["branch"],
                starts_on=read["starts_on"],
                ends_on=read["ends_on"],
            )
        except ValidationError as error:
            raise ValidationError({"starts_on": error.messages}) from error
        if change.amended or change.begun:
            self._changes[instance.number] = change

    def skip_row(self, instance: Any, original: Any, row: dict[str, Any], errors: Any = None) -> bool:
        """A row with a change of employment is no row without change."""
        return instance.number not in self._changes and super().skip_row(instance, original, row, errors)

    def after_import(self, dataset: tablib.Dataset, result: Any, **kwargs: Any) -> None:
        """Write the employments: first the ends, then the beginnings, because one at most may last."""
        refused = result.has_errors() or result.has_validation_errors()
        if not kwargs.get("dry_run") and not refused:
            self._write_jobs()
        super().after_import(dataset, result, **kwargs)

    def _write_jobs(self) -> None:
        amended = [change.amended for change in self._changes.values() if change.amended]
        begun = [change.begun for change in self._changes.values() if change.begun]
        ids = dict(StaffMember.objects.values_list("number", "pk"))
        for job in begun:
            job.staff_id = ids[job.staff.number]
        Employment.objects.bulk_update(amended, ["starts_on", "ends_on"], batch_size=ROWS_AT_ONCE)
        Employment.objects.bulk_create(begun, batch_size=ROWS_AT_ONCE)

    def _job(self, staff: StaffMember) -> Employment | None:
        """The newest employment; in a preview the one that the file would make."""
        change = self._changes.get(staff.number)
        return (change.begun or change.amended) if change else self._newest.get(staff.pk)

    def dehydrate_branch(self, staff: StaffMember) -> str:
        """The code of the newest employment's branch."""
        job = self._job(staff)
        return job.branch.code if job else ""

    def dehydrate_starts_on(self, staff: StaffMember) -> str:
        """The newest employment's first day."""
        job = self._job(staff)
        return job.starts_on.isoformat() if job else ""

    def dehydrate_ends_on(self, staff: StaffMember) -> str:
        """The newest employment's last day, empty while it lasts."""
        job = self._job(staff)
        return job.ends_on.isoformat() if job and job.ends_on else ""
