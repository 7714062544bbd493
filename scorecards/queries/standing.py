"""How a region or the company stands in a period, and which of its branches lost most: one read of cards."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from django.db.models import F, Q

from branches.models import User
from formulas.components import FORMULA_INPUTS
from formulas.lmdi import PARTS
from formulas.periods import Period
from scorecards.models import Card, Level
from scorecards.queries import compiled
from scorecards.queries.comparison import PREVIOUS, YEAR_BEFORE, Comparison, of_card
from scorecards.queries.directory import Place

HELPED = 3
_LOOKED_AT = 40
_SUMS = ("days", "known", "visitor_days", "buyers_counted", *FORMULA_INPUTS)


@dataclass(frozen=True)
class Loser:
    """A branch whose revenue fell: by how much, why, and whether day-to-day variation could explain it.

    Money in minor units; `parts` adds up to `change`. `growth` with its 95 % interval `low` … `high`, as fractions.
    `missing`: trading days without figures, which alone may make a branch look worse than it is.
    """

    code: str
    name_en: str
    name_zh: str
    change: int
    growth: float | None
    low: float | None
    high: float | None
    parts: tuple[tuple[str, int], ...]
    missing: int

    @property
    def is_sure(self) -> bool:
        """Whether the interval of the growth excludes zero."""
        return self.high is not None and self.high < 0


@dataclass(frozen=True)
class Standing:
    """A unit's card as a comparison, its branch-days due, and the branches that need help, largest loss first.

    `comparison` None: no card, that is no figures in the period or in those it is compared with.
    `has_year_before`: whether the year before has figures at all.
    """

    comparison: Comparison | None
    days_due: int
    losers: tuple[Loser, ...]
    has_year_before: bool


def standing(user: User, place: Place, period: Period, against: str) -> Standing:
    """One query: the unit's own card first, then the largest losses below it, in the order of an index.

    Fair to small branches: a loss is named only if it is money, largest first, and those that day-to-day variation
    explains come after all others. Branches that closed, or opened after the base began, are not named.
    """
    columns = _columns(against)
    region = place.region.pk if place.region else None
    key = ("standing", user.role, user.scope, region, place.ids, period, against)
    rows = compiled.rows(key, lambda: _cards(user, place, period, against, columns))
    if not rows or rows[0][0] == Level.BRANCH:
        return Standing(None, 0, (), has_year_before=False)
    unit = dict(zip(columns, rows[0], strict=True))
    high = columns.index(f"{against}_growth_high")
    named = sorted(rows[1:], key=lambda row: row[high] is None or row[high] >= 0)[:HELPED]
    return Standing(
        comparison=of_card(cast(Card, SimpleNamespace(**unit)), against),
        days_due=unit["days_due"],
        losers=tuple(_loser(dict(zip(columns, row, strict=True)), against) for row in named),
        has_year_before=bool(unit["year_before_days"]),
    )


def _cards(user: User, place: Place, period: Period, against: str, columns: list[str]) -> Any:
    cards = Card.objects.for_user(user).filter(
        kind=period.kind.value, starts_on=period.first, level__gte=Level.BRANCH
    )
    lost = Q(level=Level.BRANCH, unit_branch__isnull=False) & Q(
        **{f"{against}_change__lt": 0, f"{against}_driver_openings": 0}
    )
    if place.region is None:
        chosen = Q(level=Level.COMPANY) | lost
    else:
        chosen = Q(level=Level.REGION, unit_id=place.region.pk) | (lost & Q(region_id__in=place.ids))
    ordered = cards.filter(chosen).order_by("-level", F(f"{against}_change").asc(), "unit_id")
    return ordered.values_list(*columns)[: 1 + _LOOKED_AT]


def _columns(against: str) -> list[str]:
    own = ["level", "kind", "starts_on", "ends_on", "days_due", *_SUMS]
    base = [
        f"{against}_{name}" for name in (*_SUMS, "chain", "change", "growth", "growth_low", "growth_high")
    ]
    parts = [f"{against}_driver_{part}" for part in PARTS]
    names = ["unit_branch__code", "unit_branch__name_en", "unit_branch__name_zh"]
    return list(dict.fromkeys([*own, *base, *parts, *names, "year_before_days"]))


def _loser(row: dict[str, Any], against: str) -> Loser:
    values = [(part, row[f"{against}_driver_{part}"] or 0) for part in PARTS]
    return Loser(
        code=row["unit_branch__code"],
        name_en=row["unit_branch__name_en"],
        name_zh=row["unit_branch__name_zh"],
        change=row[f"{against}_change"],
        growth=row[f"{against}_growth"],
        low=row[f"{against}_growth_low"],
        high=row[f"{against}_growth_high"],
        parts=tuple((part, money) for part, money in values if money),
        missing=max(row["days_due"] - row["days"], 0),
    )


__all__ = ["HELPED", "PREVIOUS", "YEAR_BEFORE", "Loser", "Standing", "standing"]
