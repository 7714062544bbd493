"""Why figures are refused: codes with what to say of them in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "missing_key": _("This is needed to know where the row belongs."),
    "unknown_branch": _("There is no such branch among those that you may see."),
    "unknown_staff": _("There is no staff member with this number."),
    "not_employed": _("This person did not work at this branch on that day."),
    "future_day": _("This day has not come yet: today is %(today)s at the branch."),
    "early_day": _("This day is before %(first)s: is the year right?"),
    "before_opening": _("The branch opened on %(opened)s, after this day."),
    "after_closing": _("The branch closed for good on %(closed)s, before this day."),
    "closed_day": _("The branch is closed on this day by its calendar. Mark the day as traded all the same."),
    "negative": _("This cannot be less than zero."),
    "too_large": _("This is larger than a day can bring: is it in the right column?"),
    "not_a_whole_number": _("This must be a whole number."),
    "buyers_exceed_visitors": _("There cannot be more buyers (%(buyers)s) than visitors (%(visitors)s)."),
    "orders_do_not_add_up": _("Orders must be buyers + repeat orders + extension orders = %(sum)s."),
    "waits_exceed_measured": _("Waits in standard cannot be more than the %(measured)s waits measured."),
    "duplicate": _("Row %(first)s is already about the same branch, day and person."),
    "staff_do_not_add_up": _("The rows of the staff members add up to %(sum)s."),
    "stored_staff_do_not_add_up": _(
        "The figures of the staff members that are stored for this day add up to %(sum)s. Correct those, or deliver "
        "new ones together with this row."
    ),
}


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: `row` counts from 1 as the reader sees it (None: the whole); `reason` says
    what is right.

    `code` and `params` are what is kept; the sentence is made when it is read, in the reader's language.
    """

    row: int | None
    column: str
    value: str
    code: str
    params: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def reason(self) -> str:
        """What would be right, in the reader's language."""
        return sentence(self.code, self.params)


def sentence(code: str, params: dict[str, Any]) -> str:
    """The words for a code; the code itself where this version no longer knows it."""
    words = str(REASONS.get(code, code))
    return words % params if params else words


@dataclass(frozen=True)
class Stored:
    """What storing did, in rows."""

    new: int
    changed: int
    same: int

    @property
    def written(self) -> int:
        """The rows that are other than before."""
        return self.new + self.changed


class FiguresRefused(Exception):
    """Nothing was stored; `problems` says why, all of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)
