"""The customer's form, and the filters of the page that reads the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from formulas.periods import Span
from scorecards.queries.directory import EVERYWHERE, Directory, Part
from surveys.masking import tidy
from surveys.models import LONGEST_COMMENT, new_token
from surveys.services import Given
from ui.forms import word_errors

_SIGNER = signing.TimestampSigner(salt="surveys.nonce")
FORM_LASTS = timedelta(hours=24)
DEFAULT_DAYS = 30
LONGEST_SPAN = timedelta(days=3 * 366)

CSAT = [
    (1, _("Not at all")),
    (2, _("Not really")),
    (3, _("So-so")),
    (4, _("Satisfied")),
    (5, _("Very satisfied")),
]
NPS = [(n, str(n)) for n in range(11)]


def new_nonce() -> str:
    """What makes a form unlike every other, signed so that only forms of ours are taken."""
    return _SIGNER.sign(new_token())


class CommentField(forms.CharField):
    """Free text without control characters."""

    def to_python(self, value: Any) -> str:
        """Cleaned before it is measured."""
        return tidy(super().to_python(value) or "")


class SurveyForm(forms.Form):
    """Two questions and a text; one of the questions is enough.

    `website` is hidden from people: what fills it in is a robot. `nonce` must be signed and not older than a day.
    """

    csat = forms.TypedChoiceField(
        choices=CSAT, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    nps = forms.TypedChoiceField(
        choices=NPS, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    comment = CommentField(max_length=LONGEST_COMMENT, required=False)
    website = forms.CharField(required=False, max_length=200)
    nonce = forms.CharField(max_length=120)

    def clean_nonce(self) -> str:
        """The nonce without its signature."""
        try:
            return _SIGNER.unsign(self.cleaned_data["nonce"], max_age=FORM_LASTS)
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("This page was open for a long time. Please send it once more.")
            ) from error

    def clean(self) -> dict[str, Any]:
        """At least one question must be answered."""
        data = self.cleaned_data
        unanswered = data.get("csat") is None and data.get("nps") is None
        if unanswered and not ({"csat", "nps"} & set(self.errors)):
            raise forms.ValidationError(_("Please answer at least one of the two questions."), code="nothing")
        return data

    @property
    def is_robot(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))

    def given(self) -> Given:
        """What was answered; call it on a valid form."""
        data = self.cleaned_data
        return Given(data["csat"], data["nps"], data["comment"])


@dataclass(frozen=True)
class Choice:
    """Which answers are asked for."""

    span: Span
    branch: str = ""
    part: Part = EVERYWHERE
    unhappy: bool = False
    with_comment: bool = False

    @property
    def of_all(self) -> Choice:
        """The same, of answers of every kind."""
        return replace(self, unhappy=False, with_comment=False)

    @property
    def is_narrowed(self) -> bool:
        """Whether answers of these days are left out."""
        return bool(self.branch or self.part or self.unhappy or self.with_comment)


class VoiceForm(forms.Form):
    """Filters of the list of answers. Everything is optional; without dates the last 30 days."""

    branch = forms.CharField(label=_("Branch"), required=False, max_length=80)
    first = forms.DateField(
        label=_("from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("to"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    unhappy = forms.BooleanField(label=_("Only unhappy"), required=False)
    with_comment = forms.BooleanField(label=_("Only with a comment"), required=False)

    def __init__(self, data: Mapping[str, Any], *, today: date, units: Directory) -> None:
        """`today`: the day on which a span without an end ends. `units`: regions and formats to choose from."""
        super().__init__(data)
        self.today, self.units = today, units
        for field in self.fields.values():
            word_errors(field)

    def clean(self) -> dict[str, Any]:
        """The two dates must be a span, of three years at most."""
        span = self._span()
        if span is None:
            raise forms.ValidationError(_("The last day cannot come before the first."))
        if span.last - span.first > LONGEST_SPAN:
            raise forms.ValidationError(_("Choose three years at most."))
        return self.cleaned_data

    def choice(self) -> Choice:
        """What is asked for; fields with errors count as left empty."""
        is_valid = self.is_valid()
        data = self.cleaned_data
        span = self._span() if is_valid else None
        return Choice(
            span or self._default(self.today),
            str(data.get("branch") or "").replace("\x00", "").strip(),
            self.units.part(self.data.get("region", ""), self.data.get("format", "")),
            bool(data.get("unhappy")),
            bool(data.get("with_comment")),
        )

    def _span(self) -> Span | None:
        """The days asked for; None if they end before they begin."""
        last = self.cleaned_data.get("last") or self.today
        first = self.cleaned_data.get("first") or self._default(last).first
        return Span(first, last) if first <= last else None

    @staticmethod
    def _default(last: date) -> Span:
        return Span(last - timedelta(days=DEFAULT_DAYS - 1), last)
