"""The company as arrays: branches with region and format, and which branches lie below which region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from branches.models import Branch, Region
from formulas.arrays import Floats, Ints

COMPANY = 0
"""The unit of the company's own cards, in the place of a region's id."""


@dataclass(frozen=True, eq=False)
class Company:
    """`branches` ascending with their `regions` and `formats`; `parents`: region → region above, None at the top."""

    branches: Ints
    regions: Ints
    formats: Ints
    parents: Mapping[int, int | None]

    @classmethod
    def load(cls) -> Company:
        """Two queries, whatever the size."""
        rows = list(Branch.objects.order_by("pk").values_list("pk", "region_id", "format_id"))
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
        parents = dict(Region.objects.order_by().values_list("pk", "parent_id"))
        return cls(table[:, 0], table[:, 1], table[:, 2], parents)

    @cached_property
    def above(self) -> Ints:
        """The units above branches: the company, then every region, ascending."""
        return np.array([COMPANY, *sorted(self.parents)], dtype=np.int64)

    @cached_property
    def membership(self) -> tuple[Ints, Ints]:
        """(place in `above`, place in `branches`) of every branch below every unit, sorted by the first."""
        paths = {region: self._path(region) for region in set(self.regions.tolist())}
        place = {int(unit): n for n, unit in enumerate(self.above)}
        pairs = [(place[u], n) for n, region in enumerate(self.regions.tolist()) for u in paths[region]]
        table = np.array(sorted(pairs), dtype=np.int64).reshape(len(pairs), 2)
        return table[:, 0], table[:, 1]

    def roll_up(self, values: Floats) -> Floats:
        """Sums over the branches below each unit of `above`: (branches, k) → (len(above), k).

        Several periods may stand one below the other, (n · branches, k) → (n · len(above), k).
        """
        unit, branch = self.membership
        height, width = len(self.branches), values.shape[1]
        periods = max(1, len(values) // height) if height else 1
        total = np.zeros((len(self.above), periods * width))
        if len(unit):
            side_by_side = values.reshape(periods, height, width).transpose(1, 0, 2).reshape(height, -1)
            held, starts = np.unique(unit, return_index=True)
            total[held] = np.add.reduceat(side_by_side[branch], starts, axis=0)
        below = total.reshape(len(self.above), periods, width).transpose(1, 0, 2)
        return np.ascontiguousarray(below).reshape(-1, width)

    def place(self, branches: Ints) -> Ints:
        """Each branch's place in `branches`, −1 for one that is not there any more."""
        if not len(self.branches):
            return np.full(len(branches), -1, dtype=np.int64)
        found = np.searchsorted(self.branches, branches).clip(max=len(self.branches) - 1)
        return np.where(self.branches[found] == branches, found, -1)

    def _path(self, region: int) -> list[int]:
        """The region, those above it, and the company; a circle in the tree ends the walk."""
        path: list[int] = []
        step: int | None = region
        while step is not None and step not in path:
            path.append(step)
            step = self.parents.get(step)
        return [*path, COMPANY]
