"""Finding a branch, a region or a person by name or code, within what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from branches.models import Branch, Region, StaffMember, User
from branches.queries import named_like

MOST = 20
"""Of each kind; who sees twenty types another letter."""


@dataclass(frozen=True)
class Found:
    """What matches, at most MOST of each, exact codes first."""

    branches: list[Branch] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    staff: list[StaffMember] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there are in all."""
        return len(self.branches) + len(self.regions) + len(self.staff)


def found(user: User, text: str) -> Found:
    """Branches, regions and staff whose name or code holds the text; nothing for an empty text. Three queries.

    Branches only for leaders and regions only for those who have region pages: others have no page to go to.
    """
    text = text.strip()
    if not text:
        return Found()
    named = named_like(text)  # regions are named as branches are
    branches: QuerySet[Branch] = Branch.objects.none()
    if user.role != "staff":
        branches = Branch.objects.for_user(user).select_related("region").filter(named)
    regions = Region.objects.for_user(user).filter(named)
    staff = StaffMember.objects.for_user(user).filter(Q(name__icontains=text) | Q(number__icontains=text))
    return Found(
        _best(branches, text, "code"),
        _best(regions, text, "code"),
        _best(staff, text, "number"),
    )


def _best(rows: QuerySet, text: str, key: str) -> list:
    """The first rows, the one with exactly this code before all others."""
    first = list(rows[:MOST])
    exact = [row for row in first if getattr(row, key).lower() == text.lower()]
    if not exact:
        exact = list(rows.filter(**{f"{key}__iexact": text})[:1]) if len(first) == MOST else []
    return [*exact, *(row for row in first if row not in exact)][:MOST]
