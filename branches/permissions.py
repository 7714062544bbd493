"""Who may call a route: the vocabulary of the access tables that every app keeps."""

from dataclasses import dataclass
from typing import Protocol


class HasRole(Protocol):
    """What a rule asks of a user."""

    role: str


@dataclass(frozen=True)
class Rule:
    """Who may call a route at all; what they see there is decided by `for_user`.

    `public`: without a log-in. Otherwise `roles` holds the roles admitted.
    """

    roles: frozenset[str] = frozenset()
    public: bool = False

    def admits(self, user: HasRole) -> bool:
        """True if the role of this signed-in user is admitted."""
        return self.public or user.role in self.roles


STAFF = "staff"
MANAGER = "manager"
REGIONAL = "regional"
ADMINISTRATOR = "administrator"

PUBLIC = Rule(public=True)
EVERYONE = Rule(frozenset({STAFF, MANAGER, REGIONAL, ADMINISTRATOR}))
MANAGERS = Rule(frozenset({MANAGER, ADMINISTRATOR}))
LEADERS = Rule(frozenset({MANAGER, REGIONAL, ADMINISTRATOR}))
REGIONALS = Rule(frozenset({REGIONAL, ADMINISTRATOR}))
ADMINISTRATORS = Rule(frozenset({ADMINISTRATOR}))
