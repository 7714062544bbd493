"""Why a service refuses; views turn these into words."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """The change is not possible as things stand; nothing was changed."""


class NotItsDay(Refusal):
    """The meeting's day has not come or is over."""


class NotRunning(Refusal):
    """The meeting has not begun, or is held already: its minutes stay as they are."""


class TooLate(Refusal):
    """The meeting was finished too long ago to be gone on with."""


class NotTheTeam(Refusal):
    """The person does not work at the branch."""


class WrongState(Refusal):
    """The action does not stand where this change would begin."""


class Twice(Refusal):
    """The same person has the same action from the same agenda line already."""


class Conflict(Refusal):
    """Somebody else has saved meanwhile; `current` is what stands now."""

    def __init__(self, current: Any) -> None:
        super().__init__("saved by somebody else meanwhile")
        self.current = current
