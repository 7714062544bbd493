"""How a region or the company stands in a period, and which of its branches lost most: one read of cards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, cast

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Field,
    IntegerField,
    Model,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from branches.models import Branch, User
from formulas.components import FORMULA_INPUTS
from formulas.lmdi import PARTS
from formulas.periods import Period
from scorecards.models import Card, Level
from scorecards.queries import compiled
from scorecards.queries.comparison import PREVIOUS, YEAR_BEFORE, Comparison, of_card
from scorecards.queries.directory import Place
from scorecards.queries.sureness import is_surely_below, surely_below

HELPED = 3
_LOOKED_AT = 40
_SUMMED = 0
"""In the place of a level: the row of sums over branches."""
_SUMS = ("days", "known", "visitor_days", "buyers_counted", *FORMULA_INPUTS)


@dataclass(frozen=True)
class Loser:
    """A branch whose revenue fell: by how much, why, and whether day-to-day variation could explain it.

    Money in minor units; `parts` adds up to `change`. `growth` with its 95 % interval `low` … `high`, as fractions.
    `days` of the `days_due` trading days have figures: too few make a branch look worse than it is.
    """

    code: str
    name_en: str
    name_zh: str
    change: int
    growth: float | None
    low: float | None
    high: float | None
    parts: tuple[tuple[str, int], ...]
    days: int
    days_due: int

    @property
    def missing(self) -> int:
        """Trading days without figures."""
        return max(self.days_due - self.days, 0)

    @property
    def is_sure(self) -> bool:
        """Whether neither day-to-day variation nor missing days explain the loss."""
        return is_surely_below(self.high, self.days, self.days_due)


@dataclass(frozen=True)
class LikeForLike:
    """The change of the branches that traded in both periods, where others did in only one of them.

    `change` and `base` in minor units, of the `branches` that did; `only_now`, `only_then`: how many others traded in
    one of the two alone, because they opened, closed, or were shut for a while: the figures do not tell which.
    """

    branches: int
    change: int
    base: int
    only_now: int
    only_then: int

    @property
    def growth(self) -> float | None:
        """The relative change; None from nothing."""
        return self.change / self.base if self.base else None


@dataclass(frozen=True)
class Standing:
    """A unit's card as a comparison, its branch-days due, and the branches that need help, largest loss first.

    `branches`: how many branches below have a card of the period; None: not known.

    `against`: what it is compared with. `comparison` None: no card, that is no figures in the period or in those it is
    compared with. `like_for_like`: where openings or closures are a part of the change.
    """

    against: str
    comparison: Comparison | None = None
    days_due: int = 0
    branches: int | None = None
    losers: tuple[Loser, ...] = ()
    like_for_like: LikeForLike | None = None


def standing(user: User, place: Place, period: Period, against: str = "") -> Standing:
    """One query: the unit's own card, the largest losses below it in the order of an index, and what is like for like.

    `against` "": the year before where the unit has figures of it, else the period before.

    Fair to small branches: a loss is named only if it is money, largest first, and those that day-to-day variation or
    days without figures may explain come after all others. Branches that closed, or opened after the base began, are
    not named.
    """
    region = place.region.pk if place.region else None
    key = ("standing", user.role, user.scope, region, place.ids, period, against)
    asked = _Asked(user, place, period)
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in compiled.rows(key, lambda: _parts(asked, against)):
        found.setdefault(row[0], []).append(row)
    known = [
        _standing(found.get(base, []), base) for base in ([against] if against else [YEAR_BEFORE, PREVIOUS])
    ]
    return next((one for one in known if one.comparison), known[-1])


def _standing(rows: list[tuple[Any, ...]], against: str) -> Standing:
    """The standing out of its rows: the unit's, those of losses, and the one of the like-for-like sums."""
    columns = _columns(against)
    level, turn, change = (columns.index(name) for name in ("level", "turn", f"{against}_change"))
    unit = next((dict(zip(columns, row, strict=True)) for row in rows if row[level] > Level.BRANCH), None)
    if unit is None:
        return Standing(against)
    lost = [row for row in rows if row[level] == Level.BRANCH]
    lost.sort(key=itemgetter(turn, change))  # the database does not promise the order of a UNION ALL
    return Standing(
        against=against,
        comparison=of_card(cast(Card, SimpleNamespace(**unit)), against),
        days_due=unit["days_due"],
        branches=unit["branches"],
        losers=tuple(_loser(dict(zip(columns, row, strict=True)), against) for row in lost),
        like_for_like=next((_like_for_like(row, against) for row in rows if row[level] == _SUMMED), None),
    )


@dataclass(frozen=True)
class _Asked:
    """Whose cards of which place and period."""

    user: User
    place: Place
    period: Period

    def cards(self) -> QuerySet[Card]:
        """Every card of the period in scope."""
        return Card.objects.for_user(self.user).filter(
            kind=self.period.kind.value, starts_on=self.period.first
        )

    def own(self) -> Q:
        """Which card is the unit's own."""
        region = self.place.region
        return Q(level=Level.REGION, unit_id=region.pk) if region else Q(level=Level.COMPANY)

    def branches(self) -> Q:
        """Which cards are those of the branches below it."""
        below = Q(level=Level.BRANCH, unit_branch__isnull=False)
        return below if self.place.region is None else below & Q(region_id__in=self.place.ids)


