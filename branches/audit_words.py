"""How the audit trail reads: each app says here how its acts, their subjects and values are called.

Rows are stored in English words that never change ("branch changed", "branch N1"); the reader gets them in the
language of the page. What nobody has named is shown as it was stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Text = str | Promise
Values = Mapping[str, Any]

MOST_LISTED = 10
_OF_A_MODEL = re.compile(r"(?P<kind>\w+) (?P<act>added|changed|deleted)")
_acts: dict[str, Text] = {}
_kinds: dict[str, Text] = {}
_values: dict[str, Text] = {}
_choices: dict[str, Mapping[Any, Text]] = {}


def say(
    acts: Mapping[str, Text],
    *,
    kinds: Mapping[str, Text] | None = None,
    values: Mapping[str, Text] | None = None,
    choices: Mapping[str, Mapping[Any, Text]] | None = None,
) -> None:
    """Name acts ("staff moved"), kinds of subject (the first word of "staff 17"), keys of what changed, and for keys
    with few values each of these.
    """
    _acts.update(acts)
    _kinds.update(kinds or {})
    _values.update(values or {})
    _choices.update(choices or {})


def is_known(act: str) -> bool:
    """Whether an act has words of its own or is one of the three that happen to any record."""
    return act in _acts or _OF_A_MODEL.fullmatch(act) is not None


def act_of(what: str) -> str:
    """What was done, in the reader's language."""
    found = _OF_A_MODEL.fullmatch(what)
    if what in _acts or not found:
        return str(_acts.get(what, what))
    words = {
        "added": _("%(thing)s added"),
        "changed": _("%(thing)s changed"),
        "deleted": _("%(thing)s deleted"),
    }
    return words[found["act"]] % {"thing": _kind(found["kind"])}


def subject_of(subject: str) -> str:
    """To what it was done: the kind of thing in words, its code or number as it is."""
    kind, space, rest = subject.partition(" ")
    if rest == "rows" and kind.isdigit():
        return ngettext("%(count)s row", "%(count)s rows", int(kind)) % {"count": kind}
    return f"{_kind(kind)}{space}{rest}"


def changes_of(values: Values) -> str:
    """Each value with its name: "closed on: 2026-03-01; region: 4"; empty for none."""
    return "; ".join(f"{_called(key, value)}: {_shown(key, value)}" for key, value in values.items())


def _kind(word: str) -> str:
    return str(_kinds.get(word) or _models().get(word, word))


def _name(key: str) -> str:
    return str(_values.get(key) or _fields().get(key, key))


def _called(key: str, value: Any) -> str:
    """Under "changed" stand the names of fields or, for a file, how many rows."""
    return _("changed") if key == "changed" and isinstance(value, int) else _name(key)


def _shown(key: str, value: Any) -> str:
    if key in _choices and not isinstance(value, list | Mapping):
        return str(_choices[key].get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return changes_of(value)
    if isinstance(value, list):
        return _listed([_item(key, one) for one in value])
    return "–" if value in (None, "") else str(value)


def _item(key: str, value: Any) -> str:
    if key == "changed":
        return _name(value)
    return str(WEEKDAYS[value]) if key == "weekdays" else str(value)


def _listed(texts: list[str]) -> str:
    rest = len(texts) - MOST_LISTED
    shown = ", ".join(texts[:MOST_LISTED]) or "–"
    if rest <= 0:
        return shown
    more = ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": rest}
    return f"{shown} {more}"


@cache
def _models() -> dict[str, Text]:
    """Name of a model, as the audit rows of the admin hold it → its words."""
    return {model._meta.model_name: model._meta.verbose_name for model in apps.get_models()}  # type: ignore[misc]


@cache
def _fields() -> dict[str, Text]:
    """Name of a field of any model of ours → its words; the lower floor's win, which the admin writes about."""
    found: dict[str, Text] = {}
    for model in apps.get_models():
        if model.__module__.startswith("branches."):
            for field in model._meta.get_fields():
                name: Text = getattr(field, "verbose_name", "") or ""
                found.setdefault(field.name, name or field.name)
    return found


say(
    {
        "branches imported": gettext_lazy("branches imported"),
        "staff imported": gettext_lazy("staff imported"),
        "staff moved": gettext_lazy("staff moved"),
        "staff left": gettext_lazy("staff left"),
        "branch opened": gettext_lazy("branch opened"),
        "branch closed": gettext_lazy("branch closed for good"),
        "weekdays closed": gettext_lazy("weekdays marked as closed"),
        "weekdays opened": gettext_lazy("weekdays opened again"),
        "password given": gettext_lazy("password given"),
        "log-in unlocked": gettext_lazy("log-in unlocked"),
    },
    kinds={
        "staff": gettext_lazy("staff member"),
        "log-in": gettext_lazy("log-in"),
        "company": gettext_lazy("company"),
    },
    values={
        "changed": gettext_lazy("also changed"),
        "new": gettext_lazy("new"),
        "update": gettext_lazy("changed"),
        "from": gettext_lazy("from"),
        "to": gettext_lazy("to"),
        "opening_hours": gettext_lazy("opening hours"),
        "closures": gettext_lazy("closures"),
        "employments": gettext_lazy("employments"),
        "count": gettext_lazy("number"),
        "weekdays": gettext_lazy("weekdays"),
    },
)
