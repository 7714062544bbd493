"""The register of personal fields: an app says here what it keeps of people, what for, how long, and how it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.db.models import Model

from personal.fields import EncryptedTextField


@dataclass(frozen=True)
class PersonalField:
    """A field that may hold something about a customer; it is an EncryptedTextField.

    `model`: as in "surveys.AnswerComment". `retention` is asked when it is needed, because it hangs on a setting.
    `erase`: what erases it, and what stays.
    """

    model: str
    field: str
    purpose: str
    retention: Callable[[], timedelta]
    erase: str


_fields: dict[tuple[str, str], PersonalField] = {}


def register(personal: PersonalField) -> None:
    """Add a field; called by an app's `ready`. ValueError if it is there with other words."""
    key = (personal.model, personal.field)
    if _fields.get(key, personal) != personal:
        raise ValueError(f"{personal.model}.{personal.field} is registered twice")
    _fields[key] = personal


def registered() -> list[PersonalField]:
    """Every registered field, in the order of registration."""
    return list(_fields.values())


def encrypted() -> Iterator[tuple[type[Model], str]]:
    """Every encrypted field of the installed apps, as model and name of the field."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.attname
