"""A run of the recompute from end to end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from formulas.arrays import Floats
from formulas.periods import Kind, Period, period_of, periods_between
from scorecards.models import Card, Freshness, Level, MetricCard, MonthSums
from scorecards.services.recompute import above, metric_cards, plan, store, sums
from scorecards.services.recompute.blocks import NUMBERS, Block, Order, Spool
from scorecards.services.recompute.cards import TradingCalendar, branch_cards, calendar_span, staff_cards
from scorecards.services.recompute.marks import Marks
from scorecards.services.recompute.plan import Atoms, Reach, Windows, Work
from scorecards.services.recompute.tables import read_matrix, room_to_add_up
from scorecards.services.recompute.trends import Trends
from scorecards.services.recompute.units import Company
from scorecards.signals import recomputed

Progress = Callable[[int, int], None]
_TRIES = 3


class Overtaken(Exception):
    """Another run wrote its cards while this one was computing: what this one read may be older."""


@dataclass
class _Night:
    """What one run knows: what it saw of the facts at its start, and where it puts what it computes."""

    seen: Freshness
    marks: Marks
    reach: Reach
    work: Work
    whole: bool
    staff: frozenset[int] | None
    company: Company
    spool: Spool


def recompute(*, today: date, everything: bool = False, progress: Progress | None = None) -> dict[str, Any]:
    """Compute the cards of what is marked (or of everything) and write them in one transaction; returns counts.

    Cards affected: the periods that hold a marked month, and the later ones that are compared with it. Always from the
    facts; running it again gives the same rows. The counts: `as_of` (ISO day or None), `months` marked, `periods`,
    `cards`. Raises Overtaken if other runs keep writing meanwhile. Sends `signals.recomputed` on commit.
    """
    for _try in range(_TRIES):
        try:
            with room_to_add_up():
                return _recompute(today, everything, progress)
        except Overtaken:
            continue
    raise Overtaken("other runs kept writing")


def _recompute(today: date, everything: bool, progress: Progress | None) -> dict[str, Any]:
    seen = Freshness.objects.get_or_create(pk=1)[0]
    marks = Marks.read()
    first, as_of = sums.reach_of_facts(today - timedelta(days=1))
    if first is None or as_of is None:
        return _commit_nothing(seen, marks)
    spool = Spool()
    try:
        night = _prepare(seen, marks, Reach(first, as_of), everything, spool)
        _compute(night, progress)
        metrics = metric_cards.measure(_months_to_measure(night), night.reach, night.company)
        return _commit(night, metrics)
    finally:
        spool.close()


def _prepare(seen: Freshness, marks: Marks, reach: Reach, everything: bool, spool: Spool) -> _Night:
    whole = everything or seen.as_of is None or seen.since != reach.first
    marked = marks.by_month()
    if whole:
        sums.rebuild_months(reach.first, reach.as_of)
        work, staff = plan.everything(reach), None
    else:
        assert seen.as_of is not None
        work = plan.changes(marked, reach, seen.as_of)
        all_staff = None in _branches_of(work)
        before = frozenset() if all_staff else _staff_of(marked)
        sums.refresh_months(marked)
        staff = None if all_staff else before | _staff_of(marked)
    return _Night(seen, marks, reach, work, whole, staff, Company.load(), spool)


def _branches_of(work: Work) -> list[plan.Branches]:
    return [branches for period, branches in work.items() if period.kind != Kind.DAY]


def _staff_of(marked: dict[date, frozenset[int]]) -> frozenset[int]:
    """Staff members with figures in the marked months, as the month sums know them now."""
    found: set[int] = set()
    for month, branches in marked.items():
        rows = MonthSums.objects.filter(month=month, branch_id__in=branches, staff_id__gt=0)
        found.update(rows.values_list("staff_id", flat=True))
    return frozenset(found)


def _months_to_measure(night: _Night) -> Mapping[date, plan.Branches]:
    """The marked months of the marked branches, and with a new day the newest two of all: some records come in late."""
    reach = night.reach
    if night.whole:
        return {period.first: None for period in periods_between(Kind.MONTH, reach.first, reach.as_of)}
    newest = period_of(reach.as_of, Kind.MONTH)
    months: dict[date, plan.Branches] = dict(night.marks.by_month())
    if night.seen.as_of != reach.as_of:
        months |= {newest.first: None, newest.previous().first: None}
    first = reach.first.replace(day=1)
    return {month: branches for month, branches in months.items() if first <= month <= reach.as_of}


def _compute(night: _Night, progress: Progress | None) -> None:
    trends = Trends()
    done, total = 0, len(night.work)
    for batch in plan.batches(night.work):
        _compute_batch(night, batch, trends)
        done += len(batch)
        if progress is not None:
            progress(done, total)


def _compute_batch(night: _Night, batch: list[Period], trends: Trends) -> None:
    windows = {period: plan.windows_of(period, night.reach) for period in batch}
    atoms = plan.atoms_of(span for found in windows.values() for span in found.spans())
    _compute_branches(night, windows, atoms, trends)
    with_staff = {period: found for period, found in windows.items() if period.kind != Kind.DAY}
    if with_staff and night.staff != frozenset():
        _compute_staff(night, with_staff, atoms)


def _compute_branches(night: _Night, windows: dict[Period, Windows], atoms: Atoms, trends: Trends) -> None:
    found = sums.branch_sums(atoms, plan.union(night.work[period] for period in windows))
    calendar = TradingCalendar(night.company, calendar_span([w.current for w in windows.values()]))
    for some in plan.in_portions(windows, len(night.company.branches)):
        blocks = branch_cards(some, found, night.company, calendar, night.work)
        ranked = {period: _ranked(night, block) for period, block in blocks.items()}
        periods = list(some)
        above_them = above.region_cards([ranked[period].whole for period in periods], night.company)
        for period, (regions, company) in zip(periods, above_them, strict=True):
            block, only = ranked[period].block, night.work[period]
            trends.follow((block, regions, company), whole=only is None)
            _order_branches(night, period, block, only)
            _order_ranks(night, ranked[period])
            for cards in (regions, company):
                night.spool.add(Order(period, cards.level, cards))


@dataclass(frozen=True, eq=False)
class _Ranked:
    """All branches' cards of a period with their ranks: those computed anew, the others, and the others' old ranks."""

    whole: Block
    block: Block
    others: Block
    ranks_before: Floats


def _ranked(night: _Night, block: Block) -> _Ranked:
    others = _stored_others(block, night.work[block.period])
    whole, ranks_before = _joined(block, others), above.ranks_of(others)
    if _is_kept(block.period, night.reach):
        above.set_ranks(whole)
    fresh = np.isin(whole.units, block.units)
    block.values = whole.values[fresh]
    others.values = whole.values[~fresh]
    return _Ranked(whole, block, others, ranks_before)


def _order_branches(night: _Night, period: Period, block: Block, only: plan.Branches) -> None:
    """Branches keep cards of single days for a fortnight only."""
    if not _is_kept(period, night.reach):
        night.spool.add(Order(period, Level.BRANCH, None))
        return
    replaced = None if only is None else np.array(sorted(only), dtype=np.int64)
    night.spool.add(Order(period, Level.BRANCH, block, replaced))


def _is_kept(period: Period, reach: Reach) -> bool:
    return period.kind != Kind.DAY or (reach.as_of - period.first).days < plan.BRANCH_DAYS_KEPT


def _order_ranks(night: _Night, ranked: _Ranked) -> None:
    """Cards that stay but whose place among the others has changed."""
    others = ranked.others
    moved = above.ranks_that_differ(ranked.ranks_before, others)
    if moved.any():
        block = Block(others.period, others.ends_on, Level.BRANCH, others.values[moved])
        night.spool.add(Order(others.period, Level.BRANCH, block, ranks_only=True))


def _compute_staff(night: _Night, windows: dict[Period, Windows], atoms: Atoms) -> None:
    found = sums.staff_sums(atoms, night.staff)
    replaced = None if night.staff is None else np.array(sorted(night.staff), dtype=np.int64)
    for period, spans in windows.items():
        block = staff_cards(period, spans, found, night.company)
        night.spool.add(Order(period, Level.STAFF, block, replaced))


def _stored_others(block: Block, only: plan.Branches) -> Block:
    """The stored cards of the branches that this run does not compute; their sums have not changed."""
    if only is None:
        return Block(block.period, block.ends_on, Level.BRANCH, np.zeros((0, len(NUMBERS))))
    stored = Card.objects.filter(
        kind=block.period.kind.value, starts_on=block.period.first, level=Level.BRANCH
    )
    # Sorted as `_joined` sorts, so that places before and after stand side by side.
    values = read_matrix(stored.order_by("unit_id").values_list(*NUMBERS))
    others = Block(block.period, block.ends_on, Level.BRANCH, values)
    others.values = values[~np.isin(others.units, np.array(sorted(only), dtype=np.int64))]
    return others


def _joined(block: Block, others: Block) -> Block:
    """Both in one, sorted by unit."""
    values = np.concatenate([block.values, others.values])
    whole = Block(block.period, block.ends_on, Level.BRANCH, values)
    whole.values = values[np.argsort(whole.units, kind="stable")]
    return whole


def _commit(night: _Night, metrics: metric_cards.MetricNight) -> dict[str, Any]:
    stamp = uuid.uuid4().hex
    as_of = night.reach.as_of
    with transaction.atomic():
        _refuse_if_overtaken(night.seen)
        _drop_outdated(night)
        cards = store.write(night.spool, into_empty=night.whole)
        metric_cards.write(metrics)
        night.marks.take_away()
        _stamp(stamp, as_of=as_of, since=night.reach.first, at=timezone.now())
        transaction.on_commit(lambda: recomputed.send(sender=None, as_of=as_of))
    return {
        "as_of": as_of.isoformat(),
        "months": len(night.marks.stamps),
        "periods": len(night.work),
        "cards": cards,
    }


def _drop_outdated(night: _Night) -> None:
    """Cards outside the reach (figures were taken back), and branches' days older than a fortnight."""
    cards = Card.objects.all()
    if night.whole:
        _delete(cards)
        _delete(MetricCard.objects.all())
        return
    kinds = [kind.value for kind in Kind]  # named, so that the key serves: it begins with the kind
    for model in (Card, MetricCard):
        _delete(model.objects.filter(kind__in=kinds, starts_on__gt=night.reach.as_of))
    oldest = night.reach.as_of - timedelta(days=plan.BRANCH_DAYS_KEPT - 1)
    _delete(cards.filter(kind=Kind.DAY.value, level=Level.BRANCH, starts_on__lt=oldest))


def _commit_nothing(seen: Freshness, marks: Marks) -> dict[str, Any]:
    """No figures at all: no cards."""
    with transaction.atomic():
        _refuse_if_overtaken(seen)
        _delete(Card.objects.all())
        _delete(MetricCard.objects.all())
        _delete(MonthSums.objects.all())
        marks.take_away()
        _stamp(uuid.uuid4().hex, as_of=None, since=None, at=timezone.now())
        transaction.on_commit(lambda: recomputed.send(sender=None, as_of=None))
    return {"as_of": None, "months": len(marks.stamps), "periods": 0, "cards": 0}


def _refuse_if_overtaken(seen: Freshness) -> None:
    """Lock the one row of freshness: two runs may compute side by side, but only from what is newest may one write."""
    now = Freshness.objects.select_for_update().get(pk=1)
    if now.stamp != seen.stamp:
        raise Overtaken


def _stamp(stamp: str, *, as_of: date | None, since: date | None, at: datetime) -> None:
    Freshness.objects.filter(pk=1).update(stamp=stamp, as_of=as_of, since=since, computed_at=at)


def _delete(rows: Any) -> None:
    rows._raw_delete(rows.db)  # nothing refers to these rows, so nothing has to be collected first
