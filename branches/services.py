"""Writes of this floor."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from branches.models import AuditEntry, User


def audit(
    what: str,
    subject: str,
    *,
    by: User | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Write the one audit row of a change; call it inside the change's own transaction. `by` None: the system."""
    return AuditEntry.objects.create(
        what=what, subject=subject, by=by, before=before or {}, after=after or {}, at=at or timezone.now()
    )
