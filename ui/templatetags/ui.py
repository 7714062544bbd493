"""Tags and filters for numbers, dates, icons, sortable headers, pagers and charts. `{% load ui %}`.

Filters take None and answer "–". Numbers follow ui.numbers, dates ui.dates.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from lucide.templatetags.lucide import lucide

from ui import charts, dates, markup, numbers

register = template.Library()

for _format in (
    numbers.money, numbers.money_short, numbers.signed_money, numbers.signed_money_short,
    numbers.count, numbers.count_short, numbers.signed_count, numbers.percent, numbers.points,
    numbers.ratio, numbers.change,
    dates.month, dates.span, dates.stamp,
):  # fmt: skip
    register.filter(_format.__name__, _format)

# How {% delta %} writes each kind of difference.
_DELTAS: Mapping[str, Callable[[object], str]] = {
    "money": numbers.signed_money_short,
    "money_full": numbers.signed_money,
    "count": numbers.signed_count,
    "change": numbers.change,
    "percent": numbers.change,
    "points": numbers.points,
    "ratio": lambda value: numbers.decimal(value, 2, signed=True),
}


@register.filter
def day(value: date | None, form: str = "") -> str:
    """A day; `|day:"weekday"` adds the weekday."""
    return dates.day(value, weekday=form == "weekday")


@register.filter
def day_short(value: date | None, form: str = "") -> str:
    """A day without its year; `|day_short:"weekday"` adds the weekday."""
    return dates.day_short(value, weekday=form == "weekday")


@register.filter
def name_of(thing: object) -> str:
    """The name of something with name_en and name_zh in the reader's language, else the other, else str()."""
    if thing is None:
        return numbers.DASH
    english, chinese = getattr(thing, "name_en", ""), getattr(thing, "name_zh", "")
    first, second = (chinese, english) if numbers.is_chinese() else (english, chinese)
    return first or second or str(thing)


@register.simple_tag
def missing(reason: str | Promise = "") -> SafeString:
    """A dash whose reason is told on hover and to screen readers."""
    reason = str(reason) or gettext("Not known")
    return format_html(
        '<span class="missing" title="{}"><span aria-hidden="true">–</span>'
        '<span class="visually-hidden">{}</span></span>',
        reason,
        reason,
    )


@register.simple_tag
def delta(value: object, kind: str = "change", reason: str | Promise = "") -> SafeString:
    """A difference as arrow, sign and number; up is blue, down orange; unknown says why.

    kind: money (minor units, short), money_full, count, change (relative, 0.061), points, ratio.
    """
    number = numbers.known(value)
    if number is None:
        return missing(reason or gettext("No comparison"))
    text = _DELTAS[kind](number)
    # What is shown as zero is flat, whatever stands behind the rounding.
    direction = {"+": "up", numbers.MINUS: "down"}.get(text[0], "flat")
    arrow = {"up": "▲", "down": "▼", "flat": "■"}[direction]
    return format_html(
        '<span class="delta {}"><span class="delta-arrow" aria-hidden="true">{}</span>{}</span>',
        direction,
        arrow,
        text,
    )


@register.simple_tag
def money_tip(minor: object) -> SafeString:
    """Short money with the full amount on hover."""
    return _tip(numbers.money_short(minor), numbers.money(minor))


@register.simple_tag
def count_tip(value: object) -> SafeString:
    """A short count with the full count on hover."""
    return _tip(numbers.count_short(value), numbers.count(value))


def _tip(short: str, full: str) -> SafeString:
    """A short figure, with the full one as title where it says more."""
    if short == full:
        return format_html('<span class="num">{}</span>', short)
    return format_html('<span class="num" title="{}">{}</span>', full, short)


@register.simple_tag
def instant(value: datetime | None) -> SafeString | str:
    """An instant as <time>, in the reader's zone."""
    if value is None:
        return numbers.DASH
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), dates.stamp(value))


@register.simple_tag
def icon(name: str, size: int = 20, css: str = "") -> SafeString:
    """A lucide icon, decorative: always beside a text or inside something labelled."""
    return _icon(str(name), size, str(css))


