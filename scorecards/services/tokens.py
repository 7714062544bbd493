"""Tokens of other systems: made once, shown once, revoked, never read again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from branches.models import Branch, User
from branches.services import audit
from scorecards.models import ApiToken

PREFIX = "branchops_"
"""Tells people and secret scanners what the text is."""


def digest_of(token: str) -> str:
    """What is kept of a token: its SHA-256. A token has 256 random bits, so it needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_token(
    name: str, *, branches: Iterable[Branch] = (), by: User | None, at: datetime
) -> tuple[ApiToken, str]:
    """Give another system the right to deliver figures of these branches (none: of all).

    Returns the record and the token itself, which cannot be read again. IntegrityError if the name is taken.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    named = list(branches)
    with transaction.atomic():
        record = ApiToken.objects.create(
            name=name, digest=digest_of(token), created_at=at, every_branch=not named
        )
        record.branches.set(named)
        codes = sorted(record.branches.values_list("code", flat=True))
        audit(
            "API token created", f"token {record.pk}", by=by, at=at, after={"name": name, "branches": codes}
        )
    return record, token


def revoke_token(record: ApiToken, *, by: User | None, at: datetime) -> None:
    """Take the right away, at once and for good; revoking again changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=record.pk, revoked_at__isnull=True).update(revoked_at=at):
            audit("API token revoked", f"token {record.pk}", by=by, at=at, after={"name": record.name})
