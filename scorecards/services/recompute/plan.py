"""What a run has to do, worked out from dates alone: periods, the spans that they need, and how to add those up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from formulas.arrays import Flags
from formulas.periods import Kind, Period, Span, period_of, periods_between, previous_span, year_before_span

ONE_DAY = timedelta(days=1)
BRANCH_DAYS_KEPT = 14
TREND_WEEKS = 13
_FURTHEST_COMPARISON = timedelta(days=366)
_DAYS_IN_A_BATCH = 16
_PERIODS_IN_A_BATCH = 12
_SOME_IN_A_BATCH = 32
_CARDS_AT_ONCE = 20_000
_SUMS_AT_ONCE = 50_000
"""Branches times periods that are added up together, each over its days and those of two bases."""
_SHORT = (Kind.DAY, Kind.WEEK)


@dataclass(frozen=True)
class Reach:
    """The days of the facts that count: the oldest of all and the newest of the run, both included."""

    first: date
    as_of: date


@dataclass(frozen=True)
class Windows:
    """The days of a period to date and of its two bases; a base that starts before the facts do is None."""

    current: Span
    previous: Span | None
    year_before: Span | None

    def spans(self) -> Iterator[Span]:
        """Those that there are."""
        return (span for span in (self.current, self.previous, self.year_before) if span is not None)


Branches = frozenset[int] | None
"""The branches whose cards change; None: all."""
Work = dict[Period, Branches]


def union(chosen: Iterable[Branches]) -> Branches:
    """All branches of any of these; None as soon as one of them means all."""
    found: frozenset[int] = frozenset()
    for branches in chosen:
        if branches is None:
            return None
        found |= branches
    return found


def windows_of(period: Period, reach: Reach) -> Windows:
    """The spans that a card of this period adds up."""
    current = period.to_date(reach.as_of)
    bases = previous_span(period, reach.as_of), year_before_span(current)
    previous, year_before = (base if base.first >= reach.first else None for base in bases)
    return Windows(current, previous, year_before)


def everything(reach: Reach) -> Work:
    """Every period that has a day within reach, for all branches."""
    return {period: None for kind in Kind for period in periods_between(kind, reach.first, reach.as_of)}


def changes(
    marked: Mapping[tuple[date, int], frozenset[int]], reach: Reach, previous_as_of: date, branches: int
) -> Work:
    """The periods to compute anew: those that rest on changed days, and those of new days.

    `marked`: (first day of month, its changed days as bits) → branches. When the newest day moves, in whichever
    direction, every branch's periods to date change with it. Where more than half of all `branches` change, all do.
    """
    work = _resting_on(Changes(marked), reach, branches // 2) if marked else {}
    if previous_as_of != reach.as_of:
        moved = Span(min(previous_as_of, reach.as_of) + ONE_DAY, max(previous_as_of, reach.as_of))
        for period in _holding(moved, reach):
            work[period] = None
        work |= dict.fromkeys(_days_to_keep_again(reach, previous_as_of))
    return work


def _days_to_keep_again(reach: Reach, previous_as_of: date) -> list[Period]:
    """Single days whose branches' cards were dropped by age and are young again, as the newest day moved back."""
    last = min(reach.as_of, previous_as_of - BRANCH_DAYS_KEPT * ONE_DAY)
    first = max(reach.first, reach.as_of - (BRANCH_DAYS_KEPT - 1) * ONE_DAY)
    return periods_between(Kind.DAY, first, last)


class Changes:
    """Which days of which branches have changed, made so that spans of days can be asked about one after the other."""

    def __init__(self, marked: Mapping[tuple[date, int], frozenset[int]]) -> None:
        self.branches = np.array(sorted(frozenset().union(*marked.values())), dtype=np.int64)
        months = [period_of(month, Kind.MONTH).span for month, _days in marked]
        self.span = Span(min(month.first for month in months), max(month.last for month in months))
        changed = np.zeros((self.span.days + 1, len(self.branches)), dtype=np.int16)
        for month, ((_first, bits), some) in zip(months, marked.items(), strict=True):
            rows = (month.first - self.span.first).days + 1 + np.flatnonzero(_flags(bits)[: month.days])
            columns = np.searchsorted(self.branches, np.array(sorted(some), dtype=np.int64))
            changed[np.ix_(rows, columns)] = 1
        self._days_before = np.cumsum(changed, axis=0, dtype=np.int32)

    def within(self, spans: Iterable[Span]) -> Flags:
        """Which of the branches have a changed day in any of the spans: (branches,)."""
        found = np.zeros(len(self.branches), dtype=bool)
        for span in spans:
            start = max((span.first - self.span.first).days, 0)
            end = min((span.last - self.span.first).days + 1, self.span.days)
            if start < end:
                found |= self._days_before[end] > self._days_before[start]
        return found


def _flags(bits: int) -> Flags:
    return np.array([bits >> n & 1 for n in range(31)], dtype=bool)


def _resting_on(changed: Changes, reach: Reach, most: int) -> Work:
    """Periods whose cards hold a changed day, are compared with one, or show it as a trend; equal sets are shared."""
    work: Work = {}
    known: dict[bytes, frozenset[int]] = {}
    first = max(changed.span.first, reach.first)
    last = min(changed.span.last + _FURTHEST_COMPARISON, reach.as_of)
    for period in (period for kind in Kind for period in periods_between(kind, first, last)):
        flags = changed.within(_rests_on(period, reach))
        count = int(flags.sum())
        if count > most:
            work[period] = None
        elif count:
            key = flags.tobytes()
            known[key] = known.get(key) or frozenset(changed.branches[flags].tolist())
            work[period] = known[key]
    return work


