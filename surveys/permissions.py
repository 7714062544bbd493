"""Who may read what customers say, and who may make a branch's survey link anew."""

from __future__ import annotations

from branches.models import User
from branches.permissions import LEADERS, MANAGERS, Rule

READERS: Rule = LEADERS
LINK_MAKERS: Rule = MANAGERS


def can_make_links(user: User) -> bool:
    """Managers for their branches, administrators for all."""
    return LINK_MAKERS.admits(user)
