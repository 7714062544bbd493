"""The keys of encrypted fields: the first encrypts, all decrypt."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"branchops: personal fields, 1"


def cipher() -> MultiFernet:
    """What encrypts with the first key and decrypts with any.

    The keys of `settings.FIELD_KEYS` come first, then those derived from the secret key and its predecessors: setting
    FIELD_KEYS later leaves what was written before readable. ValueError for a key that is none.
    """
    return _cipher(tuple(settings.FIELD_KEYS), (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def first() -> Fernet:
    """The key that encrypts, alone."""
    given = tuple(settings.FIELD_KEYS)
    return Fernet(given[0]) if given else Fernet(_derived(settings.SECRET_KEY))


def is_key(text: str) -> bool:
    """Whether this is a key: 32 bytes in URL-safe base64."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4)
def _cipher(given: tuple[str, ...], secrets: tuple[str, ...]) -> MultiFernet:
    """Kept, because deriving a key costs more than decrypting a comment."""
    return MultiFernet([Fernet(key) for key in given] + [Fernet(_derived(secret)) for secret in secrets])


@lru_cache(maxsize=8)
def _derived(secret: str) -> bytes:
    """A key of its own out of the secret key (HKDF, RFC 5869), which signs sessions as well."""
    material = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(material)
