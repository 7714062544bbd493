"""Writes: every encrypted value anew, under the first key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import ExpressionWrapper, F, Model, TextField, Value

from personal.fields import MARK, Unreadable, opened, sealed
from personal.keys import first
from personal.register import encrypted

BATCH = 500


@dataclass
class Rotated:
    """Values counted: written anew, under the first key already, and those that no key fits (left as they are)."""

    rewritten: int = 0
    current: int = 0
    unreadable: int = 0


def rotate(batch: int = BATCH) -> Rotated:
    """Bring every encrypted field under the first key, also what was stored in clear before its field was encrypted.

    One transaction per batch; cut anywhere and run again it goes on where it stood. A value that somebody changes
    meanwhile is left alone: it has been written with the first key just now.
    """
    counts = Rotated()
    for model, field in encrypted():
        after: Any = None
        while after := _rotate_batch(model, field, after, batch, counts):
            pass
    return counts


@transaction.atomic
def _rotate_batch(model: type[Model], field: str, after: Any, batch: int, counts: Rotated) -> Any:
    """The values of the next rows by primary key; returns the last key, None when there are no more."""
    stored = ExpressionWrapper(F(field), output_field=TextField())  # as it lies there, not decrypted
    rows = model._default_manager.annotate(stored=stored)
    more = rows.filter(pk__gt=after) if after is not None else rows
    found = list(more.order_by("pk").values_list("pk", "stored")[:batch])
    for pk, old in found:
        new = _renewed(old, counts)
        if new is not None:
            rows.filter(pk=pk, stored=old).update(**{field: Value(new, output_field=TextField())})
    return found[-1][0] if found else None


def _renewed(old: str | None, counts: Rotated) -> str | None:
    """The value under the first key; None where there is nothing to do."""
    if not old:
        return None
    if _is_current(old):
        counts.current += 1
        return None
    text = opened(old)
    if isinstance(text, Unreadable):
        counts.unreadable += 1
        return None
    counts.rewritten += 1
    return sealed(text)


def _is_current(stored: str) -> bool:
    try:
        first().decrypt(stored.removeprefix(MARK))
    except (InvalidToken, ValueError):
        return False
    return stored.startswith(MARK)