@lru_cache(maxsize=256)
def _icon(name: str, size: int, css: str) -> SafeString:
    """The icon's markup; a page draws the same few again and again."""
    attributes = {"class": f"icon {css}".strip(), "aria-hidden": "true", "focusable": "false"}
    return SafeString(lucide(name, size=size, **attributes))


@register.inclusion_tag("ui/_sort_header.html", takes_context=True)
def sort_header(
    context: Context, name: str, label: str | Promise, default: str = "desc", css: str = "num", hint: str = ""
) -> dict[str, Any]:
    """A sortable column's <th>: `?sort=name`, the other way round `?sort=-name`; other parameters stay.

    default: the direction of the plain name, "asc" or "desc". The page's current sort is the
    context variable `sort` (or the query parameter). hint: a title that explains the column.
    """
    request = context["request"]
    current = str(context.get("sort") or request.GET.get("sort", ""))
    reverse = {"asc": "desc", "desc": "asc"}[default]
    direction = {name: default, f"-{name}": reverse}.get(current, "")
    target = f"-{name}" if current == name else name
    return {
        "url": _query(request.GET, sort=target),
        "label": label,
        "aria": {"asc": "ascending", "desc": "descending"}.get(direction, ""),
        "css": css,
        "hint": hint,
    }


@register.inclusion_tag("ui/_pager.html", takes_context=True)
def pager(context: Context, page: Any) -> dict[str, Any]:
    """Links to the neighbouring pages: of a ui.pages.Page (cursors) or of Django's Page (numbers)."""
    get = context["request"].GET
    if hasattr(page, "next_cursor"):
        previous = {"after": page.previous_cursor} if page.previous_cursor else None
        following = {"after": page.next_cursor} if page.next_cursor else None
        return _pager(get, previous, following, "")
    previous = {"page": str(page.number - 1)} if page.has_previous() else None
    following = {"page": str(page.number + 1)} if page.has_next() else None
    position = gettext("Page %(number)s of %(pages)s") % {
        "number": numbers.count(page.number),
        "pages": numbers.count(page.paginator.num_pages),
    }
    return _pager(get, previous, following, position)


def _pager(
    get: Any, previous: dict[str, str] | None, following: dict[str, str] | None, position: str
) -> dict[str, Any]:
    """Context of the pager's template."""
    return {
        "previous_url": _query(get, **previous) if previous else "",
        "next_url": _query(get, **following) if following else "",
        "position": position,
    }


def _query(get: Any, **changes: str) -> str:
    """The query string with changes; a new order or page starts from its own place."""
    query = get.copy()
    for name in ("page", "after"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag
def sparkline(
    values: list[float | None], label: str | Promise = "", width: int = 96, height: int = 24
) -> SafeString:
    """A tiny line of a series, drawn on the server; unknown values leave a gap.

    label: what a screen reader hears instead; without it the line is decorative.
    """
    drawing = charts.sparkline(values, width=width, height=height)
    if not drawing.path:
        return missing(gettext("Not enough data"))
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="sparkline" width="{}" height="{}" viewBox="0 0 {} {}" {}><path d="{}"></path>'
        '<circle cx="{}" cy="{}" r="2"></circle></svg>',
        width, height, width, height, role, drawing.path, drawing.end[0], drawing.end[1],
    )  # fmt: skip


@register.simple_tag
def chart(
    option: dict[str, Any] | None,
    id: str,
    title: str | Promise,
    height: str = "md",
    table: Any = None,
    note: str | Promise = "",
    excel_url: str = "",
    title_hidden: bool = False,
) -> SafeString:
    """A chart as <figure>: caption, place to draw, its option as JSON, and the same numbers as a table.

    option: from ui.charts; None says that there is not enough data. height: xs, sm, md, lg.
    table: anything with `headers` and `rows` of formatted text, see ui.charts.Table; the first cell
    of a row is its header. excel_url: where the table can be downloaded. title_hidden: the caption is
    only for screen readers, because a heading above already says it.
    """
    return markup.chart_figure(
        option,
        id,
        title,
        height=height,
        table=table,
        note=note,
        excel=markup.excel_link(excel_url, _icon("download", 16, "")) if excel_url else "",
        title_hidden=title_hidden,
    )
