"""Every change of a branch's day: what went from what to what, by whom, why."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from django.db.models import QuerySet

from branches.models import Branch, StaffMember, User
from formulas.components import COMPONENTS
from scorecards.models import DailyFigures, FigureChange, FigureImport, Source

MOST_CHANGES = 500
UNDO_WITHIN = timedelta(hours=24)
"""How long after a save it can be taken back with one press; later a correction says why."""


@dataclass(frozen=True)
class Change:
    """One change: `who` it is about (None: the whole branch) and its inputs as (name, from, to).

    `loaded_by` is the import that brought it, if the reader may see that.
    """

    change: FigureChange
    who: StaffMember | None
    inputs: tuple[tuple[str, int | None, int | None], ...]
    loaded_by: FigureImport | None


@dataclass(frozen=True)
class Loaded:
    """Figures as an import brought them first: such rows have no change of their own."""

    source: FigureImport
    rows: int


def changes_of(user: User, branch: Branch, day: date) -> list[Change]:
    """The changes of the day that the user may see, newest first, 500 at most. Three queries."""
    return _told(user, FigureChange.objects.for_user(user).filter(branch=branch, day=day))


def changes_of_month(user: User, branch: Branch, first: date) -> list[Change]:
    """The same for the days of the month that starts with `first`."""
    days = (first, first.replace(day=monthrange(first.year, first.month)[1]))
    return _told(user, FigureChange.objects.for_user(user).filter(branch=branch, day__range=days))


def _told(user: User, found: QuerySet[FigureChange]) -> list[Change]:
    changes = list(found.select_related("by")[:MOST_CHANGES])
    people = _people({change.staff_id for change in changes})
    imports = FigureImport.objects.for_user(user).in_bulk({c.import_id for c in changes if c.import_id})
    return [
        Change(c, people.get(c.staff_id), _inputs(c), imports.get(c.import_id) if c.import_id else None)
        for c in changes
    ]


def loads_of(user: User, branch: Branch, day: date) -> list[Loaded]:
    """The imports that stored rows of this day refer to, of those that the user may see."""
    rows = DailyFigures.objects.for_user(user).filter(branch=branch, day=day, import_id__isnull=False)
    ids = list(rows.values_list("import_id", flat=True))
    imports = FigureImport.objects.for_user(user).in_bulk(set(ids))
    return [Loaded(source, ids.count(pk)) for pk, source in sorted(imports.items())]


def has_figures(user: User, branch: Branch, day: date) -> bool:
    """Whether the day has figures that the user may see."""
    return DailyFigures.objects.for_user(user).filter(branch=branch, day=day).exists()


def _people(ids: Iterable[int]) -> dict[int, StaffMember]:
    """Members by id; the changes that name them are already those that the reader may see."""
    return StaffMember.objects.in_bulk([pk for pk in ids if pk])


def _inputs(change: FigureChange) -> tuple[tuple[str, int | None, int | None], ...]:
    """The inputs that differ, in the order of the wide row."""
    return tuple(
        (name, change.before.get(name), change.after.get(name))
        for name in COMPONENTS
        if name in change.before or name in change.after
    )


@dataclass(frozen=True)
class Save:
    """What one person stored of a branch's day at one instant. `number` names it: that of its newest change."""

    number: int
    changes: tuple[FigureChange, ...]

    @property
    def added(self) -> tuple[FigureChange, ...]:
        """The changes that brought a row which was not there before."""
        return tuple(change for change in self.changes if not change.before)

    @property
    def corrected(self) -> tuple[FigureChange, ...]:
        """The changes of rows that were there."""
        return tuple(change for change in self.changes if change.before)


def last_save(branch: Branch, day: date, *, by: User, at: datetime) -> Save | None:
    """The newest save of the branch's day, if this user typed it less than a day ago and nothing newer lies over it.

    None otherwise, and for rows that were taken away. One query.
    """
    changes = list(FigureChange.objects.filter(branch=branch, day=day)[:MOST_CHANGES])
    newest = changes[0] if changes else None
    if (
        newest is None
        or newest.by_id != by.pk
        or newest.source != Source.ENTRY
        or at - newest.at > UNDO_WITHIN
    ):
        return None
    together = tuple(takewhile(lambda change: change.at == newest.at, changes))
    return Save(newest.pk, together) if all(change.after for change in together) else None
