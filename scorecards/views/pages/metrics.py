"""The scorecard of a branch: every registered metric of a month with components and interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from formulas.periods import Kind, Period, period_from_code, period_of
from scorecards.metrics import Interval, Metric
from scorecards.models import MetricCard
from scorecards.queries.metrics import MetricLine, metric_lines
from scorecards.views.pages.common import branch_or_404, freshness, newest_day, no_figures, user_of
from ui import numbers

CAPABILITY_NAMES: dict[str, str | Promise] = {
    "result": _("Result: the performance formula"),
    "service_quality": _("Service quality"),
    "management_efficiency": _("Management efficiency"),
    "customer_experience": _("Customer experience"),
    "market_adaptability": _("Market adaptability"),
    "financial_health": _("Financial health"),
    "people_development": _("Training and development"),
    "technology": _("Use of technology"),
    "brand": _("Brand"),
    "risk": _("Risk management"),
    "improvement": _("Continuous improvement"),
}


@dataclass(frozen=True)
class Line:
    """A metric as it is shown: text in every cell, "" for what is not there."""

    name: str | Promise
    help_text: str | Promise
    direction: str
    value: str = ""
    components: str = ""
    interval: str = ""
    method: str = ""
    enough: bool = False
    why: str = ""
    before: str = ""
    change: str = ""
    verdict: str = ""


def scorecard(request: HttpRequest, code: str) -> HttpResponse:
    """The registered metrics of a branch in the month of `?period=2026-11`, this month by default."""
    branch, fresh = branch_or_404(request, code), freshness()
    if fresh.as_of is None:
        return no_figures(request, fresh, branch=branch, title=branch.name)
    as_of = newest_day(branch, fresh.as_of)
    month = _month(request.GET.get("period", ""), as_of)
    groups = metric_lines(user_of(request), branch, month.first)
    context = {
        "branch": branch,
        "fresh": fresh,
        "nav": "scorecards",
        "month": month.first,
        "span": month.to_date(as_of),
        "month_before": month.previous().first,
        "before": month.previous().code,
        "after": month.next().code if month.next().first <= as_of else "",
        "groups": [
            (CAPABILITY_NAMES.get(name, name), [_line(line) for line in lines])
            for name, lines in groups.items()
        ],
    }
    return render(request, "scorecards/scorecard.html", context)


def _month(code: str, as_of: date) -> Period:
    """The month asked for; this month for anything that names no month up to now."""
    now = period_of(as_of, Kind.MONTH)
    try:
        asked = period_from_code(code)
    except ValueError:
        return now
    return asked if asked.kind is Kind.MONTH and asked <= now else now


def _line(line: MetricLine) -> Line:
    metric, card = line.metric, line.card
    named = Line(metric.name, metric.help_text, _direction(metric), before=_before(line))
    if card is None or card.value is None:
        return replace(named, why=gettext("Nothing recorded"))
    change, verdict = _change(line)
    return replace(
        named,
        value=_value(metric, card.value),
        components=_components(metric, card),
        interval=_interval(metric, card),
        method=_method(metric),
        enough=line.is_enough,
        why="" if line.is_enough else _too_few(metric, card),
        change=change,
        verdict=verdict,
    )


def _before(line: MetricLine) -> str:
    return "" if line.before is None or line.before.value is None else _value(line.metric, line.before.value)


def _change(line: MetricLine) -> tuple[str, str]:
    """By how much the value moved since the month before, and whether that is good and more than chance.

    The difference of the two values as they are shown, so that the reader's own subtraction comes out; ("", "") with
    too little to go by. Of a metric without an interval the difference is all that can be said.
    """
    if line.pair is None:
        return "", ""
    digits = _digits(line.metric, line.pair[0])
    now, before = (numbers.rounded(value, digits) for value in line.pair)
    if now is None or before is None:
        return "", ""
    if now == before:
        return gettext("unchanged"), ""
    return _moved(line.metric, now - before, digits), _judged(line, now > before)


def _judged(line: MetricLine, rose: bool) -> str:
    if line.metric.interval is Interval.NONE or not line.metric.direction:
        return ""
    if not line.is_clear:
        return gettext("no real difference")
    return gettext("better") if rose == (line.metric.direction > 0) else gettext("worse")


def _moved(metric: Metric, by: Fraction, digits: int) -> str:
    """A difference of two values with its sign and unit."""
    if metric.unit == "%":
        return numbers.points(by / 100)
    if metric.unit == "money":
        return numbers.signed_money(by)
    text = numbers.decimal(by, digits, signed=True)
    return f"{text} {metric.unit}".rstrip()


def _digits(metric: Metric, value: float) -> int:
    """With how many decimals a metric's value is shown; of money, in minor units, with none."""
    if metric.unit in _DIGITS:
        return _DIGITS[metric.unit]
    return 2 if metric.interval is not Interval.NPS and abs(value) < 100 else 0


_DIGITS = {"%": 1, "money": 0}


def _too_few(metric: Metric, card: MetricCard) -> str:
    return gettext("Not enough data: %(have)s of at least %(least)s") % {
        "have": numbers.count(card.denominator),
        "least": numbers.count(metric.min_n),
    }


def _direction(metric: Metric) -> str:
    if metric.direction == 0:
        return gettext("on target is better")
    return gettext("higher is better") if metric.direction > 0 else gettext("lower is better")


def _value(metric: Metric, value: float | None) -> str:
    """A metric's value with its unit. Percent metrics come scaled by 100, money in minor units."""
    if metric.unit == "%":
        return numbers.percent(None if value is None else value / 100)
    if metric.unit == "money":
        return numbers.money(value)
    if metric.interval is Interval.NPS:
        return numbers.signed_count(value)
    text = numbers.decimal(value, _digits(metric, 0 if value is None else value))
    return text if not metric.unit else f"{text} {metric.unit}"


def _components(metric: Metric, card: MetricCard) -> str:
    """Numerator / denominator; money is kept in minor units and shown in whole ones."""
    top, bottom = _MONEY.get(metric.code, (metric.unit == "money", False))
    return f"{_component(card.numerator, top)} / {_component(card.denominator, bottom)}"


def _component(value: float, is_money: bool) -> str:
    return numbers.money(value, 0) if is_money else numbers.count(value)


_MONEY = {"basket": (True, False), "gross_margin": (True, True), "cost_ratio": (True, True)}
"""Metrics of this app whose numerator, or denominator too, is money."""


def _interval(metric: Metric, card: MetricCard) -> str:
    if card.low is None or card.high is None:
        return ""
    return gettext("%(low)s to %(high)s") % {
        "low": _value(metric, card.low),
        "high": _value(metric, card.high),
    }


def _method(metric: Metric) -> str:
    return {
        Interval.WILSON: gettext("Wilson score interval"),
        Interval.NPS: gettext("normal interval"),
    }.get(metric.interval, "")
