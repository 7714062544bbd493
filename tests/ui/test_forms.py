"""Forms: one named button, and errors that say what to do."""

from django import forms
from django.template import Context, Template

from ui.forms import UiFormMixin


class VisitForm(UiFormMixin, forms.Form):
    """A form with one field of each kind that has words of its own."""

    submit_label = "Import figures"
    visitors = forms.IntegerField(label="Visitors")
    revenue = forms.DecimalField(label="Revenue")
    day = forms.DateField(label="Day")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")])


def test_an_empty_form_says_for_each_field_what_to_do() -> None:
    errors = VisitForm({}).errors

    assert [errors[name][0] for name in ("visitors", "revenue", "day", "kind")] == [
        "Fill in: Visitors", "Fill in: Revenue", "Fill in: Day", "Choose: Kind",
    ]  # fmt: skip


def test_wrong_values_are_answered_with_an_example() -> None:
    errors = VisitForm({"visitors": "x", "revenue": "y", "day": "31.2.", "kind": "z"}).errors

    assert [errors[name][0] for name in ("visitors", "revenue", "day", "kind")] == [
        "Visitors: enter a whole number, like 120",
        "Revenue: enter a number, like 1234.50",
        "Day: enter a real date, like 2026-11-20",
        "Kind: choose one of the entries in the list",
    ]


def test_the_form_is_drawn_with_its_button_and_cannot_be_sent_twice() -> None:
    html = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": VisitForm()}))

    assert 'value="Import figures"' in html
    assert "data-once" in html
    assert "style=" not in html


def test_the_words_of_one_form_do_not_leak_into_another() -> None:
    VisitForm()

    assert forms.IntegerField().error_messages["required"] == "This field is required."
