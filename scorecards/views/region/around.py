"""What stands around the rows of the league table as HTML, written by Python like them: title, caption, pager, chart.

All of it is on every page of the table; the texts are looked up once for each language. What people typed is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from scorecards.charts import region as charts
from scorecards.queries.league import LeagueRow
from scorecards.views.region.common import namer
from ui.languages import once_per_language
from ui.markup import chart_figure
from ui.templatetags.ui import icon


@once_per_language
def _words() -> Mapping[str, str]:
    """The texts, escaped."""
    texts = {
        "title": gettext("League table of the branches"),
        "excel": gettext("Excel"),
        "caption": gettext("Branches, %(span_text)s, compared with %(base_text)s"),
        "pages": gettext("Pages"),
        "previous": gettext("Previous"),
        "next": gettext("Next"),
    }
    return {name: escape(text) for name, text in texts.items()}


@once_per_language
def _growth_words() -> tuple[str, str, str]:
    """(title of the chart of growth, the note below it, the name of its line at zero)."""
    return (
        gettext("Growth of the branches shown"),
        gettext(
            "Dot: change in revenue. Line: what day-to-day variation allows (95%). Grey: chance or missing days may"
            " explain it. The numbers are in the table above."
        ),
        gettext("unchanged"),
    )


def title(shown: str, export_url: str) -> SafeString:
    """The heading of the table, which of how many branches are `shown`, and the way to the workbook.

    `export_url`: ready to stand in an attribute.
    """
    words = _words()
    below = f'<p class="league-shown">{escape(shown)}</p>' if shown else ""
    return SafeString(
        f'<div class="card-header league-head"><h2 class="card-title" id="league-title">{words["title"]}</h2>{below}'
        f'<a class="btn btn-ghost no-print" href="{export_url}">{icon("download", 18)}{words["excel"]}</a></div>'
    )


def caption(span_text: str, base_text: str) -> SafeString:
    """What the table holds, for screen readers."""
    values = {"span_text": escape(span_text), "base_text": escape(base_text)}
    return SafeString(f'<caption class="visually-hidden">{_words()["caption"] % values}</caption>')


def pager(previous_url: str, next_url: str) -> SafeString:
    """The links to the neighbouring pages, ready to stand in attributes; "" where there is only one page."""
    if not previous_url and not next_url:
        return SafeString("")
    words = _words()
    before, after = "", ""
    if previous_url:
        sign = icon("chevron-left", 18)
        before = f'<a class="btn" id="league-previous" rel="prev" href="{previous_url}">{sign}{words["previous"]}</a>'
    if next_url:
        sign = icon("chevron-right", 18)
        after = f'<a class="btn" id="league-next" rel="next" href="{next_url}">{words["next"]}{sign}</a>'
    return SafeString(
        f'<nav class="pager no-print" aria-label="{words["pages"]}" hx-boost="true" hx-target="#league"'
        f' hx-swap="outerHTML show:#league:top">{before}{after}</nav>'
    )


def growth_chart(rows: Sequence[LeagueRow]) -> SafeString:
    """The chart of the rows shown, growth and its interval; "" where too few are known."""
    heading, note, unchanged = _growth_words()
    name = namer()
    dots = ((name(row), row.growth, row.low, row.high, row.is_surely_below) for row in rows)
    option = charts.growth_option(dots, unchanged=unchanged)
    if option is None:
        return SafeString("")
    height = "md" if len(rows) <= 12 else "lg" if len(rows) <= 26 else "xl"
    return chart_figure(option, "league-growth", heading, height=height, note=note)
