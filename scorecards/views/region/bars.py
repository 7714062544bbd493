"""What stands above the table as HTML, written by Python like its rows: the period, how fresh it is, the filters.

Each is on every page and holds many small texts; those that depend on the language alone are looked up once for each.
What people typed is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from formulas.periods import Period
from scorecards import sentences
from scorecards.forms.league import AGAINST, Asked
from scorecards.forms.period import Choice, kind_links, neighbours
from scorecards.views.region.addresses import Address
from ui import dates, numbers
from ui.languages import kept_for_language, once_per_language
from ui.templatetags.ui import icon, instant


@once_per_language
def _words() -> Mapping[str, str]:
    """The texts, escaped."""
    texts = {
        "length": gettext("Length of the period"),
        "neighbours": gettext("Earlier and later"),
        "earlier": gettext("Earlier"),
        "later": gettext("Later"),
        "compared": gettext("Compared with"),
        "filter_table": gettext("Filter the table"),
        "find": gettext("Branch name or code"),
        "region": gettext("Region"),
        "regions": gettext("All regions"),
        "format": gettext("Format"),
        "formats": gettext("All formats"),
        "behind": gettext("Only those surely behind"),
        "filter": gettext("Filter"),
        "clear": gettext("Clear filters"),
    }
    return {name: escape(text) for name, text in texts.items()}


@kept_for_language(64)
def period_bar(own: Address, period: Period, as_of: date, against: str) -> SafeString:
    """Period and comparison. The filters of the table stay in the links, its page does not; nor does its order where
    another kind of period may not offer it."""
    words, choice = _words(), Choice(period, period.to_date(as_of), against, {})
    kinds = _links(
        own.without("period", "after", "page", "sort") + "period=",
        ((link.code, link.label, link.current) for link in kind_links(choice, as_of)),
    )
    switch = _links(
        own.without("against", "after", "page") + "against=",
        ((code, sentences.against_label(code), code == against) for code in AGAINST),
    )
    start = own.without("period", "after", "page") + "period="
    earlier, later = neighbours(choice, as_of)
    before = _neighbour(start, earlier, "prev", words["earlier"], "chevron-left")
    after = _neighbour(start, later, "next", words["later"], "chevron-right")
    return SafeString(
        f'<div class="filter-row" id="periods"><nav class="segments" aria-label="{words["length"]}">{kinds}</nav>'
        f'<nav class="segments" aria-label="{words["neighbours"]}">{before}'
        f'<span class="segment-text">{escape(dates.span(choice.span))}</span>{after}</nav>'
        f'<div class="switch"><span class="switch-label" id="switch-label">{words["compared"]}</span>'
        f'<nav class="segments" aria-labelledby="switch-label">{switch}</nav></div></div>'
    )


def again(bar: SafeString) -> SafeString:
    """The bar to stand in the place of the one on the page, for the filters in its links have changed."""
    return SafeString(bar.replace('id="periods"', 'id="periods" hx-swap-oob="true"', 1))


def _links(start: str, choices: Iterable[tuple[str, object, bool]]) -> str:
    here = ' aria-current="true"'
    return "".join(
        f'<a href="{start}{code}"{here if current else ""}>{escape(str(label))}</a>'
        for code, label, current in choices
    )


def _neighbour(start: str, code: str, rel: str, label: str, icon_name: str) -> str:
    if not code:
        return ""
    hidden = f'<span class="visually-hidden">{label}</span>'
    return f'<a href="{start}{code}" rel="{rel}">{hidden}{icon(icon_name, 18)}</a>'


def stamp(frame: Mapping[str, Any], days: int, days_due: int) -> SafeString:
    """What it is compared with, and how fresh and how complete the figures are; missing ones are a link to them."""
    base = gettext("Compared with %(base_text)s") % frame
    to_day = gettext("Figures to %(day)s") % {"day": dates.day(frame["as_of"], weekday=True)}
    lines = [f"<span>{escape(base)}</span>", f"<span>{escape(to_day)}</span>"]
    if days_due:
        text = ngettext(
            "%(known)s of %(due)s branch-day in", "%(known)s of %(due)s branch-days in", days_due
        ) % {"known": numbers.count(days), "due": numbers.count(days_due)}
        lines.append(_share_in(escape(text), days < days_due, frame["missing_url"]))
    at = frame["fresh_at"]
    fresh = gettext("Computed %(at)s") % {"at": instant(at)} if at else escape(gettext("Not computed yet"))
    lines.append(f'<span class="freshness">{icon("clock", 14)}{fresh}</span>')
    return SafeString("\n".join(lines))


def _share_in(text: str, is_short: bool, url: str) -> str:
    if not is_short:
        return f"<span>{text}</span>"
    if not url:
        return f'<span class="stamp-short">{text}</span>'
    return f'<a class="stamp-short" href="{escape(url)}">{text}</a>'


def print_foot(frame: Mapping[str, Any]) -> SafeString:
    """What a printed sheet says below: the place, its days, and up to when there are figures (print_foot.js)."""
    to_day = gettext("Figures to %(day)s") % {"day": dates.day(frame["as_of"])}
    text = escape(f"{frame['title']} · {frame['span_text']} · {to_day}")
    return SafeString(f'<p class="visually-hidden no-print" aria-hidden="true" data-print-foot>{text}</p>')


def filters(
    asked: Asked, keep: Iterable[tuple[str, str]], areas: str, formats: str, clear_url: str
) -> SafeString:
    """The form that narrows the table. `areas`, `formats`: their <option>s; "" where there is nothing to choose."""
    words = _words()
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in keep)
    checked = " checked" if asked.attention else ""
    clear = (
        f'<a class="btn btn-ghost" href="{escape(clear_url)}">{icon("x", 16)}{words["clear"]}</a>'
        if asked.filters
        else ""
    )
    return SafeString(
        f'<form class="league-filters no-print" method="get" action="" role="search"'
        f' aria-label="{words["filter_table"]}" hx-boost="true" hx-target="#league" hx-swap="outerHTML show:none">'
        f'{hidden}<div class="league-find"><label class="visually-hidden" for="league-q">{words["find"]}</label>'
        f'<input class="form-control" id="league-q" type="search" name="q" value="{escape(asked.text)}"'
        f' placeholder="{words["find"]}" maxlength="60" autocomplete="off"></div>'
        f"{_select('area', words['region'], words['regions'], areas)}"
        f"{_select('format', words['format'], words['formats'], formats)}"
        f'<label class="form-check league-check">'
        f'<input class="form-check-input" id="league-attention" type="checkbox" name="attention"'
        f' value="1"{checked} data-autosubmit><span class="form-check-label">{words["behind"]}</span></label>'
        f'<button class="btn" type="submit">{words["filter"]}</button>{clear}</form>'
    )


def _select(name: str, label: str, everything: str, options: str) -> str:
    if not options:
        return ""
    return (
        f'<div><label class="visually-hidden" for="league-{name}">{label}</label>'
        f'<select class="form-select" id="league-{name}" name="{name}" data-autosubmit>'
        f'<option value="">{everything}</option>{options}</select></div>'
    )
