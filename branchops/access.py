"""The one registry of access: every route of the project with its rule, collected from the apps' tables.

A test walks the URL conf and fails for a route that has no rule here; `AccessMiddleware` closes such a route.
"""

from functools import cache

import meetings.access
import scorecards.access
import surveys.access
from branches.permissions import ADMINISTRATORS, EVERYONE, PUBLIC, Rule

ROOT: dict[str, Rule] = {
    "login": PUBLIC,
    "logout": EVERYONE,
    "password_change": EVERYONE,
    "password_change_done": EVERYONE,
    "set_language": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "admin:login": PUBLIC,
    "admin:logout": PUBLIC,
    # Other systems: every operation asks for a token itself; the description holds no data.
    "api:deliver_figures": PUBLIC,
    "api:openapi-json": PUBLIC,
    "api:api-root": PUBLIC,
}


@cache
def registry() -> dict[str, Rule]:
    """Route name → rule of every app. The admin's own routes are not listed one by one, see `rule_for`."""
    return ROOT | scorecards.access.RULES | meetings.access.RULES | surveys.access.RULES


def rule_for(view_name: str | None) -> Rule | None:
    """The rule of a route by its name, such as "scorecards:today"; None when nobody has stated one.

    Everything in Django admin is for administrators: its views check the model permissions besides.
    """
    if view_name is None:
        return None
    rule = registry().get(view_name)
    if rule is None and view_name.startswith("admin:"):
        return ADMINISTRATORS
    return rule
