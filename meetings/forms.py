"""Forms of the meeting and of actions: they clean, the services act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branches.models import StaffMember
from meetings.models import Action, AgendaItem
from meetings.services.actions import Wanted
from scorecards.forms.typed import AmountField
from ui import dates, numbers
from ui.forms import UiFormMixin, word_errors

USUAL_DAYS = 3


def due_choices(today: date) -> list[tuple[date, str]]:
    """The days that an action made in a meeting may be due, each as one tap; the usual one is in three days."""
    words = {
        today: gettext("Today"),
        today + timedelta(days=1): gettext("Tomorrow"),
        today + timedelta(days=USUAL_DAYS): "",
        today + timedelta(days=7): "",
    }
    return [(day, word or dates.day_short(day, weekday=True)) for day, word in words.items()]


class QuickActionForm(forms.Form):
    """An action from an agenda line: text and day are filled in, one tap on a name saves."""

    text = forms.CharField(label=_("What is to be done"), max_length=200)
    due_on = forms.DateField(label=_("Until"))
    owner = forms.ModelChoiceField(StaffMember.objects.none(), label=_("Who"))

    def __init__(self, *args: Any, team: QuerySet[StaffMember], today: date, **kwargs: Any) -> None:
        """`team`: who may own the action. `today`: the branch's date; nothing is due before it."""
        super().__init__(*args, **kwargs)
        self.today = today
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = team
        for field in self.fields.values():
            word_errors(field)

    def clean_due_on(self) -> date:
        """Not in the past."""
        day: date = self.cleaned_data["due_on"]
        if day < self.today:
            raise forms.ValidationError(gettext("Choose today or a later day"))
        return day

    def wanted(self, item: AgendaItem) -> Wanted:
        """What the service is asked for; what the action is for is what the line says."""
        data = self.cleaned_data
        return Wanted(data["text"], data["owner"], data["due_on"], what_for=item.text)


class ActionForm(UiFormMixin, forms.Form):
    """An action with everything that is known of it; carries the version that was read."""

    submit_label = _("Save the action")

    text = forms.CharField(label=_("What is to be done"), max_length=200)
    owner = forms.ModelChoiceField(
        StaffMember.objects.none(), label=_("Owner"), empty_label=_("Choose a person")
    )
    due_on = forms.DateField(
        label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    what_for = forms.CharField(
        label=_("What for"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    expected_effect = AmountField(
        label=_("Expected effect: more revenue a month"),
        required=False,
        min_value=Decimal(0),
        help_text=_("Leave it empty if nobody can say yet."),
        wrong=_("Enter an amount of money, such as 1,200."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        team: QuerySet[StaffMember],
        today: date,
        action: Action | None = None,
        **kwargs: Any,
    ) -> None:
        """`action`: the one that is edited; its owner and its day may stay though they would not be chosen anew."""
        super().__init__(
            *args, initial=_initial(action, today) | (kwargs.pop("initial", None) or {}), **kwargs
        )
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = team | StaffMember.objects.filter(pk=action.owner_id) if action else team
        self.today, self.action = today, action
        self.helper.form_id = "action-form"
        self.helper.attrs["data-keep"] = "yes"

    def clean_due_on(self) -> date:
        """Not in the past, unless it was due then already."""
        day: date = self.cleaned_data["due_on"]
        if day < self.today and (self.action is None or day != self.action.due_on):
            raise forms.ValidationError(gettext("Choose today or a later day"))
        return day

    def wanted(self) -> Wanted:
        """What the service is asked for; money in minor units."""
        data: Mapping[str, Any] = self.cleaned_data
        effect = data["expected_effect"]
        return Wanted(
            text=data["text"],
            owner=data["owner"],
            due_on=data["due_on"],
            what_for=data["what_for"],
            expected_effect=None if effect is None else int(effect.scaleb(numbers.currency().exponent)),
        )


def _initial(action: Action | None, today: date) -> dict[str, Any]:
    if action is None:
        return {"due_on": today + timedelta(days=USUAL_DAYS)}
    effect = action.expected_effect
    return {
        "text": action.text,
        "owner": action.owner_id,
        "due_on": action.due_on,
        "what_for": action.what_for,
        "expected_effect": None if effect is None else Decimal(effect).scaleb(-numbers.currency().exponent),
        "version": action.version,
    }


class NoteForm(forms.Form):
    """A point's note, with the version that was read."""

    note = forms.CharField(label=_("Note"), max_length=2000, required=False)
    version = forms.IntegerField()


class FinishForm(forms.Form):
    """What the minutes say of the whole meeting."""

    note = forms.CharField(label=_("What we agreed"), max_length=2000, required=False)
