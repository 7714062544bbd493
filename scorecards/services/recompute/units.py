"""The company as arrays: branches with region and format, and which unit lies below which."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from branches.models import Branch, Region
from formulas.arrays import Flags, Floats, Ints

COMPANY = 0
"""The unit of the company's own cards, in the place of a region's id."""


@dataclass(frozen=True, eq=False)
class Company:
    """`branches` ascending with their `regions` and `formats`; `parents`: region → region above, None at the top.

    A run after a few changes holds the branches of the regions that these touch, and no others. `moved`: branch →
    regions under which cards of it are stored besides the one in which it lies now.
    """

    branches: Ints
    regions: Ints
    formats: Ints
    parents: Mapping[int, int | None]
    moved: Mapping[int, frozenset[int]] = field(default_factory=dict)
    whole: bool = True

    @classmethod
    def load(
        cls, regions: Collection[int] | None = None, moved: Mapping[int, frozenset[int]] | None = None
    ) -> Company:
        """Two queries, whatever the size. `regions`: only the branches that lie right in these or in those above."""
        parents = dict(Region.objects.order_by().values_list("pk", "parent_id"))
        found = Branch.objects.order_by("pk")
        if regions is not None:
            found = found.filter(region__in=sorted(_with_those_above(regions, parents)))
        rows = list(found.values_list("pk", "region_id", "format_id"))
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
        return cls(table[:, 0], table[:, 1], table[:, 2], parents, moved or {}, regions is None)

    @cached_property
    def above(self) -> Ints:
        """The units above branches: the company, then every region, ascending."""
        return np.array([COMPANY, *sorted(self.parents)], dtype=np.int64)

    @cached_property
    def parent(self) -> Ints:
        """For each unit of `above` the place of the one over it there; the company's own place for the company.

        A circle in the tree is cut where the walk from its lowest id closes.
        """
        found = np.zeros(len(self.above), dtype=np.int64)
        place = {int(unit): n for n, unit in enumerate(self.above)}
        sound: set[int] = {COMPANY}
        for region in sorted(self.parents):
            walked: list[int] = []
            step = region
            while step not in sound and step not in walked:
                walked.append(step)
                over = self.parents.get(step)
                step = COMPANY if over is None or over in walked else over
                found[place[walked[-1]]] = place[step]
            sound.update(walked)
        return found

    @cached_property
    def depth(self) -> Ints:
        """How many steps each unit of `above` lies below the company."""
        steps, depth = self.parent.copy(), np.zeros(len(self.above), dtype=np.int64)
        while steps.any():
            depth += steps > 0
            steps = self.parent[steps]
        return depth + (np.arange(len(depth)) > 0)

    @cached_property
    def region_place(self) -> Ints:
        """The place in `above` of each branch's region."""
        return np.searchsorted(self.above, self.regions)

    def place(self, branches: Ints) -> Ints:
        """Each branch's place in `branches`, −1 for one that is not there any more."""
        if not len(self.branches):
            return np.full(len(branches), -1, dtype=np.int64)
        found = np.searchsorted(self.branches, branches).clip(max=len(self.branches) - 1)
        return np.where(self.branches[found] == branches, found, -1)

    def regions_of(self, branches: Ints) -> Floats:
        """The region of each of any branches, NaN for one that is not there any more."""
        place = self.place(branches)
        regions = np.full(len(branches), np.nan)
        regions[place >= 0] = self.regions[place[place >= 0]]
        if not self.whole and (place < 0).any():
            elsewhere = Branch.objects.filter(pk__in=np.unique(branches[place < 0]).tolist())
            known = dict(elsewhere.order_by().values_list("pk", "region_id"))
            regions[place < 0] = [known.get(branch, np.nan) for branch in branches[place < 0].tolist()]
        return regions

    def touched(self, branches: frozenset[int] | None) -> Flags:
        """Which units of `above` have one of these branches below them, or had: (len(above),). None: all."""
        if branches is None:
            return np.ones(len(self.above), dtype=bool)
        found = self._own(branches)
        for depth in range(int(self.depth.max(initial=0)), 0, -1):
            found[self.parent[found & (self.depth == depth)]] = True
        found[0] = True
        return found

    def untouched_below(self, touched: Flags) -> Flags:
        """Which units of `above` are not touched but lie right below one that is: (len(above),)."""
        return ~touched & touched[self.parent] & (self.above != COMPANY)

    def beside(self, branches: frozenset[int]) -> Ints:
        """All branches that lie right in a region touched by these, ascending, themselves included."""
        return self.branches[self.touched(branches)[self.region_place]]

    def _own(self, branches: frozenset[int]) -> Flags:
        """The regions of `above` in which these branches lie or lay themselves."""
        found = np.zeros(len(self.above), dtype=bool)
        found[self.region_place[np.isin(self.branches, list(branches))]] = True
        left = [region for branch in branches & self.moved.keys() for region in self.moved[branch]]
        found |= np.isin(self.above, left)
        return found


def _with_those_above(regions: Collection[int], parents: Mapping[int, int | None]) -> set[int]:
    found: set[int] = set()
    for region in regions:
        step: int | None = region
        while step is not None and step not in found:
            found.add(step)
            step = parents.get(step)
    return found
