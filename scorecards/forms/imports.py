"""Forms of the import: the upload, and how the file's columns are to be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.models import Branch, User
from scorecards.importing.columns import BY_CODE, CUSTOMER_CHOICES, DAILY, FIELDS, NOT_IMPORTED, RECEIPTS
from scorecards.importing.plan import Plan, plan_of
from scorecards.models import FigureImport, ImportProfile
from ui.forms import UiFormMixin, word_errors

KINDS = [
    (DAILY, _("one row per branch and day (or per person and day)")),
    (RECEIPTS, _("one row per order or order line, as a till writes them")),
]
DATE_ORDERS = [
    ("", _("as the dates themselves tell")),
    ("dmy", _("day first: 31/12/2026")),
    ("mdy", _("month first: 12/31/2026")),
    ("ymd", _("year first: 26/12/31")),
]
DECIMALS = [("", _("as the numbers themselves tell")), (".", "1,234.50"), (",", "1.234,50")]
NONE = "none"


class UploadForm(UiFormMixin, forms.Form):
    """A file of figures, and optionally the saved profile that says how to read it."""

    submit_label = _("Upload and check")
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, TSV, .xlsx or .xls, also packed as .gz; at most 200 MB. Nothing is stored before you say so."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.gz"}),
    )
    profile = forms.ModelChoiceField(
        label=_("Read it like"),
        queryset=ImportProfile.objects.none(),
        required=False,
        empty_label=_("recognise the columns"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the profiles that were saved; without any the field is left out."""
        super().__init__(*args, **kwargs)
        profile = self.fields["profile"]
        assert isinstance(profile, forms.ModelChoiceField)
        saved = ImportProfile.objects.values_list("pk", "name")
        profile.queryset = ImportProfile.objects.all()
        profile.choices = [
            ("", profile.empty_label),
            *saved,
        ]  # asked once, not once more to see if there is any
        if len(profile.choices) == 1:
            del self.fields["profile"]
            self.helper.layout.pop(1)