def _parts(asked: _Asked, against: str) -> list[compiled.Made]:
    """What the statement is made of; for "" both comparisons, of which only the one that counts finds rows."""
    if against:
        return [_stands(asked, against, None), _traded_in_both(asked, against, None)]
    has_year = Exists(asked.cards().filter(asked.own()).filter(year_before_days__gt=0))
    return [
        part(asked, base, condition)
        for base, condition in ((YEAR_BEFORE, has_year), (PREVIOUS, ~has_year))
        for part in (_stands, _traded_in_both)
    ]


def _stands(asked: _Asked, against: str, condition: Any) -> compiled.Shortlist:
    """The unit's own card, and of the largest losses below it those that are named."""
    lost = asked.branches() & Q(**{f"{against}_change__lt": 0, f"{against}_driver_openings": 0})
    cards = asked.cards().filter(asked.own() | lost, level__gte=Level.BRANCH)
    if condition is not None:
        cards = cards.filter(condition)
    ordered = cards.order_by("-level", F(f"{against}_change").asc(), "unit_id")
    columns = _columns(against)
    known = ordered.annotate(against=Value(against, CharField()), turn=_turn(against)).values_list(*columns)
    by = tuple(1 + columns.index(name) for name in ("turn", f"{against}_change", "unit_branch__code"))
    return compiled.Shortlist(known[: 1 + _LOOKED_AT], by, 1 + HELPED)


def _turn(against: str) -> Case:
    """0 for the unit's own card, 1 for a loss that is sure, 2 for any other."""
    return Case(
        When(level__gt=Level.BRANCH, then=0),
        When(surely_below(against), then=1),
        default=2,
        output_field=IntegerField(),
    )


def _traded_in_both(asked: _Asked, against: str, condition: Any) -> QuerySet[Any]:
    """One row of level _SUMMED with sums over the branches, where openings are a part of the unit's change.

    The database looks at the unit first and reads no branch where they are not.
    """
    openings = f"{against}_driver_openings"
    moved = Exists(
        asked.cards().filter(asked.own()).exclude(**{openings: 0}).filter(**{f"{openings}__isnull": False})
    )
    cards = asked.cards().filter(asked.branches(), moved, *([] if condition is None else [condition]))
    both = Q(**{openings: 0, f"{against}_change__isnull": False})
    sums = {
        "against": Value(against, CharField()),
        "level": Value(_SUMMED, IntegerField()),
        "turn": Value(3, IntegerField()),
        "days_due": Count("unit_id", filter=both),
        "days": Count("unit_id", filter=Q(**{f"{openings}__gt": 0})),
        f"{against}_days": Count("unit_id", filter=Q(**{f"{openings}__lt": 0})),
        f"{against}_change": Cast(Sum(f"{against}_change", filter=both), BigIntegerField()),
        f"{against}_revenue": Cast(Sum(f"{against}_revenue", filter=both), BigIntegerField()),
    }
    columns = {f"sum_{name}": sums.get(name) or _nothing(name) for name in _columns(against)}
    constants = {name: one for name, one in columns.items() if not one.contains_aggregate}
    return (
        cards.order_by()
        .values(**constants)
        .annotate(**{name: one for name, one in columns.items() if name not in constants})
        .values_list(*columns)
    )


def _nothing(name: str) -> Cast:
    """NULL in the type of a column."""
    model: type[Model] = Branch if name.startswith("unit_branch__") else Card
    return Cast(
        Value(None), cast("Field[Any, Any]", model._meta.get_field(name.removeprefix("unit_branch__")))
    )


def _like_for_like(row: tuple[Any, ...], against: str) -> LikeForLike | None:
    sums = dict(zip(_columns(against), row, strict=True))
    if not (sums["days"] or sums[f"{against}_days"]):
        return None
    return LikeForLike(
        branches=sums["days_due"],
        change=sums[f"{against}_change"] or 0,
        base=sums[f"{against}_revenue"] or 0,
        only_now=sums["days"],
        only_then=sums[f"{against}_days"],
    )


@lru_cache(maxsize=2)
def _columns(against: str) -> tuple[str, ...]:
    own = ["against", "level", "turn", "kind", "starts_on", "ends_on", "days_due", "branches", *_SUMS]
    base = [
        f"{against}_{name}" for name in (*_SUMS, "chain", "change", "growth", "growth_low", "growth_high")
    ]
    parts = [f"{against}_driver_{part}" for part in PARTS]
    names = ["unit_branch__code", "unit_branch__name_en", "unit_branch__name_zh"]
    return (*own, *base, *parts, *names)


def _loser(row: dict[str, Any], against: str) -> Loser:
    parts = [(part, row[f"{against}_driver_{part}"]) for part in PARTS]
    return Loser(
        code=row["unit_branch__code"],
        name_en=row["unit_branch__name_en"],
        name_zh=row["unit_branch__name_zh"],
        change=row[f"{against}_change"],
        growth=row[f"{against}_growth"],
        low=row[f"{against}_growth_low"],
        high=row[f"{against}_growth_high"],
        parts=tuple([part for part in parts if part[1]]),
        days=row["days"],
        days_due=row["days_due"],
    )


__all__ = ["HELPED", "PREVIOUS", "YEAR_BEFORE", "LikeForLike", "Loser", "Standing", "standing"]
