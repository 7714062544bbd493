"""What every form shares: the crispy helper with one named button, and error texts that say what to do."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class UiFormMixin:
    """Put before Form or ModelForm: `{% crispy form %}` draws the fields and the button.

    submit_label says what the button does (never "Submit"). A sent form cannot be sent twice
    (data-once, ui/app.js); fields keep their errors, worded as an instruction.
    """

    submit_label: str | Promise = _("Save")
    fields: dict[str, forms.Field]
    helper: FormHelper

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Build the form, then word its errors and add the helper."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            word_errors(field)
        self.helper = form_helper(self, self.submit_label)


def form_helper(form: Any, submit_label: str | Promise) -> FormHelper:
    """A helper that posts all fields in order with one button."""
    helper = FormHelper(form)
    helper.form_method = "post"
    helper.attrs = {"data-once": "yes", "novalidate": "novalidate"}
    helper.layout = Layout(*form.fields)
    helper.add_input(Submit("save", submit_label, css_class="btn btn-primary"))
    return helper


def word_errors(field: forms.Field) -> None:
    """Replace Django's error texts by an instruction that names the field."""
    label = field.label or ""
    field.error_messages = field.error_messages | {
        name: format_lazy(text, label=label) for name, text in _texts(field).items()
    }


def _texts(field: forms.Field) -> "dict[str, _StrPromise]":
    """The error texts of a kind of field, by Django's name of the error. {label} is filled in."""
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return {
            "required": _("Choose: {label}"),
            "invalid_choice": _("{label}: choose one of the entries in the list"),
        }
    if isinstance(field, forms.FileField):
        return {
            "required": _("Choose a file: {label}"),
            "empty": _("{label}: the file is empty. Choose another one"),
        }
    texts = {"required": _("Fill in: {label}")}
    if isinstance(field, forms.DateField):
        texts["invalid"] = _("{label}: enter a real date, like 2026-11-20")
    elif isinstance(field, forms.IntegerField) and not isinstance(
        field, forms.DecimalField | forms.FloatField
    ):
        texts["invalid"] = _("{label}: enter a whole number, like 120")
    elif isinstance(field, forms.DecimalField | forms.FloatField):
        texts["invalid"] = _("{label}: enter a number, like 1234.50")
    elif isinstance(field, forms.EmailField):
        texts["invalid"] = _("{label}: enter an e-mail address, like name@example.com")
    return texts