class PlanForm(forms.Form):
    """How a file is read: its kind, what each column holds, and what the file does not say itself.

    `question` is what the worker found in the file (scorecards.services.imports.inspecting.described). `plan` holds
    the answer after `is_valid`; `looks_elsewhere` says that another sheet or heading row was chosen, so that the
    columns have to be recognised anew.
    """

    kind = forms.ChoiceField(label=_("The file has"), choices=KINDS)
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    heading = forms.IntegerField(
        label=_("Row of the headings"),
        min_value=0,
        max_value=1000,
        help_text=_("0 if the table has no headings."),
    )
    branch = forms.CharField(
        label=_("Branch of the whole file (code)"),
        max_length=40,
        required=False,
        help_text=_("Only if no column says which branch."),
    )
    day = forms.DateField(
        label=_("Day of the whole file"),
        required=False,
        help_text=_("Only if no column says which day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    date_order = forms.ChoiceField(label=_("Dates are written"), choices=DATE_ORDERS, required=False)
    decimal = forms.ChoiceField(label=_("Numbers are written"), choices=DECIMALS, required=False)
    add_up = forms.BooleanField(
        label=_("Rows of the same branch, day and person are parts: add them up"), required=False
    )
    save_as = forms.CharField(
        label=_("Remember this as"),
        max_length=80,
        required=False,
        help_text=_("A name such as “Till export”: the next file of this source needs no questions."),
    )

    def __init__(self, *args: Any, user: User, made: FigureImport, **kwargs: Any) -> None:
        """Fields with what was recognised; `user` limits the branches."""
        self._user, self._question = user, made.question
        self._old = plan_of(made.options, made.mapping)
        kwargs.setdefault("initial", self._initial())
        super().__init__(*args, **kwargs)
        self.headings: list[str] = self._question.get("headings", [])
        self._add_columns()
        self._trim()
        for name, field in self.fields.items():
            word_errors(field)
            css: dict[type[Any], str] = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}
            field.widget.attrs["class"] = css.get(type(field.widget), "form-control")
            if self.is_bound and name in self.errors:
                field.widget.attrs["class"] += " is-invalid"

    def _initial(self) -> dict[str, Any]:
        return self._old.options() | {
            "heading": self._question.get("heading", 0) + 1,
            "sheet": self._question.get("sheet"),
        }

    def _add_columns(self) -> None:
        """A choice for each column; the one that may count visitors, buyers or orders has no answer beforehand."""
        fields = {heading: code for code, heading in self._old.mapping.items()}
        customers = self._question.get("customers")
        for place, heading in enumerate(self.headings):
            unclear = heading == customers
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading,
                choices=_customer_choices() if unclear else _choices(),
                initial=fields.get(heading, "" if unclear else NONE),
                required=unclear,
            )

    def _trim(self) -> None:
        """Leave out what this file does not need."""
        sheets = self._question.get("sheets") or []
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        if len(sheets) < 2:
            del self.fields["sheet"]

    @property
    def columns(self) -> list[tuple[forms.BoundField, list[str]]]:
        """The columns' fields, each with samples of its cells."""
        samples = self._question.get("samples", {})
        return [
            (self[f"column_{place}"], samples.get(heading, [])) for place, heading in enumerate(self.headings)
        ]

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields without whose answer the file cannot be read."""
        asks = self._question.get("asks", [])
        return [self[name] for name in ("branch", "day", "date_order") if name in asks]

    @property
    def settings(self) -> list[forms.BoundField]:
        """The other fields."""
        asked = {field.name for field in self.asked}
        return [field for field in self if not field.name.startswith("column_") and field.name not in asked]

    @property
    def looks_elsewhere(self) -> bool:
        """True if the headings are to be taken from another place than before."""
        moved = self.cleaned_data["heading"] - 1 != self._question.get("heading", 0)
        return moved or self.cleaned_data.get("sheet", "") not in ("", self._question.get("sheet", ""))

    def clean(self) -> dict[str, Any]:
        """Every field once, and an answer to everything that the file does not say."""
        cleaned = super().clean() or {}
        if self.errors or self.looks_elsewhere:
            return cleaned
        self._refuse_twice(cleaned)
        plan = self.plan
        if "branch" not in plan.mapping:
            self._known_branch(cleaned)
        if "day" not in plan.mapping and not plan.day:
            self.add_error("day", _("Say which day the file is about, or choose the column that holds it."))
        if "date_order" in self._question.get("asks", []) and "day" in plan.mapping and not plan.date_order:
            self.add_error("date_order", _("Say whether the day or the month comes first."))
        if not plan.has_figures:
            self.add_error(None, _("Choose at least one column of figures, such as revenue or orders."))
        return cleaned

    def _refuse_twice(self, cleaned: dict[str, Any]) -> None:
        chosen = [cleaned.get(f"column_{place}") for place in range(len(self.headings))]
        for place, code in enumerate(chosen):
            if code and code != NONE and chosen.index(code) != place:
                self.add_error(f"column_{place}", _("Another column is already read as this."))

    def _known_branch(self, cleaned: dict[str, Any]) -> None:
        code = cleaned.get("branch", "")
        if not code:
            self.add_error(
                "branch", _("Say which branch the file is about, or choose the column that holds it.")
            )
        elif not Branch.objects.for_user(self._user).filter(code=code).exists():
            self.add_error("branch", _("No branch with this code is among those that you may see."))

    @property
    def plan(self) -> Plan:
        """The plan as answered."""
        cleaned = self.cleaned_data
        heading = cleaned["heading"] - 1
        if self.looks_elsewhere:
            return Plan(sheet=cleaned.get("sheet", ""), heading=heading)
        mapping: dict[str, str] = {}
        for place, name in enumerate(self.headings):
            code = cleaned.get(f"column_{place}")
            if code in BY_CODE and cleaned["kind"] in BY_CODE[code].kinds:
                mapping.setdefault(code, name)
        return replace(
            self._old,
            kind=cleaned["kind"],
            mapping=mapping,
            sheet=cleaned.get("sheet", "") or self._old.sheet,
            heading=heading,
            branch=cleaned["branch"],
            day=cleaned["day"].isoformat() if cleaned.get("day") else "",
            date_order=cleaned["date_order"],
            decimal=cleaned["decimal"],
            add_up=cleaned["add_up"],
        )


def _choices() -> list[tuple[str, str | Promise]]:
    return [(NONE, NOT_IMPORTED), *((field.code, field.label) for field in FIELDS)]


def _customer_choices() -> list[tuple[str, str | Promise]]:
    """What a heading like "customers" may count, first to choose from."""
    first: list[tuple[str, str | Promise]] = [("", pgettext_lazy("column", "choose what it counts"))]
    first += [(code, BY_CODE[code].label) for code in CUSTOMER_CHOICES]
    return [*first, (NONE, NOT_IMPORTED)]
