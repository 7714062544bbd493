"""The entry form of a branch's day: made from the sheet, member by member or for the branch as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import StaffMember
from formulas.components import COMPONENTS
from scorecards.forms.typed import TypedField, as_typed
from scorecards.models import DailyFigures
from scorecards.models.figures import WHOLE_BRANCH
from scorecards.queries.entry import MAIN_OF_STAFF, MONEY, MORE_OF_STAFF, OF_STAFF, Sheet, Values
from scorecards.queries.unlikely import Unlikely
from scorecards.services.entry import Entry
from scorecards.services.figures import Problem
from ui import numbers

STAFF_MODE, TOTAL_MODE = "staff", "total"
MAIN_OF_BRANCH = ("visitors",)
FIRST_OF_TOTAL = ("visitors", *MAIN_OF_STAFF)
_FIELDS = {field.name: field for field in DailyFigures._meta.fields}


def field_name(staff_id: int, name: str) -> str:
    """The form's name of an input: "b-visitors" of the branch, "s12-revenue" of a member."""
    return f"s{staff_id}-{name}" if staff_id else f"b-{name}"


def label_of(name: str) -> str:
    """What an input is called."""
    return capfirst(str(_FIELDS[name].verbose_name))


def shown(name: str, value: float | None) -> str:
    """An input for the reader."""
    return numbers.money(value) if name in MONEY else numbers.count(value)


@dataclass(frozen=True)
class Cell:
    """One input on the page: the field, the same weekday a week before, and why it is unlikely, if it is."""

    field: BoundField
    name: str
    before: str
    warning: str

    @property
    def describes(self) -> str:
        """The id of the text that belongs to the field."""
        return f"{self.field.html_name}-note"


@dataclass(frozen=True)
class Doubt:
    """An unlikely figure as the top of the page names it, with the id of the place to look at."""

    target: str
    text: str


@dataclass(frozen=True)
class Person:
    """A member's line: the usual inputs and the further ones."""

    staff: StaffMember
    main: list[Cell]
    more: list[Cell]


@dataclass(frozen=True)
class Conflict:
    """An input that reads otherwise in the form and in the table; `pick` is what a three-way merge would take."""

    name: str
    who: str
    label: str
    theirs: str
    yours: str
    pick: str


