"""What the reader tries: a change of each factor in percent, and the extra money wanted."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from formulas.rounding import decimal_to_minor
from scorecards.forms.typed import AmountField
from scorecards.queries.whatif import LEAST, MOST

LEVERS = ("visitors", "buyers", "orders", "revenue", "conversion", "basket", "repeat")


class WhatIfForm(forms.Form):
    """Sliders and the wish. Everything may be left out: nothing changed, and the wish that the page suggests."""

    extra = AmountField(
        label=_("Extra revenue wanted"),
        required=False,
        min_value=Decimal(1),
        wrong=_("Enter an amount of money above 0, such as 54,000."),
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for code in LEVERS:
            self.fields[code] = forms.IntegerField(required=False, min_value=LEAST, max_value=MOST)

    def percents(self) -> dict[str, int]:
        """The change of each lever, whole percent; what is missing or wrong is 0."""
        self.is_valid()
        return {code: self.cleaned_data.get(code) or 0 for code in LEVERS}

    def extra_minor(self) -> int | None:
        """The money wanted in minor units; None where nothing (or nothing sensible) was asked."""
        self.is_valid()
        wanted = self.cleaned_data.get("extra")
        return decimal_to_minor(wanted, settings.CURRENCY_DIGITS) if wanted else None
