"""What the league table says in words: who needs help and why, and what a place among peers is worth.

Pure functions in the reader's language, right for zero, one, many and unknown. Money in minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

from scorecards import sentences, words
from scorecards.queries.standing import LikeForLike, Loser
from ui import numbers
from ui.languages import once_per_language


def help_title(losers: Sequence[Loser]) -> str:
    """The heading above the branches that need help."""
    if not losers:
        return gettext("Branches to help first")
    if len(losers) == 1:
        return gettext("The branch to help first")
    return ngettext("%(count)s branch to help first", "%(count)s branches to help first", len(losers)) % {
        "count": len(losers)
    }


class _OfLosers(NamedTuple):
    """What is said of the branches that need help, which stand on every page of a region."""

    behind: str
    behind_by: str
    too_few_days: str
    sure: str
    missing_days: str
    chance: str


@once_per_language
def _of_losers() -> _OfLosers:
    return _OfLosers(
        behind=gettext("%(money)s behind."),
        behind_by=gettext("%(money)s (%(percent)s) behind."),
        too_few_days=gettext("Too few days to tell it from day-to-day variation."),
        sure=gettext("More than day-to-day variation explains (%(low)s to %(high)s)."),
        missing_days=gettext("The missing days alone could explain it (%(low)s to %(high)s)."),
        chance=gettext("Day-to-day variation alone could explain it (%(low)s to %(high)s)."),
    )


def loss(loser: Loser) -> str:
    """How much a branch is behind: "¥38,200 (−6.1%) behind."."""
    said, money = _of_losers(), numbers.money_short(-loser.change)
    if loser.growth is None:
        return said.behind % {"money": money}
    return said.behind_by % {"money": money, "percent": numbers.change(loser.growth)}


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
    """Whether day-to-day variation or missing days could explain the loss, with the interval of the growth."""
    said = _of_losers()
    if loser.low is None or loser.high is None:
        return said.too_few_days
    text = said.sure if loser.is_sure else said.missing_days if loser.high < 0 else said.chance
    return text % {"low": numbers.change(loser.low), "high": numbers.change(loser.high)}


def nobody_behind(change: int | None, *, is_old_day: bool = False) -> str:
    """What stands where no branch has lost. `change`: of the place, None without a comparison.

    `is_old_day`: the days of its branches are no longer kept, so nobody can tell.
    """
    if is_old_day:
        return gettext("Days of branches are kept for a fortnight. Choose the week or the month of this day.")
    if change is None:
        return gettext("There is nothing to compare with, so nobody can be said to be behind.")
    return gettext("No branch is behind. Those that opened or closed are not counted here.")


def nothing_to_explain(change: int | None) -> str:
    """What stands in the place of drivers where there are none."""
    if change is None:
        return gettext("There is nothing to compare with, so nothing to explain.")
    return gettext("Revenue has not moved, and nothing in it: there is nothing to explain.")


def part_names(codes: Sequence[str]) -> list[str]:
    """The names of parts that stand side by side.

    Where some branches know repurchase and extension apart and others do not, "Repeat" holds what the latter know:
    beside its own two parts it must not look like their sum.
    """
    names = {code: str(words.PARTS[code]) for code in codes}
    if "repeat" in names and ("repurchase" in names or "extension" in names):
        names["repeat"] = gettext("Repeat, not split")
    return list(names.values())


def not_shown(period: str) -> str:
    """That the period asked for cannot be shown; "" where it is."""
    if not period:
        return ""
    return gettext("“%(period)s” is no period with figures; this month is shown.") % {"period": period}


def like_for_like(found: LikeForLike | None) -> str:
    """How the branches that traded in both periods stand, and how many others there are; "" where all did."""
    if found is None:
        return ""
    return sentences.join([_both(found), _only_now(found.only_now), _only_then(found.only_then)])


def _both(found: LikeForLike) -> str:
    """ "Like for like, the 41 branches that traded in both periods are ¥38,200 (+2.1%) ahead."."""
    if not found.branches:
        return gettext("No branch traded in both periods.")
    values = {
        "branches": numbers.count(found.branches),
        "money": numbers.money_short(abs(found.change)),
        "percent": "–" if found.growth is None else numbers.change(found.growth),
    }
    if found.change > 0:
        text = ngettext(
            "Like for like, the %(branches)s branch that traded in both periods is %(money)s (%(percent)s) ahead.",
            "Like for like, the %(branches)s branches that traded in both periods are %(money)s (%(percent)s) ahead.",
            found.branches,
        )
    elif found.change < 0:
        text = ngettext(
            "Like for like, the %(branches)s branch that traded in both periods is %(money)s (%(percent)s) behind.",
            "Like for like, the %(branches)s branches that traded in both periods are %(money)s (%(percent)s) behind.",
            found.branches,
        )
    else:
        text = ngettext(
            "Like for like, the %(branches)s branch that traded in both periods stands as before.",
            "Like for like, the %(branches)s branches that traded in both periods stand as before.",
            found.branches,
        )
    return text % values


def _only_now(branches: int) -> str:
    """A refurbished branch has not opened, and one may lack its figures: sums do not tell the three apart."""
    if not branches:
        return ""
    return ngettext(
        "%(branches)s branch traded only now: it opened, or was shut or without figures then.",
        "%(branches)s branches traded only now: they opened, or were shut or without figures then.",
        branches,
    ) % {"branches": numbers.count(branches)}


def _only_then(branches: int) -> str:
    if not branches:
        return ""
    return ngettext(
        "%(branches)s branch traded only then: it closed, or is shut or without figures now.",
        "%(branches)s branches traded only then: they closed, or are shut or without figures now.",
        branches,
    ) % {"branches": numbers.count(branches)}


def shown(first: int, last: int, *, matches: int | None, of: int | None, is_filtered: bool) -> str:
    """Which branches a page of the table shows, and how many there are: "Branches 51–100 of 1,115".

    `matches`: how many there are on all pages, None where there are more than `last`. `of`: how many the place has,
    None where that is not known. `is_filtered`: whether the table shows only some of them. "" without a row.
    """
    if last < first:
        return ""
    pages = "" if first == 1 and matches is not None else _from_to(first, last)
    if is_filtered:
        return " · ".join(filter(None, [pages, _matching(last, matches, of)]))
    total = matches if matches is not None else of
    if not pages:
        return branches(last)
    if total is None or total < last:
        return gettext("%(branches)s, with more to come") % {"branches": pages}
    return gettext("%(branches)s of %(total)s") % {"branches": pages, "total": numbers.count(total)}


def branches(count: int) -> str:
    """How many branches there are."""
    return ngettext("%(count)s branch", "%(count)s branches", count) % {"count": numbers.count(count)}


def _from_to(first: int, last: int) -> str:
    values = {"first": numbers.count(first), "last": numbers.count(last)}
    return gettext("Branches %(first)s–%(last)s") % values


def _matching(last: int, matches: int | None, of: int | None) -> str:
    """How many branches the filters leave."""
    count = last if matches is None else matches
    values = {"count": numbers.count(count), "total": numbers.count(of)}
    if of is None or of < count:
        if matches is None:
            return gettext("more than %(count)s match the filters") % values
        return ngettext("%(count)s matches the filters", "%(count)s match the filters", count) % values
    if matches is None:
        return gettext("more than %(count)s of %(total)s match the filters") % values
    return (
        ngettext(
            "%(count)s of %(total)s matches the filters", "%(count)s of %(total)s match the filters", count
        )
        % values
    )


def other_branches(count: int) -> str:
    """What stands for the branches of other pages."""
    return ngettext("The other branch", "The other %(count)s branches together", count) % {
        "count": numbers.count(count)
    }


class Places:
    """What a place among peers says, for one reader: the words are looked up once, not for every row of a table."""

    def __init__(self, written: Callable[[str], str] = str) -> None:
        """The words in the reader's language; `written`: what is made of each, such as its escaping."""
        self.one, self.range = (
            written(gettext("%(place)s of %(of)s")),
            written(gettext("%(best)s–%(worst)s of %(of)s")),
        )
        self.unranked = written(gettext("not ranked: nothing to compare with"))
        self.only = written(gettext("the only one of its format"))
        self.above, self.below = written(gettext("above the middle")), written(gettext("below the middle"))
        self.same = written(gettext("no real difference to the middle"))
        self.same_short = written(gettext("no real difference"))

    def of(self, best: int | None, worst: int | None, of: int | None) -> tuple[str, str, str]:
        """(place, its worth in short, its worth) of the places among `of` peers that chance allows.

        The place is a range such as "3–9 of 14", "" where not ranked; its worth is surely the upper or the lower half,
        or no real difference.
        """
        if not best or not worst or not of:
            return "", self.unranked, self.unranked
        values = {"place": best, "best": best, "worst": worst, "of": of}
        place = (self.one if best == worst else self.range) % values
        if of > 1 and 2 * worst >= of + 1 >= 2 * best:
            return place, self.same_short, self.same
        words = self.only if of == 1 else self.above if 2 * worst < of + 1 else self.below
        return place, words, words


def place(best: int | None, worst: int | None, of: int | None) -> str:
    """The places among the branches of its format that chance allows: "3–9 of 14"; "" where not ranked."""
    return Places().of(best, worst, of)[0]


def place_in_words(best: int | None, worst: int | None, of: int | None) -> str:
    """What the place is worth: surely in the upper or the lower half of its peers, or no real difference."""
    return Places().of(best, worst, of)[2]


def no_visitors(codes: Sequence[str]) -> str:
    """Which factors are not recorded, for a unit whose change is explained by these parts; "" if all are there."""
    if not codes or {"visitors", "conversion"} & set(codes):
        return ""
    if "buyers" in codes:
        return gettext(
            "Visitors and conversion are missing in at least one of the two periods, so buyers stand for them."
        )
    if "orders" in codes:
        return gettext(
            "Visitors and conversion are missing in at least one of the two periods, so the formula is orders × basket."
        )
    return ""
