"""Which days a page shows and which it compares them with, read from its address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from formulas.periods import (
    Kind,
    Period,
    Span,
    period_from_code,
    period_of,
    previous_span,
    year_before_span,
)
from scorecards.queries.comparison import CUSTOM, PREVIOUS, YEAR_BEFORE

LONGEST = 800
"""Days: two years and some; a longer range belongs into an export."""


@dataclass(frozen=True)
class Choice:
    """The days of a page and what they may be compared with.

    `period`: the calendar period, None for dates of one's own. `span`: its days up to the newest figures, empty when
    it has not begun. `against`: what was asked for; "" leaves it to the figures. `bases`: the span of each comparison.
    """

    period: Period | None
    span: Span
    against: str
    bases: dict[str, Span]

    @property
    def whole(self) -> Span:
        """The days of the period to its end, for titles and calendars."""
        return self.period.span if self.period else self.span


class PeriodForm(forms.Form):
    """The filter of branch and staff pages: a standard period by its code, or two dates, and a comparison."""

    period = forms.CharField(required=False, max_length=10)
    first = forms.DateField(label=_("From"), required=False)
    last = forms.DateField(label=_("To"), required=False)
    against = forms.ChoiceField(
        label=_("Compared with"),
        required=False,
        choices=[
            (PREVIOUS, _("the period before")),
            (YEAR_BEFORE, _("a year before")),
            (CUSTOM, _("dates of your own")),
        ],
    )
    base_first = forms.DateField(label=_("Compared from"), required=False)
    base_last = forms.DateField(label=_("Compared to"), required=False)

    def __init__(self, data: QueryDict, *, as_of: date) -> None:
        super().__init__(data)
        self.as_of = as_of
        for name in ("first", "last", "base_first", "base_last"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date", "class": "form-control"})

    def clean_period(self) -> Period | None:
        code = self.cleaned_data["period"]
        if not code:
            return None
        try:
            return period_from_code(code)
        except ValueError as error:
            raise forms.ValidationError(
                _("Choose a period such as 2026-11-20, 2026-W47, 2026-11, 2026-Q4 or 2026.")
            ) from error

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        self._check_range("first", "last")
        self._check_range("base_first", "base_last")
        return found

    def _check_range(self, first: str, last: str) -> None:
        start, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if (start is None) != (end is None):
            self.add_error(last if end is None else first, _("Enter both dates."))
        elif start and end and end < start:
            self.add_error(last, _("The last day cannot come before the first."))
        elif start and end and (end - start).days >= LONGEST:
            self.add_error(last, _("Choose at most %(days)s days.") % {"days": LONGEST})

    def choice(self) -> Choice:
        """What was asked for; what is wrong or missing falls back to this month and leaves its error in the form."""
        good = self.cleaned_data if self.is_valid() or hasattr(self, "cleaned_data") else {}
        if good.get("first") and good.get("last"):
            return self._own_dates(Span(good["first"], good["last"]))
        period = good.get("period") or period_of(self.as_of, Kind.MONTH)
        span = period.to_date(self.as_of)
        bases = {PREVIOUS: previous_span(period, self.as_of), YEAR_BEFORE: year_before_span(span)}
        return Choice(period, span, *self._against(bases))

    def _own_dates(self, asked: Span) -> Choice:
        span = asked.clip(self.as_of)
        bases = {PREVIOUS: span.shift(-max(span.days, 1)), YEAR_BEFORE: year_before_span(span)}
        return Choice(None, span, *self._against(bases))

    def _against(self, bases: dict[str, Span]) -> tuple[str, dict[str, Span]]:
        good = self.cleaned_data
        if good.get("base_first") and good.get("base_last"):
            bases = bases | {CUSTOM: Span(good["base_first"], good["base_last"])}
        wanted = good.get("against") or (CUSTOM if CUSTOM in bases else "")
        return (wanted if wanted in bases else ""), bases


@dataclass(frozen=True)
class PeriodLink:
    """A link of the period picker."""

    kind: str
    label: Any
    code: str
    current: bool


_KINDS = {
    Kind.DAY: _("Day"),
    Kind.WEEK: _("Week"),
    Kind.MONTH: pgettext_lazy("kind of period", "Month"),
    Kind.QUARTER: _("Quarter"),
    Kind.YEAR: _("Year"),
}


def kind_links(choice: Choice, as_of: date) -> list[PeriodLink]:
    """The five kinds of period around the days shown: a month leads to its last week, a week to its month."""
    anchor = max(min(choice.span.last, as_of), choice.whole.first)
    return [
        PeriodLink(
            kind.value,
            label,
            period_of(anchor, kind).code,
            bool(choice.period and choice.period.kind is kind),
        )
        for kind, label in _KINDS.items()
    ]


def neighbours(choice: Choice, as_of: date) -> tuple[str, str]:
    """The codes of the period before and after; "" where there is none (nothing after the newest figures)."""
    if choice.period is None:
        return "", ""
    following = choice.period.next()
    before = choice.period.previous() if choice.period.first.year > 1901 else None
    return (before.code if before else ""), (following.code if following.first <= as_of else "")
