"""Which regions a reader sees, the formats, how fresh the cards are: what a region's page needs before its figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast

from branches.models import BranchFormat, Region, User
from scorecards.models import Freshness
from scorecards.queries import compiled
from ui.templatetags.ui import name_of


class Named(NamedTuple):
    """A region or a format, by its key, code and both names; a region with the one above and its position."""

    pk: int
    code: str
    name_en: str
    name_zh: str
    parent_id: int | None = None
    position: int = 0

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return name_of(self) or self.code


@dataclass(frozen=True, eq=False)
class Place:
    """What a page is about: a region with everything below it, or the company (`region` None).

    Equal only to itself, so that what is kept for a place of a thousand regions is found without comparing them.

    `above`: the regions above that the reader sees, topmost first. `below`: all below with their depth (1: directly),
    each before its own. `ids`: the region and all below.
    """

    region: Named | None
    above: tuple[Named, ...] = ()
    below: tuple[tuple[int, Named], ...] = ()
    ids: frozenset[int] = frozenset()

    def narrowed(self, regions: frozenset[int] | None) -> frozenset[int]:
        """The regions of the place, or those of a part of it."""
        return self.ids if regions is None else self.ids & regions


@dataclass(frozen=True)
class Part:
    """A part of the branches in a reader's scope: those of a region and all below it, those of a format; None: of all.

    `regions`: the region's key and those of all below.
    """

    region: Named | None = None
    format: Named | None = None
    regions: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.region or self.format)

    def of(self, branch: str = "branch") -> Q:
        """Which rows are of these branches; `branch`: the field that leads to the branch."""
        found = Q()
        if self.region:
            found &= Q(**{f"{branch}__region__in": self.regions})
        if self.format:
            found &= Q(**{f"{branch}__format": self.format.pk})
        return found


EVERYWHERE = Part()


@dataclass(frozen=True)
class Directory:
    """The regions in the reader's scope, all formats, and the newest day and moment of the cards (None: never)."""

    regions: dict[int, Named] = field(default_factory=dict)
    formats: dict[int, Named] = field(default_factory=dict)
    as_of: date | None = None
    computed_at: datetime | None = None

    def region(self, code: str) -> Named | None:
        """The region with this code; None where there is none or the reader may not see it."""
        return next((region for region in self.regions.values() if region.code == code), None)

    def format(self, code: str) -> Named | None:
        """The format with this code."""
        return next((found for found in self.formats.values() if found.code == code), None)

    @property
    def everywhere(self) -> Place:
        """All regions in scope."""
        return self.place(None)

    def part(self, region: str, format: str) -> Part:
        """The part with these codes; a code that there is not, or not for this reader, asks for nothing."""
        found = self.region(region)
        return Part(found, self.format(format), self.place(found).ids if found else frozenset())

    def children(self, region: Named | None) -> list[Named]:
        """The regions directly below, by position and code; of the company: those without one above in scope."""
        return self._children.get(region.pk if region else None, [])

    @cached_property
    def _children(self) -> dict[int | None, list[Named]]:
        """Region → those directly below, in order; None → those without one above in scope."""
        found: dict[int | None, list[Named]] = {}
        for region in sorted(self.regions.values(), key=lambda r: (r.position, r.code)):
            above = region.parent_id if region.parent_id in self.regions else None
            found.setdefault(above, []).append(region)
        return found

    def place(self, region: Named | None) -> Place:
        """A region (None: the company) with what lies above and below it."""
        key = region.pk if region else None
        if key not in self._places:
            self._places[key] = self._place(region)
        return self._places[key]

    @cached_property
    def _places(self) -> dict[int | None, Place]:
        """Those asked for so far."""
        return {}

    def _place(self, region: Named | None) -> Place:
        below = tuple(self._below(region, 1))
        own = {region.pk} if region else set()
        return Place(region, tuple(self._above(region)), below, frozenset(own | {r.pk for _, r in below}))

    def _below(self, region: Named | None, depth: int) -> list[tuple[int, Named]]:
        found = []
        for child in self.children(region):
            found += [(depth, child), *self._below(child, depth + 1)]
        return found

    def _above(self, region: Named | None) -> list[Named]:
        found: list[Named] = []
        while region is not None and region.parent_id in self.regions:
            region = self.regions[region.parent_id]
            found.insert(0, region)
        return found


def directory(user: User) -> Directory:
    """All three in one statement: these tables are small, and each query of their own would cost more than its rows.

    The regions read are the scope of regional staff, which is not asked for again.
    """
    asked_by = user.scope if user.knows_scope or not user.is_regional else user.pk
    found = _made_of(tuple(compiled.rows(("directory", asked_by), lambda: _all(user))))
    user.learn_regions(found.regions)
    return found


@lru_cache(maxsize=64)
def _made_of(rows: tuple[tuple[Any, ...], ...]) -> Directory:
    """The directory that these rows make. They are read for every page; the same ones make the same directory."""
    kept: dict[str, dict[int, Named]] = {"region": {}, "format": {}, "fresh": {}}
    for what, *values in rows:
        kept[what][values[0]] = Named._make(values)
    fresh = kept["fresh"].get(1)
    return Directory(
        regions=kept["region"],
        formats=kept["format"],
        as_of=date.fromisoformat(fresh.code) if fresh and fresh.code else None,
        computed_at=_instant(fresh.name_en) if fresh and fresh.name_en else None,
    )


def _all(user: User) -> QuerySet[Any]:
    return _rows(
        Region.objects.for_user(user), "region", Cast("parent_id", BigIntegerField()), "position"
    ).union(
        _rows(BranchFormat.objects.all(), "format", _no_parent(), Value(0, IntegerField())),
        _fresh(),
        all=True,
    )


def _rows(units: QuerySet[Any], what: str, parent: Any, position: Any) -> QuerySet[Any]:
    kind = Value(what, CharField())
    return units.order_by().values_list(kind, "pk", "code", "name_en", "name_zh", parent, position)


def _fresh() -> QuerySet[Any]:
    """The freshness in the columns of a name: the newest day as code, the moment as English name."""
    day, moment = (Cast(name, CharField(max_length=40)) for name in ("as_of", "computed_at"))
    return Freshness.objects.order_by().values_list(
        Value("fresh", CharField()), "pk", day, moment, "stamp", _no_parent(), Value(0, IntegerField())
    )


def _no_parent() -> Cast:
    return Cast(Value(None), BigIntegerField())


def _instant(text: str) -> datetime:
    """A moment as the database writes it in a text; SQLite leaves out the zone, which is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
