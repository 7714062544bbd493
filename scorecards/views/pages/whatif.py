"""What if: four sliders for the rest of the month, and the reverse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from branches.models import Branch, User
from formulas.periods import Kind, period_of
from scorecards import whatif_sentences as sentences
from scorecards import words
from scorecards.forms.whatif import WhatIfForm
from scorecards.queries.branch import card_of
from scorecards.queries.comparison import default_against, of_card
from scorecards.queries.whatif import LEAST, MOST, Lever, Need, WhatIf, needs, what_if
from scorecards.views.pages.common import branch_or_404, freshness, no_figures, user_of
from ui import numbers

A_BIT_MORE = 0.05
"""The wish to begin with where nothing is to be made up: five percent of the rest of the month."""


@dataclass(frozen=True)
class Slider:
    """A lever as it is drawn: label, the value at the present pace and as chosen."""

    code: str
    label: str | Promise
    percent: int
    value: str
    chosen: str


def whatif(request: HttpRequest, code: str) -> HttpResponse:
    """The rest of the month with `?visitors=…&conversion=…` (percent), and what `?extra=` (money) would need."""
    branch, user, fresh = branch_or_404(request, code), user_of(request), freshness()
    if fresh.as_of is None:
        return no_figures(request, fresh, branch=branch, title=branch.name)
    form = WhatIfForm(request.GET)
    plan = what_if(user, branch, as_of=fresh.as_of, percents=form.percents())
    extra = form.extra_minor() or suggested(user, branch, plan, fresh.as_of)
    found = needs(plan, extra)
    context = {
        "branch": branch,
        "fresh": fresh,
        "nav": "scorecards",
        "plan": plan,
        "form": form,
        "month": plan.rest.first,
        "days_left": sentences.days_left(plan.days),
        "sliders": [_slider(lever) for lever in plan.levers],
        "least": LEAST,
        "most": MOST,
        "total": plan.so_far + plan.chosen,
        "total_at_pace": plan.so_far + plan.at_pace,
        "extra": extra // 10**settings.CURRENCY_DIGITS,
        "to_earn": sentences.to_earn(extra, plan.days),
        "needs": [_need(need) for need in found],
        "data": _data(plan),
    }
    return render(request, "scorecards/whatif.html", context)


def suggested(user: User, branch: Branch, plan: WhatIf, as_of: date) -> int:
    """The gap of the month to its comparison, else a bit more than the present pace; minor units, a round sum."""
    card = card_of(user, branch, period_of(as_of, Kind.MONTH))
    change = of_card(card, default_against(card)).change if card and plan.rest.first.day > 1 else None
    wish = -change if change is not None and change < 0 else round(plan.at_pace * A_BIT_MORE)
    unit = 10**settings.CURRENCY_DIGITS
    whole = max(wish // unit, 1)
    size = 10 ** max(len(str(whole)) - 2, 0)
    return -(-whole // size) * size * unit


def _slider(lever: Lever) -> Slider:
    return Slider(
        lever.code,
        sentences.lever_label(lever.code),
        lever.percent,
        sentences.lever_value(lever.code, lever.value),
        sentences.lever_value(lever.code, lever.chosen),
    )


def _need(need: Need) -> dict[str, Any]:
    if need.change is None:
        return {
            "label": words.FACTORS[need.code].label,
            "text": sentences.impossible(need.code),
            "can": False,
        }
    text = sentences.need(need.code, need.value, need.change)
    return {"label": words.FACTORS[need.code].label, "text": text, "can": True}


def _data(plan: WhatIf) -> dict[str, Any]:
    """What the sliders' script needs to answer without the server; the same arithmetic as `queries.whatif`."""
    cash = numbers.currency()
    return {
        "days": plan.days,
        "so_far": plan.so_far,
        "unit": 10**cash.exponent,
        "levers": [
            {
                "code": lever.code,
                "kind": "per_day" if index == 0 else words.FACTORS[lever.code].kind,
                "value": lever.value,
                "least": lever.least,
                "most": lever.most,
            }
            for index, lever in enumerate(plan.levers)
        ],
    }
