"""What the league table says in words: who needs help and why, and what a place among peers is worth.

Pure functions in the reader's language, right for zero, one, many and unknown. Money in minor units.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

from scorecards import sentences
from scorecards.queries.standing import Loser
from ui import numbers


def help_title(losers: Sequence[Loser]) -> str:
    """The heading above the branches that need help."""
    if len(losers) <= 1:
        return gettext("The branch to help first")
    return ngettext("%(count)s branch to help first", "%(count)s branches to help first", len(losers)) % {
        "count": len(losers)
    }


def loss(loser: Loser) -> str:
    """How much a branch is behind: "¥38,200 (−6.1%) behind."."""
    money = numbers.money_short(-loser.change)
    if loser.growth is None:
        return gettext("%(money)s behind.") % {"money": money}
    return gettext("%(money)s (%(percent)s) behind.") % {
        "money": money,
        "percent": numbers.change(loser.growth),
    }


def why(loser: Loser) -> str:
    """Days that are missing first, for they may be the whole reason; then the factors that explain the loss."""
    return sentences.join([_missing(loser.missing), sentences.drivers(loser.parts, loser.change)])


def _missing(days: int) -> str:
    if days <= 0:
        return ""
    return ngettext(
        "%(days)s trading day has no figures yet.", "%(days)s trading days have no figures yet.", days
    ) % {"days": days}


def certainty(loser: Loser) -> str:
    """Whether day-to-day variation could explain the loss, with the interval of the growth."""
    if loser.low is None or loser.high is None:
        return gettext("Too few days to tell it from day-to-day variation.")
    values = {"low": numbers.change(loser.low), "high": numbers.change(loser.high)}
    if loser.is_sure:
        return gettext("More than day-to-day variation explains (%(low)s to %(high)s).") % values
    return gettext("Day-to-day variation alone could explain it (%(low)s to %(high)s).") % values


def nobody_behind() -> str:
    """What stands where no branch has lost."""
    return gettext("No branch is behind. Those that opened or closed are not counted here.")


def place(best: int | None, worst: int | None, of: int | None) -> str:
    """The places among the branches of its format that chance allows: "3–9 of 14"; "" where not ranked."""
    if not best or not worst or not of:
        return ""
    if best == worst:
        return gettext("%(place)s of %(of)s") % {"place": best, "of": of}
    return gettext("%(best)s–%(worst)s of %(of)s") % {"best": best, "worst": worst, "of": of}


def place_in_short(best: int | None, worst: int | None, of: int | None) -> str:
    """The same as `place_in_words`, as short as a table needs it."""
    words = place_in_words(best, worst, of)
    return gettext("no real difference") if words == gettext("no real difference to the middle") else words


def place_in_words(best: int | None, worst: int | None, of: int | None) -> str:
    """What the place is worth: surely in the upper or the lower half of its peers, or no real difference."""
    if not best or not worst or not of:
        return gettext("not ranked: nothing to compare with")
    if of == 1:
        return gettext("the only one of its format")
    middle = (of + 1) / 2
    if worst < middle:
        return gettext("above the middle")
    if best > middle:
        return gettext("below the middle")
    return gettext("no real difference to the middle")


def no_visitors(codes: Sequence[str]) -> str:
    """Which factors are not recorded, for a unit whose change is explained by these parts; "" if all are there."""
    if not codes or {"visitors", "conversion"} & set(codes):
        return ""
    if "buyers" in codes:
        return gettext("Visitors and conversion are not recorded in both periods, so buyers stand for them.")
    if "orders" in codes:
        return gettext(
            "Visitors and conversion are not recorded in both periods, so the formula is orders × basket."
        )
    return ""
