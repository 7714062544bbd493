"""What a region's page is asked for in its address: period, comparison, filters, order, place in the list.

Read by hand, not by a form: every value is looked up in a table and anything else falls back to the default, so there
is little to complain of, and the page is one of those that must be quick.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from formulas.periods import Kind, Period, Span, period_from_code, period_of, previous_span, year_before_span
from scorecards.queries.comparison import PREVIOUS, YEAR_BEFORE
from scorecards.queries.directory import Directory, Named, Place
from scorecards.queries.league import Filters

LONGEST_TEXT = 60
_LONGEST_CODE = 20
AGAINST = (PREVIOUS, YEAR_BEFORE)


@dataclass(frozen=True)
class Asked:
    """The address, understood. `against` "" leaves the comparison to the figures. `area`, `format`: filters chosen.

    `not_shown`: a period asked for that there is not, or that has not begun.
    """

    period: Period
    as_of: date
    against: str
    area: Named | None
    format: Named | None
    text: str
    attention: bool
    sort: str
    after: str
    filters: Filters
    not_shown: str = ""

    @property
    def span(self) -> Span:
        """The period's days up to the newest figures."""
        return self.period.to_date(self.as_of)

    def base_span(self, against: str) -> Span:
        """The days that it is compared with."""
        return (
            year_before_span(self.span) if against == YEAR_BEFORE else previous_span(self.period, self.as_of)
        )


def asked_of(query: QueryDict, units: Directory, place: Place, as_of: date) -> Asked:
    """Read the address; `as_of` is the newest day of the cards."""
    area = units.region(query.get("area", ""))
    if area is not None and area.pk not in {region.pk for _, region in place.below}:
        area = None
    chosen = units.format(query.get("format", ""))
    text = query.get("q", "").replace("\x00", "").strip()[:LONGEST_TEXT]
    attention = query.get("attention") == "1"
    against = query.get("against", "")
    code = query.get("period", "").replace("\x00", "").strip()
    period = _period(code, as_of)
    return Asked(
        period=period or period_of(as_of, Kind.MONTH),
        not_shown="" if period or not code else code[:_LONGEST_CODE],
        as_of=as_of,
        against=against if against in AGAINST else "",
        area=area,
        format=chosen,
        text=text,
        attention=attention,
        sort=query.get("sort", "")[:40],
        after=query.get("after", "")[:400],
        filters=Filters(
            regions=units.place(area).ids if area else None,
            format_id=chosen.pk if chosen else None,
            text=text,
            attention=attention,
        ),
    )


def _period(code: str, as_of: date) -> Period | None:
    """The period asked for; None if there is none such or it has not begun."""
    try:
        period = period_from_code(code) if code else None
    except ValueError:
        period = None
    return None if period is None or period.first > as_of else period