class EntryForm(forms.Form):
    """A branch's day as it is typed. Built from the sheet; `cells` and `people` are what the page shows.

    `seen` carries the revisions and the texts that the editor was shown: compare-and-set and merging rest on it.
    `confirmed` carries the finger print of the unlikely figures that the editor says are right.
    """

    mode = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100_000)
    confirmed = forms.CharField(required=False, max_length=2000)
    marked_open = forms.BooleanField(required=False, label=gettext_lazy("We traded all the same on this day"))
    why = forms.CharField(
        required=False, max_length=300, label=gettext_lazy("Why are the figures corrected?")
    )

    def __init__(
        self, sheet: Sheet, mode: str, data: Any = None, *, typed: Mapping[str, str] | None = None
    ) -> None:
        self.sheet, self.kept_mode = sheet, mode
        stored = {field_name(pk, name): self._stored(pk, name) for pk, name in inputs(sheet, mode)}
        self.texts = stored
        whole = sheet.rows.get(WHOLE_BRANCH)
        initial = {
            **stored,
            "mode": mode,
            "seen": json.dumps({"revisions": sheet.revisions, "texts": stored}),
            "marked_open": bool(whole and whole.marked_open),
            **(typed or {}),
        }
        super().__init__(data, initial=initial, auto_id="id_%s")
        self.warnings: dict[str, str] = {}
        self.doubts: list[Doubt] = []
        for pk, name in inputs(sheet, mode):
            self.fields[field_name(pk, name)] = self._field(pk, name)
        self.fields["why"].widget.attrs.update({"class": "form-control", "autocomplete": "off"})

    def _stored(self, staff_id: int, name: str) -> str:
        return as_typed(self.sheet.value(staff_id, name), money=name in MONEY)

    def _field(self, staff_id: int, name: str) -> TypedField:
        field = TypedField(money=name in MONEY, label=label_of(name))
        field.widget.attrs["data-input"] = name
        field.widget.attrs["data-of"] = str(staff_id)
        field.widget.attrs["aria-describedby"] = f"{field_name(staff_id, name)}-note"
        return field

    def clean_seen(self) -> dict[str, Any]:
        """What the editor was shown; nothing at all if the text was tampered with, which then counts as stale."""
        return seen_of(self.cleaned_data["seen"])

    def values(self) -> dict[int, Values]:
        """What is typed, by staff id, with orders added up where they were left empty; call it on a valid form."""
        return {
            pk: _with_orders({name: self.cleaned_data.get(field_name(pk, name)) for name in names})
            for pk, names in _by_row(inputs(self.sheet, self.kept_mode)).items()
        }

    def entry(self) -> Entry:
        """What is to be stored; call it on a valid form."""
        seen = self.cleaned_data["seen"].get("revisions", {})
        return Entry(
            self.sheet.branch,
            self.sheet.day,
            {pk: values for pk, values in self._spoken().items() if self._is_wanted(pk, values)},
            {int(pk): revision for pk, revision in seen.items()},
            marked_open=self.cleaned_data["marked_open"],
            why=self.cleaned_data["why"].strip(),
        )

    def says_nothing_new(self) -> bool:
        """True for a valid form whose every figure is the stored one."""
        return self.is_valid() and all(
            self.sheet.value(pk, name) == value
            for pk, values in self.values().items()
            for name, value in values.items()
        )

    def _spoken(self) -> dict[int, Values]:
        """The typed values without the inputs of members that nobody fills in and nobody has filled in before.

        A branch's total that is stored for such an input stays as it is.
        """
        typed = self.values()
        silent = {
            name
            for name in OF_STAFF
            if not self.sheet.is_summed(name) and all(row.get(name) is None for row in typed.values())
        }
        if self.kept_mode == TOTAL_MODE:
            return typed
        return {pk: {n: value for n, value in row.items() if n not in silent} for pk, row in typed.items()}

    def _is_wanted(self, staff_id: int, values: Values) -> bool:
        """The branch's row always; a member's only if it says something new (a day off makes no row)."""
        return staff_id == WHOLE_BRANCH or any(
            self.sheet.value(staff_id, name) != value for name, value in values.items()
        )

    def corrects(self, entry: Entry) -> bool:
        """True if a figure that is recorded would become another one; filling a gap is no correction."""
        return any(
            self.sheet.value(pk, name) not in {None, value}
            for pk, values in [*entry.rows.items(), (WHOLE_BRANCH, self.totals(entry))]
            for name, value in values.items()
        )

    def totals(self, entry: Entry) -> Values:
        """The branch's day as it would be stored: sums of the members' inputs, else the branch's own."""
        own = dict(entry.rows.get(WHOLE_BRANCH, {}))
        if self.kept_mode == STAFF_MODE:
            spoken = {name for values in entry.rows.values() for name in values}
            own |= {name: self._sum(entry, name) for name in OF_STAFF if name in spoken}
        return own

    def _sum(self, entry: Entry, name: str) -> int | None:
        values = [
            entry.rows[staff.pk].get(name) if staff.pk in entry.rows else self.sheet.value(staff.pk, name)
            for staff in self.sheet.team
        ]
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    def add_problems(self, entry: Entry, problems: Iterable[Problem]) -> None:
        """Show what the door for figures refuses at the fields that it concerns."""
        places = list(entry.rows)
        for problem in problems:
            staff_id = places[problem.row - 1] if problem.row else WHOLE_BRANCH
            name = field_name(staff_id, problem.column)
            name = "marked_open" if problem.code == "closed_day" else name
            if name not in self.fields:
                self.add_error(None, self._elsewhere(staff_id, problem))
            elif problem.reason not in self.errors.get(name, []):
                self.add_error(name, problem.reason)

    def _elsewhere(self, staff_id: int, problem: Problem) -> str:
        """A problem of an input that has no field here, such as a sum."""
        if problem.column not in COMPONENTS or label_of(problem.column).lower() in problem.reason.lower():
            return f"{self._who(staff_id)}{problem.reason}"
        return f"{self._who(staff_id)}{label_of(problem.column)}: {problem.reason}"

    def _who(self, staff_id: int) -> str:
        names = {staff.pk: f"{staff.name} · " for staff in self.sheet.team}
        return names.get(staff_id, "")

    def warn(self, found: Iterable[Unlikely]) -> None:
        """Show why figures are unlikely: beside their fields (a sum's beside the total), and all at the top."""
        for one in found:
            name = field_name(one.staff_id, one.name)
            self.warnings[name] = _("Usually %(low)s to %(high)s on this weekday") % {
                "low": shown(one.name, one.low),
                "high": shown(one.name, one.high),
            }
            who = f"{self._who(one.staff_id)}{label_of(one.name)} {shown(one.name, one.value)}"
            target = f"id_{name}" if name in self.fields else "entry-sums"
            self.doubts.append(Doubt(target, f"{who} · {self.warnings[name]}"))

    def cells(self, staff_id: int, names: Iterable[str]) -> list[Cell]:
        """The cells of a row, those that the form has."""
        return [self._cell(staff_id, name) for name in names if field_name(staff_id, name) in self.fields]

    def _cell(self, staff_id: int, name: str) -> Cell:
        full = field_name(staff_id, name)
        before = shown(name, self.sheet.value_before(staff_id, name))
        return Cell(self[full], name, before, self.warnings.get(full, ""))

    @property
    def branch_main(self) -> list[Cell]:
        """What is read daily of the branch itself."""
        return self.cells(WHOLE_BRANCH, FIRST_OF_TOTAL)

    @property
    def branch_more(self) -> list[Cell]:
        """The branch's further inputs."""
        return self.cells(WHOLE_BRANCH, [name for name in COMPONENTS if name not in FIRST_OF_TOTAL])

    @property
    def people(self) -> list[Person]:
        """The members' lines; none in the mode of totals."""
        if self.kept_mode == TOTAL_MODE:
            return []
        return [
            Person(staff, self.cells(staff.pk, MAIN_OF_STAFF), self.cells(staff.pk, MORE_OF_STAFF))
            for staff in self.sheet.team
        ]

    @property
    def sums(self) -> list[tuple[str, str, str, str]]:
        """Per input that is summed over the members: name, label, its sum last week, and why the sum is unlikely."""
        return [
            (
                name,
                label_of(name),
                shown(name, self.sheet.value_before(WHOLE_BRANCH, name)),
                self.warnings.get(field_name(WHOLE_BRANCH, name), ""),
            )
            for name in MAIN_OF_STAFF
        ]

    @property
    def opens_more(self) -> bool:
        """True if a further input is typed, wrong, or was recorded a week ago: nobody should forget it then."""
        more = self.branch_more + [cell for one in self.people for cell in one.more]
        return any(cell.field.value() or cell.field.errors or cell.before != numbers.DASH for cell in more)

    @property
    def error_links(self) -> list[tuple[str, str]]:
        """Every error with the id of its field, or of the members' sums ("" for the form), in the order of the page."""
        whole = "entry-sums" if self.people else ""
        return [
            (f"id_{name}" if name != NON_FIELD_ERRORS else whole, self._summary(name, str(text)))
            for name, texts in self.errors.items()
            for text in texts
        ]

    def _summary(self, name: str, text: str) -> str:
        """An error as the summary says it: with whom it is about, and with its field where the text is silent."""
        head, _dash, component = name.partition("-")
        if component not in COMPONENTS:
            return text
        who = self._who(int(head[1:])) if head[1:] else ""
        return f"{who}{text if label_of(component) in text else f'{label_of(component)}: {text}'}"

    def conflicts(self) -> list[Conflict]:
        """Where a valid form and the table differ now. `pick`: whoever alone changed the text; yours if both did."""
        mine, base = self.values(), seen_of(self.data.get("seen", "")).get("texts", {})
        pairs = ((pk, name, field_name(pk, name)) for pk, name in inputs(self.sheet, self.kept_mode))
        return [
            Conflict(
                full,
                self._who(pk).removesuffix(" · "),
                label_of(name),
                self.texts[full],
                as_typed(mine[pk][name], money=name in MONEY),
                "theirs" if self.data.get(full, "").strip() == base.get(full) else "yours",
            )
            for pk, name, full in pairs
            if mine[pk][name] != self.sheet.value(pk, name)
        ]

    def homeless(self) -> list[tuple[str, str]]:
        """What was typed for inputs that have no field any more, because they are sums of the members' now."""
        return [
            (label_of(name), self.data[field_name(WHOLE_BRANCH, name)])
            for name in COMPONENTS
            if field_name(WHOLE_BRANCH, name) not in self.fields
            and self.data.get(field_name(WHOLE_BRANCH, name))
        ]


