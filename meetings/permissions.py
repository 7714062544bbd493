"""Who may do what with meetings and actions; which rows they reach is decided by `for_user`."""

from branches.permissions import ADMINISTRATOR, EVERYONE, LEADERS, MANAGER, MANAGERS, STAFF, HasRole, Rule

READERS = LEADERS
"""Who reads agendas and minutes."""
RUNNERS = MANAGERS
"""Who runs a meeting and hands out actions."""
ACTION_READERS = EVERYONE
"""Who reads actions: staff members their own."""
DOERS = Rule(frozenset({STAFF, MANAGER, ADMINISTRATOR}))
"""Who says that an action is done."""


def can_run(user: HasRole) -> bool:
    """Whether this user runs meetings; regional staff only read them."""
    return RUNNERS.admits(user)


def can_do(user: HasRole) -> bool:
    """Whether this user may mark actions as done."""
    return DOERS.admits(user)