def _rests_on(period: Period, reach: Reach) -> Iterator[Span]:
    """The days that a period's cards show: its own, those of its bases, and of a month the weeks of its trend."""
    yield from windows_of(period, reach).spans()
    if period.kind == Kind.MONTH:
        weeks = trend_weeks(period.to_date(reach.as_of).last)
        yield Span(weeks[0], weeks[-1] + 6 * ONE_DAY)


def batches(work: Work, branches: int) -> Iterator[list[Period]]:
    """The periods in groups that are added up together: small enough for the memory; weeks before months.

    Periods of all `branches` and periods of some are never in one group: those of some are cheap together.
    """
    order = list(Kind)
    periods = sorted(work, key=lambda period: (order.index(period.kind), period.first))
    whole = [period for period in periods if work[period] is None]
    some = [period for period in periods if work[period] is not None]
    if not whole:
        yield from _sliced(some, _SOME_IN_A_BATCH)
        return
    yield from _sliced([period for period in some if period.kind in _SHORT], _SOME_IN_A_BATCH)
    yield from _batches_of_all(whole, max(1, _SUMS_AT_ONCE // max(1, branches)))
    yield from _sliced([period for period in some if period.kind not in _SHORT], _SOME_IN_A_BATCH)


def _batches_of_all(periods: list[Period], most: int) -> Iterator[list[Period]]:
    yield from _sliced([period for period in periods if period.kind == Kind.DAY], min(most, _DAYS_IN_A_BATCH))
    others, size = [period for period in periods if period.kind != Kind.DAY], min(most, _PERIODS_IN_A_BATCH)
    if len(others) <= size:
        yield from _sliced(others, size)
        return
    for kind in Kind:
        yield from _sliced([period for period in others if period.kind == kind], size)


def in_portions(windows: Mapping[Period, Windows], branches: int) -> Iterator[dict[Period, Windows]]:
    """The periods of a batch in portions that are computed side by side, by the memory that their cards take."""
    size = max(1, _CARDS_AT_ONCE // max(1, branches))
    for periods in _sliced(list(windows), size):
        yield {period: windows[period] for period in periods}


def trend_weeks(as_of: date) -> list[date]:
    """The Mondays of the thirteen newest whole weeks that end by this day, oldest first."""
    newest = period_of(as_of + ONE_DAY, Kind.WEEK).first - timedelta(days=7)
    return [newest - timedelta(weeks=n) for n in reversed(range(TREND_WEEKS))]


@dataclass(frozen=True)
class Atoms:
    """Spans cut into pieces that are added up once: `spans` in order of time, and which span covers which pieces."""

    spans: Sequence[Span]
    cover: Mapping[Span, range]

    def months(self) -> list[tuple[int, date, date]]:
        """(atom, first month, last month) of the whole months within the atoms; months by their first day."""
        found = []
        for number, span in enumerate(self.spans):
            whole = whole_months(span)
            if whole is not None:
                found.append((number, whole.first, period_of(whole.last, Kind.MONTH).first))
        return found

    def edges(self) -> list[tuple[int, Span]]:
        """(atom, span) of the days that are not part of a whole month, in order of time."""
        return [(number, edge) for number, span in enumerate(self.spans) for edge in _edges(span)]


def atoms_of(spans: Iterable[Span]) -> Atoms:
    """Cut the spans wherever one of them begins or ends; pieces that no span covers are left out."""
    wanted = {span for span in spans if not span.is_empty}
    cuts = sorted({span.first for span in wanted} | {span.last + ONE_DAY for span in wanted})
    pieces = [Span(a, b - ONE_DAY) for a, b in pairwise(cuts)]
    covered = _covered(pieces, wanted)
    kept = [piece for piece, used in zip(pieces, covered, strict=True) if used]
    firsts = {piece.first: n for n, piece in enumerate(kept)}
    lasts = {piece.last: n for n, piece in enumerate(kept)}
    return Atoms(kept, {span: range(firsts[span.first], lasts[span.last] + 1) for span in wanted})


def whole_months(span: Span) -> Span | None:
    """The whole calendar months within the span, as one span; None if it holds none."""
    first = span.first if span.first.day == 1 else period_of(span.first, Kind.MONTH).next().first
    after = period_of(span.last + ONE_DAY, Kind.MONTH).first
    return Span(first, after - ONE_DAY) if first < after else None


def _edges(span: Span) -> list[Span]:
    whole = whole_months(span)
    if whole is None:
        return [span]
    ends = Span(span.first, whole.first - ONE_DAY), Span(whole.last + ONE_DAY, span.last)
    return [end for end in ends if not end.is_empty]


def _covered(pieces: Sequence[Span], spans: Iterable[Span]) -> Flags:
    """Which pieces lie within at least one span."""
    number = {piece.first: n for n, piece in enumerate(pieces)}
    steps = np.zeros(len(pieces) + 1, dtype=np.int64)
    for span in spans:
        steps[number[span.first]] += 1
        steps[number.get(span.last + ONE_DAY, len(pieces))] -= 1
    return np.asarray(np.cumsum(steps)[: len(pieces)] > 0)


def _holding(span: Span, reach: Reach) -> list[Period]:
    last = min(span.last, reach.as_of)
    first = min(span.first, reach.as_of)
    return [period for kind in Kind for period in periods_between(kind, first, last)]


def _sliced(periods: list[Period], size: int) -> Iterator[list[Period]]:
    for start in range(0, len(periods), size):
        yield periods[start : start + size]
