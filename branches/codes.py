"""What a code or a staff number may look like: it stands in the address of the page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

KEYS = ("code", "number")


def fault_of_code(code: str) -> str:
    """Why this code cannot stand in an address; empty if it can."""
    if any(mark in code for mark in "/\\") or not code.strip("."):
        return _("Leave out “/” and “\\”: this stands in the address of the page.")
    return ""


class CodeForm(forms.ModelForm):
    """A form that refuses such a code or number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in KEYS:
            if name in self.fields:
                self.fields[name].error_messages["unique"] = _("This is taken already: choose another one.")

    def clean(self) -> dict[str, Any]:
        """Look at the key, whichever the record has."""
        cleaned = super().clean() or self.cleaned_data
        for name in KEYS:
            code = cleaned.get(name)
            if isinstance(code, str) and code and (fault := fault_of_code(code)):
                self.add_error(name, fault)
        return cleaned
