"""A run of the recompute from end to end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from branches.models import Branch
from formulas.periods import Kind, Period, period_of, periods_between
from scorecards.models import Card, Freshness, Level, MetricCard, MonthSums
from scorecards.services.recompute import metric_cards, metric_store, month_sums, plan, store, stored, sums
from scorecards.services.recompute.above import Surroundings, region_cards
from scorecards.services.recompute.beside import set_ranks, surroundings
from scorecards.services.recompute.blocks import Block, Order, Spool
from scorecards.services.recompute.cards import TradingCalendar, branch_cards, calendar_span, staff_cards
from scorecards.services.recompute.marks import Marks
from scorecards.services.recompute.measured import MetricNight
from scorecards.services.recompute.plan import Atoms, Reach, Windows, Work
from scorecards.services.recompute.staged import staged
from scorecards.services.recompute.tables import room_to_add_up
from scorecards.services.recompute.trends import Trends
from scorecards.services.recompute.units import Company
from scorecards.signals import recomputed

Progress = Callable[[int, int], None]
_TRIES = 3


class Overtaken(Exception):
    """Another run wrote its cards while this one was computing: what this one read may be older."""


@dataclass
class _Night:
    """What one run knows: what it saw of the facts at its start, and where it puts what it computes.

    `staff`: whose cards change in periods that are not done for all.
    """

    seen: Freshness
    marks: Marks
    reach: Reach
    work: Work
    months: Mapping[date, plan.Branches]
    whole: bool
    staff: frozenset[int]
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
        with closing(metric_cards.measure(night.months, night.reach, night.company)) as metrics:
            return _commit(night, metrics)
    finally:
        spool.close()


def _prepare(seen: Freshness, marks: Marks, reach: Reach, everything: bool, spool: Spool) -> _Night:
    whole = everything or seen.as_of is None or seen.since != reach.first
    if whole:
        month_sums.rebuild_months(reach.first, reach.as_of)
        work, staff = plan.everything(reach), frozenset[int]()
    else:
        assert seen.as_of is not None
        work = plan.changes(marks.days(), reach, seen.as_of, Branch.objects.count())
        staff = month_sums.refresh_months(marks.of_figures())
    months = _months_to_measure(seen, marks, reach, whole)
    return _Night(seen, marks, reach, work, months, whole, staff, _company(work, months), spool)


def _company(work: Work, months: Mapping[date, plan.Branches]) -> Company:
    """All branches if anything is to be done for all; else those beside the ones that have changed."""
    some = {period: only for period, only in work.items() if only is not None}
    changed = (
        plan.union([*some.values(), *(only for only in months.values() if only is not None)]) or frozenset()
    )
    regions = dict(Branch.objects.filter(pk__in=changed).values_list("pk", "region_id")) if changed else {}
    moved = stored.moved_branches(some, regions) if some else {}
    if None in work.values() or None in months.values():
        return Company.load(moved=moved)
    return Company.load({*regions.values(), *(region for left in moved.values() for region in left)}, moved)


def _months_to_measure(seen: Freshness, marks: Marks, reach: Reach, whole: bool) -> dict[date, plan.Branches]:
    """The marked months of the marked branches, and with a new day the newest two of all: some records come in late."""
    if whole:
        return {period.first: None for period in periods_between(Kind.MONTH, reach.first, reach.as_of)}
    newest = period_of(reach.as_of, Kind.MONTH)
    months: dict[date, plan.Branches] = dict(marks.by_month())
    if seen.as_of != reach.as_of:
        months |= {newest.first: None, newest.previous().first: None}
    first = reach.first.replace(day=1)
    return {month: branches for month, branches in months.items() if first <= month <= reach.as_of}


def _compute(night: _Night, progress: Progress | None) -> None:
    trends = Trends()
    done, total = 0, len(night.work)
    for batch in plan.batches(night.work, len(night.company.branches)):
        _compute_batch(night, batch, trends)
        done += len(batch)
        if progress is not None:
            progress(done, total)


def _compute_batch(night: _Night, batch: list[Period], trends: Trends) -> None:
    """A batch is of periods that are done for all branches, or of such that are not."""
    windows = {period: plan.windows_of(period, night.reach) for period in batch}
    _compute_branches(night, windows, trends)
    with_staff = {period: found for period, found in windows.items() if period.kind != Kind.DAY}
    staff = None if night.work[batch[0]] is None else night.staff
    if with_staff and staff != frozenset():
        _compute_staff(night, with_staff, staff)


def _atoms(windows: Mapping[Period, Windows]) -> Atoms:
    return plan.atoms_of(span for found in windows.values() for span in found.spans())


def _compute_branches(night: _Night, windows: dict[Period, Windows], trends: Trends) -> None:
    fresh = {period: _computed(night, period) for period in windows}
    only = plan.union(fresh.values())
    compared = [found.current for found in windows.values() if found.year_before is not None]
    found = sums.branch_sums(_atoms(windows), only, paired=compared)
    calendar = TradingCalendar(night.company, calendar_span([w.current for w in windows.values()]), only)
    widest = len(night.company.branches) if only is None else max(len(some or ()) for some in fresh.values())
    for some in plan.in_portions(windows, widest):
        blocks = branch_cards(some, found, night.company, calendar, fresh)
        around = surroundings(blocks, fresh, night.company)
        above_them = region_cards(around, night.company)
        kept = [period for period in some if _is_kept(period, night.reach)]
        for moved in set_ranks(blocks, fresh, kept, night.company):
            night.spool.add_moved(moved)
        orders = [
            order
            for one, (regions, company) in zip(around, above_them, strict=True)
            for order in _orders(night, one, regions, company)
        ]
        trends.follow(orders)
        for order in orders:
            night.spool.add(order)


def _orders(night: _Night, around: Surroundings, regions: Block, company: Block) -> Iterator[Order]:
    """Branches keep cards of single days for a fortnight only."""
    period = around.block.period
    only = night.work[period]
    if _is_kept(period, night.reach):
        replaced = None if only is None else np.array(sorted(only), dtype=np.int64)
        yield Order(period, Level.BRANCH, around.block, replaced)
    touched = None if only is None else night.company.above[around.touched]
    yield Order(period, Level.REGION, regions, touched)
    yield Order(period, Level.COMPANY, company)


def _is_kept(period: Period, reach: Reach) -> bool:
    return period.kind != Kind.DAY or (reach.as_of - period.first).days < plan.BRANCH_DAYS_KEPT


def _computed(night: _Night, period: Period) -> plan.Branches:
    """The branches whose cards are made for a period: those that change, and where none is stored those beside them."""
    only = night.work[period]
    if only is None or _is_kept(period, night.reach):
        return only
    return frozenset(night.company.beside(only).tolist())


def _compute_staff(night: _Night, windows: dict[Period, Windows], staff: frozenset[int] | None) -> None:
    replaced = None if staff is None else np.array(sorted(staff), dtype=np.int64)
    for found in sums.staff_sums(_atoms(windows), staff):
        for period, spans in windows.items():
            block = staff_cards(period, spans, found, night.company)
            night.spool.add(Order(period, Level.STAFF, block, replaced))


def _commit(night: _Night, metrics: MetricNight) -> dict[str, Any]:
    as_of = night.reach.as_of
    with staged(night.spool, metrics, whole=night.whole) as put_in, transaction.atomic():
        _refuse_if_overtaken(night.seen)
        _drop_outdated(night)
        if not night.whole:
            store.take_away(night.spool)
            metric_store.take_away(metrics)
        put_in()
        store.update_ranks(night.spool)
        month_sums.drop_empty_months(night.marks.of_figures())
        night.marks.take_away()
        _stamp(uuid.uuid4().hex, as_of=as_of, since=night.reach.first, at=timezone.now())
        transaction.on_commit(lambda: recomputed.send(sender=None, as_of=as_of))
    return {
        "as_of": as_of.isoformat(),
        "months": len(night.marks.found),
        "periods": len(night.work),
        "cards": night.spool.rows,
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
    return {"as_of": None, "months": len(marks.found), "periods": 0, "cards": 0}


def _refuse_if_overtaken(seen: Freshness) -> None:
    """Lock the one row of freshness: two runs may compute side by side, but only from what is newest may one write."""
    now = Freshness.objects.select_for_update().get(pk=1)
    if now.stamp != seen.stamp:
        raise Overtaken


def _stamp(stamp: str, *, as_of: date | None, since: date | None, at: datetime) -> None:
    Freshness.objects.filter(pk=1).update(stamp=stamp, as_of=as_of, since=since, computed_at=at)


def _delete(rows: Any) -> None:
    rows._raw_delete(rows.db)  # nothing refers to these rows, so nothing has to be collected first
