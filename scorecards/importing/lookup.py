"""Which branch and which staff member a cell means."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from branches.models import Branch, StaffMember
from branches.models.units import BranchQuerySet
from scorecards.importing.cells import distinct, text

UNKNOWN, BLANK = -1, -2


@dataclass(frozen=True)
class Lookup:
    """Codes, names and numbers, folded to one case → ids; only what the importing user may see."""

    branches: dict[str, int]
    staff: dict[str, int]

    def branch_ids(self, values: pd.Series) -> np.ndarray:
        """The branch of each cell by code or name, UNKNOWN where there is none, BLANK where the cell says nothing."""
        return _ids(values, {**self.branches, "": BLANK})

    def staff_ids(self, values: pd.Series) -> np.ndarray:
        """The staff member of each cell by number; 0 (the whole branch) where the cell is blank."""
        codes, cells = distinct(values)
        found = [0 if not text(cell) else self.staff.get(text(cell).casefold(), UNKNOWN) for cell in cells]
        return np.array(found, np.int64)[codes]


def _ids(values: pd.Series, known: dict[str, int]) -> np.ndarray:
    codes, cells = distinct(values)
    return np.array([known.get(text(cell).casefold(), UNKNOWN) for cell in cells], np.int64)[codes]


def lookup_of(branches: BranchQuerySet) -> Lookup:
    """The lookup for these branches (already those that a user or token may see) and everybody ever employed there.

    A code wins over a name; a name that two branches share means neither.
    """
    rows = list(branches.order_by("pk").values_list("pk", "code", "name_en", "name_zh"))
    often = Counter(name.casefold() for _, _, *names in rows for name in {*names} if name)
    known = {
        name.casefold(): pk
        for pk, _, *names in rows
        for name in names
        if name and often[name.casefold()] == 1
    }
    known |= {code.casefold(): pk for pk, code, *_ in rows}
    people = StaffMember.objects.filter(employments__branch__in=branches.values("pk")).distinct()
    staff = {number.casefold(): pk for pk, number in people.order_by().values_list("pk", "number")}
    return Lookup(known, staff)


def all_branches() -> BranchQuerySet:
    """Every branch, for the command line, where whoever calls may do everything."""
    return Branch.objects.all()