def inputs(sheet: Sheet, mode: str) -> Iterator[tuple[int, str]]:
    """The (staff id, input) pairs of the form, in the order of the page.

    Where members' rows hold an input the branch's is their sum and has no field of its own.
    """
    if mode == TOTAL_MODE:
        yield from ((WHOLE_BRANCH, name) for name in COMPONENTS if not sheet.is_summed(name))
        return
    own = [name for name in COMPONENTS if name not in OF_STAFF and not sheet.is_summed(name)]
    yield from ((WHOLE_BRANCH, name) for name in own)
    yield from ((staff.pk, name) for staff in sheet.team for name in OF_STAFF)


def _by_row(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    rows: dict[int, list[str]] = {WHOLE_BRANCH: []}
    for pk, name in pairs:
        rows.setdefault(pk, []).append(name)
    return rows


def _with_orders(values: Values) -> Values:
    """Orders left empty are the sum of their three kinds, where all three are known."""
    parts = [values.get(name) for name in ("buyers", "repeat_orders", "extension_orders")]
    if "orders" not in values or values["orders"] is not None or None in parts:
        return values
    return values | {"orders": sum(part for part in parts if part is not None)}


def seen_of(text: str) -> dict[str, Any]:
    """The hidden field `seen` read back; empty if it is not what the page wrote."""
    try:
        seen = json.loads(text)
        revisions = {str(int(pk)): int(revision) for pk, revision in seen["revisions"].items()}
        texts = {str(name): str(value) for name, value in seen["texts"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    return {"revisions": revisions, "texts": texts}


def default_mode(sheet: Sheet) -> str:
    """How the day is entered unless the user says otherwise: as it is stored, else as a week ago, else by member."""
    if sheet.has_staff_figures:
        return STAFF_MODE
    if not sheet.team or sheet.has_figures:
        return TOTAL_MODE
    return TOTAL_MODE if sheet.before and not sheet.by_staff_last_week else STAFF_MODE


def modes(sheet: Sheet) -> list[tuple[str, str | Promise]]:
    """The modes to choose from: by member needs a team, and a total cannot be typed over members' figures."""
    found: list[tuple[str, str | Promise]] = []
    if sheet.team:
        found.append((STAFF_MODE, gettext_lazy("By staff member")))
    if not sheet.has_staff_figures:
        found.append((TOTAL_MODE, gettext_lazy("Branch total")))
    return found
