"""A text that is encrypted in the database and plain in Python."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import models
from django.utils.translation import gettext

from personal.keys import cipher

logger = logging.getLogger(__name__)

MARK = "enc1:"
"""What an encrypted value begins with; a value without it was written before its field was encrypted."""


class Unreadable(str):
    """Stands for a text whose key is missing, and says so; it is never stored."""

    __slots__ = ()


def sealed(text: str) -> str:
    """The text as it lies in the database; "" stays "". ValueError for one that could not be read."""
    if isinstance(text, Unreadable):
        raise ValueError("a text that cannot be read must not be stored over what is there")
    return MARK + cipher().encrypt(text.encode()).decode() if text else text


def opened(stored: str) -> str:
    """The text that was sealed; Unreadable where no key fits. Texts that were never sealed come back as they are."""
    if not stored.startswith(MARK):
        return stored
    try:
        return cipher().decrypt(stored[len(MARK) :]).decode()
    except (InvalidToken, ValueError):  # the latter for a token that is no ASCII
        _report()
        return Unreadable(gettext("This text cannot be read: the key it was written with is missing."))


@lru_cache(maxsize=1)
def _report() -> None:
    """Once in a process: a page of such texts must not fill the log."""
    logger.error("personal fields cannot be read: no key in FIELD_KEYS fits")


class EncryptedTextField(models.TextField):
    """Text, encrypted with Fernet (AES-128-CBC with HMAC-SHA256) under the first of `personal.keys`.

    Every row that is fetched with it costs some 25 µs to decrypt: leave it out of queries that do not show it. It can
    be asked for NULL only, because nothing else could be found. `max_length` counts characters of the text, in forms.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Encrypted on the way in."""
        plain = super().get_prep_value(value)
        return sealed(plain) if isinstance(plain, str) else plain

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypted on the way out."""
        return None if value is None else opened(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Nothing but NULL can be asked for (FieldError otherwise)."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
