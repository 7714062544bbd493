"""How many forms may be sent: enough for a busy branch behind one address, too few to drown its voice."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PER_TOKEN = 60
PER_ADDRESS = 30
"""Forms in a minute: through one link, and through one link from one address."""
_SECONDS = 60


def is_allowed(request: HttpRequest, token: str, *, at: datetime) -> bool:
    """Count this form and say whether it is still within the limits.

    The cache holds keyed hashes for two minutes, never an address. Without a cache nothing is limited.
    """
    minute = int(at.timestamp()) // _SECONDS
    try:
        by_address = _counted(f"{minute}|{token}|{address_of(request)}")
        return by_address <= PER_ADDRESS and _counted(f"{minute}|{token}") <= PER_TOKEN
    except (RedisError, OSError) as error:
        logger.warning("survey limits are off: %s", type(error).__name__)
        return True


def address_of(request: HttpRequest) -> str:
    """The visitor's address; behind our proxy the one that the proxy itself has written, the last of the list."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def _counted(what: str) -> int:
    """How often this was counted in its minute, this time included. An approximate count is good enough here."""
    key = "survey:" + salted_hmac("surveys.limits", what, algorithm="sha256").hexdigest()[:40]
    if cache.add(key, 1, 2 * _SECONDS):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two calls
        return 1
