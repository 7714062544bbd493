"""What meetings themselves want said: yesterday, the month's drivers, missing figures, actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from branches.models import Branch
from formulas.periods import Kind, period_of
from meetings import agenda
from meetings.agenda import Line, Section
from meetings.queries import OpenAction, open_actions_of, within
from scorecards import words
from scorecards.models import Card, DailyFigures, Freshness, Level
from scorecards.queries.comparison import YEAR_BEFORE, Comparison, default_against, of_card, shown
from scorecards.queries.missing import Missing, missing_of
from ui import dates, numbers

LOOK_BACK = 7
MOST_DRIVERS = 3
MOST_ACTIONS = 6
WEEK = timedelta(days=7)

# The factor whose value explains a part of the change; the others carry no value of their own.
FACTOR_OF_PART = {
    "visitors": "visitors",
    "conversion": "conversion",
    "buyers": "buyers",
    "orders": "orders",
    "basket": "basket",
    "repurchase": "repurchase_rate",
    "extension": "extension_rate",
    "repeat": "repeat",
}
RAISE: dict[str, str | Promise] = {
    "visitors": _("Bring in more visitors: invite customers by telephone"),
    "conversion": _("Raise conversion: practise greeting and asking for the need"),
    "buyers": _("Win more buyers: invite customers by telephone"),
    "orders": _("Win more orders: offer every customer a second product"),
    "basket": _("Raise the basket: practise offering the higher plan"),
    "repurchase": _("Bring customers back: call those whose contract ends soon"),
    "extension": _("Sell more per customer: offer a matching product"),
    "repeat": _("Bring customers back: call those who bought last month"),
    "revenue": _("Find out what moved revenue"),
}


def connect() -> None:
    """Register them; called when the app has loaded."""
    agenda.register(Section("yesterday", _("Yesterday"), 10, yesterday))
    agenda.register(Section("drivers", _("What moved the month"), 20, drivers))
    agenda.register(Section("missing", _("Missing figures"), 30, missing))
    agenda.register(Section("actions", _("Open actions"), 50, actions))


@dataclass(frozen=True)
class _Day:
    """Revenue (minor units) and orders of a branch's day; None: not recorded."""

    revenue: int | None
    orders: int | None


def yesterday(branches: Sequence[Branch], day: date) -> dict[int, list[Line]]:
    """One line: the newest day with figures in the week before, against the same weekday a week earlier.

    Two queries. Branches without figures in that week are left out; the section of missing figures speaks of them.
    """
    newest = _newest_days(branches, day)
    figures = _figures(branches, {d for n in newest.values() for d in (n, n - WEEK)})
    return {
        branch.pk: [_yesterday_line(branch, newest[branch.pk], figures)]
        for branch in branches
        if branch.pk in newest
    }


def _newest_days(branches: Sequence[Branch], day: date) -> dict[int, date]:
    facts = DailyFigures.objects.of_branches().filter(
        day__range=(day - timedelta(days=LOOK_BACK), day - timedelta(days=1))
    )
    found = within(facts, branches).order_by().values_list("branch_id").annotate(newest=Max("day"))
    return dict(found)


def _figures(branches: Sequence[Branch], days: set[date]) -> dict[tuple[int, date], _Day]:
    facts = within(DailyFigures.objects.of_branches().filter(day__in=days), branches)
    rows = facts.order_by().values_list("branch_id", "day", "revenue", "orders")
    return {(branch, day): _Day(revenue, orders) for branch, day, revenue, orders in rows}


def _yesterday_line(branch: Branch, day: date, figures: Mapping[tuple[int, date], _Day]) -> Line:
    current, base = figures[branch.pk, day], figures.get((branch.pk, day - WEEK))
    return agenda.line(
        lambda: _yesterday_text(day, current, base),
        suggests=lambda: _yesterday_action(current, base),
        url=reverse("scorecards:today", args=[branch.code]),
    )


def _yesterday_action(current: _Day, base: _Day | None) -> str:
    """What a team does about a day: it looks for the reason, or does again what went well; "" without a comparison."""
    if current.revenue is None or base is None or base.revenue is None:
        return ""
    if current.revenue < base.revenue:
        return gettext("Find out why revenue fell, and what we do about it")
    return gettext("Say what went well, and do it again")


def _yesterday_text(day: date, current: _Day, base: _Day | None) -> str:
    values = {
        "day": dates.day_short(day, weekday=True),
        "base": dates.day_short(day - WEEK, weekday=True),
        "money": numbers.money_short(current.revenue),
        "orders": numbers.count(current.orders),
    }
    if current.revenue is None:
        return gettext("%(day)s: revenue is not recorded.") % values
    if base is None or not base.revenue:
        text = gettext("%(day)s: revenue %(money)s. %(base)s has no figures to compare with.") % values
    else:
        values["change"] = numbers.change(current.revenue / base.revenue - 1)
        text = gettext("%(day)s: revenue %(money)s, %(change)s against %(base)s.") % values
    if current.orders is None:
        return text
    return text + _space() + ngettext("%(orders)s order.", "%(orders)s orders.", current.orders) % values


def _space() -> str:
    """Between two sentences: a space in English, none in Chinese."""
    return "" if numbers.is_chinese() else " "


