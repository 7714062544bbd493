"""A few corrections of figures, so that a day's history has something to tell."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from branchops.demo.units import MANAGED, Company
from scorecards.models import DailyFigures, FigureChange, Source
from scorecards.models.figures import WHOLE_BRANCH


class Correction(NamedTuple):
    """So many days before the last one, the seat whose revenue was short, by how much, and why it changed."""

    days_ago: int
    seat: int
    missing: int
    why: str


CORRECTIONS = (
    Correction(3, 2, 68_800, "漏录一笔换机订单"),
    Correction(6, 4, 129_900, "系统补传晚间收款"),
    Correction(12, 3, 29_900, "配件订单归属更正"),
)


def make_history(company: Company) -> int:
    """Changes of single sellers' revenue at the managed flagship, each with the branch's row; their number."""
    changes = [change for correction in CORRECTIONS for change in _changes(company, correction)]
    return len(FigureChange.objects.bulk_create(changes))


def _changes(company: Company, correction: Correction) -> list[FigureChange]:
    """What was stored before is what is stored now less what was missing."""
    branch = company.branches[MANAGED[0]]
    day = company.last - timedelta(days=correction.days_ago)
    seller = [job.staff_id for job in company.employments if job.branch_id == branch.pk][correction.seat]
    rows = DailyFigures.objects.filter(branch=branch, day=day, staff_id__in=[WHOLE_BRANCH, seller])
    found = {row.staff_id: row for row in rows}
    if seller not in found or (found[seller].revenue or 0) < correction.missing:
        return []
    return [
        FigureChange(
            day=day,
            branch=branch,
            staff_id=staff_id,
            before={"revenue": row.revenue - correction.missing},
            after={"revenue": row.revenue},
            at=timezone.make_aware(datetime.combine(day + timedelta(days=1), time(9, 12))),
            by=company.users["manager"],
            source=Source.ENTRY,
            why=correction.why,
        )
        for staff_id, row in found.items()
        if row.revenue is not None
    ]