def drivers(branches: Sequence[Branch], day: date) -> dict[int, list[Line]]:
    """The three parts that moved the month's revenue most, against the year before or else the period before.

    The month is that of the newest computed day. Two queries; nothing for a day that the cards have already reached,
    because its meeting could not have known them.
    """
    fresh = Freshness.objects.filter(pk=1).first()
    if fresh is None or fresh.as_of is None or fresh.as_of >= day:
        return {}
    month = period_of(fresh.as_of, Kind.MONTH)
    cards = Card.objects.filter(level=Level.BRANCH, kind=Kind.MONTH.value, starts_on=month.first)
    by_branch = {card.unit_id: card for card in within(cards, branches, "unit_id")}
    said = {
        branch.pk: _driver_lines(branch, by_branch[branch.pk], month.code)
        for branch in branches
        if branch.pk in by_branch
    }
    return {pk: lines for pk, lines in said.items() if lines}


def _driver_lines(branch: Branch, card: Card, period: str) -> list[Line]:
    comparison = of_card(card, default_against(card))
    _change, parts = shown(comparison, numbers.currency().exponent)
    moving = [(code, money) for code, money in parts if money and code != "openings"]
    largest = sorted(moving, key=lambda part: -abs(part[1]))[:MOST_DRIVERS]
    url = f"{reverse('scorecards:branch', args=[branch.code])}?period={period}"
    return [_driver_line(comparison, code, money, url) for code, money in largest]


def _driver_line(comparison: Comparison, code: str, money: int, url: str) -> Line:
    return agenda.line(
        lambda: _driver_text(comparison, code, money),
        suggests=lambda: _driver_action(code, money),
        url=url,
    )


def _driver_action(code: str, money: int) -> str:
    """What raises a factor that cost money; of one that brought some, to keep it up."""
    if money < 0:
        return str(RAISE[code])
    return gettext("Keep up what works: %(factor)s") % {"factor": words.PARTS[code]}


def _driver_text(comparison: Comparison, code: str, money: int) -> str:
    """As in: Conversion: −¥51,400 in November 2026. It was 16.1% the year before, now 14.6%."""
    base = comparison.base
    assert base is not None  # parts exist only where there is a base
    values = {
        "factor": words.PARTS[code],
        "money": numbers.signed_money_short(money),
        "month": dates.month(comparison.current.span.first),
        "base": gettext("the year before")
        if comparison.against == YEAR_BEFORE
        else gettext("the month before"),
    }
    factor = FACTOR_OF_PART.get(code)
    if factor is None:
        return gettext("%(factor)s: %(money)s in %(month)s against %(base)s.") % values
    values |= {
        "now": words.short(factor, comparison.current.value(factor)),
        "before": words.short(factor, base.value(factor)),
    }
    return gettext("%(factor)s: %(money)s in %(month)s. It was %(before)s %(base)s, now %(now)s.") % values


def missing(branches: Sequence[Branch], day: date) -> dict[int, list[Line]]:
    """One line for a branch that lacks figures of recent trading days, up to the day before."""
    by_id = {branch.pk: branch for branch in branches}
    found = missing_of(list(by_id), day - timedelta(days=1))
    return {one.branch_id: [_missing_line(by_id[one.branch_id], one)] for one in found}


def _missing_line(branch: Branch, one: Missing) -> Line:
    newest, more = one.days[0], len(one.days) - 1
    url = reverse("scorecards:entry", args=[branch.code, newest.isoformat()])
    return agenda.line(
        lambda: _missing_text(newest, more),
        suggests=lambda: (
            gettext("Enter the missing figures, %(day)s first") % {"day": dates.day_short(newest)}
        ),
        url=url,
    )


def _missing_text(newest: date, more: int) -> str:
    values = {"day": dates.day_short(newest, weekday=True), "more": numbers.count(more)}
    if not more:
        return gettext("The figures of %(day)s are missing.") % values
    return (
        ngettext(
            "The figures of %(day)s and of one more day are missing.",
            "The figures of %(day)s and of %(more)s more days are missing.",
            more,
        )
        % values
    )


def actions(branches: Sequence[Branch], day: date) -> dict[int, list[Line]]:
    """A line for each open action, the longest due first; beyond six a last line counts the others. One query."""
    codes = {branch.pk: branch.code for branch in branches}
    page = reverse("meetings:actions")
    return {
        pk: list(_action_lines(f"{page}?branch={codes[pk]}", found, day))
        for pk, found in open_actions_of(branches).items()
    }


def _action_lines(url: str, found: Sequence[OpenAction], day: date) -> Iterable[Line]:
    for one in found[:MOST_ACTIONS]:
        yield _action_line(one, day, url)
    more = len(found) - MOST_ACTIONS
    if more > 0:
        yield agenda.line(
            lambda: (
                ngettext("One more action is open.", "%(more)s more actions are open.", more)
                % {"more": numbers.count(more)}
            ),
            url=url,
        )


def _action_line(one: OpenAction, day: date, url: str) -> Line:
    return agenda.line(lambda: _action_text(one, day), url=url, action_id=one.pk)


def _action_text(one: OpenAction, day: date) -> str:
    values = {"action": one.text, "owner": one.owner, "day": dates.day_short(one.due_on, weekday=True)}
    if one.due_on < day:
        return gettext("Overdue since %(day)s: %(action)s (%(owner)s)") % values
    if one.due_on == day:
        return gettext("Due today: %(action)s (%(owner)s)") % values
    return gettext("Due on %(day)s: %(action)s (%(owner)s)") % values
