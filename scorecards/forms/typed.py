"""Numbers as people type them on a telephone: full-width digits, thousands marks, a currency sign, 万."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

MOST_CHARACTERS = 30
LARGEST = 10**15
"""Beyond what the rules of figures allow, well inside a bigint."""
_SIGNS = re.compile(r"[\s¥$€£_']|元|RMB|CNY")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
_PLAIN = re.compile(r"\d+(\.\d*)?|\.\d+")
_COMMA = re.compile(r"\d+,\d{1,2}|\d{1,3}(\.\d{3})+,\d{1,2}")
_TEN_THOUSAND = Decimal(10_000)


def number_from(text: str) -> Decimal | None:
    """The number meant by a typed text, not negative; None for an empty one.

    "1,234.5", "１２３４", "¥ 1 234", "12,5" (a decimal comma) and "1.2万" are understood. Raises ValueError for what is
    no number or could be two.
    """
    tidy = _SIGNS.sub("", unicodedata.normalize("NFKC", text)).replace("。", ".")
    if not tidy:
        return None
    times = _TEN_THOUSAND if tidy.endswith("万") else Decimal(1)
    tidy = tidy.removesuffix("万")
    if _THOUSANDS.fullmatch(tidy):
        tidy = tidy.replace(",", "")
    elif _COMMA.fullmatch(tidy):
        tidy = tidy.replace(".", "").replace(",", ".")
    if not tidy.isascii() or not _PLAIN.fullmatch(tidy):
        raise ValueError(text)
    return Decimal(tidy) * times


def is_negative(text: str) -> bool:
    """True for a number with a minus before it, in any of the forms that keyboards have."""
    sign, rest = text.strip()[:1], text.strip()[1:]
    try:
        return sign in _MINUS and number_from(rest) is not None
    except ValueError:
        return False


_MINUS = ("-", "−", "－", "–")


class AmountField(forms.DecimalField):
    """An amount of money as people type it, in the currency's unit; every error says the same: what would be right."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, wrong: str | Promise, **kwargs: Any) -> None:
        """`wrong`: what is said of a text that is no amount, or one out of range."""
        super().__init__(max_value=Decimal(10**12), decimal_places=settings.CURRENCY_DIGITS, **kwargs)
        self.wrong = wrong

    def clean(self, value: Any) -> Decimal | None:
        """Parse and check; None for an empty text."""
        try:
            cleaned: Decimal | None = super().clean(value)
        except ValidationError as error:
            raise ValidationError(str(self.wrong), code="invalid") from error
        return cleaned

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs promise an int
        """As the entry form reads figures."""
        try:
            return number_from(str(value or ""))
        except ValueError as error:
            raise ValidationError(str(self.wrong), code="invalid") from error


class TypedField(forms.CharField):
    """A number that may be left empty ("not recorded", never 0). Its clean value is an int: a count, or minor units."""

    def __init__(self, *, money: bool, label: str) -> None:
        self.money = money  # before super(): it asks for the widget's attributes
        super().__init__(required=False, max_length=MOST_CHARACTERS, label=label)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        """The right keyboard, and no browser's guesses over the figures."""
        keyboard = "decimal" if self.money else "numeric"
        return super().widget_attrs(widget) | {
            "inputmode": keyboard,
            "autocomplete": "off",
            "enterkeyhint": "next",
            "class": "form-control num",
        }

    def clean(self, value: object) -> int | None:
        """Parse the text; the errors say what would be right."""
        text = super().clean(value)
        label = str(self.label)
        try:
            number = number_from(text)
        except ValueError as error:
            if is_negative(text):
                raise ValidationError(_("%(label)s cannot be negative.") % {"label": label}) from error
            raise ValidationError(self._example(label), code="invalid") from error
        return None if number is None else self._whole(number, label)

    def _whole(self, number: Decimal, label: str) -> int:
        minor = number.scaleb(settings.CURRENCY_DIGITS) if self.money else number
        if minor != minor.to_integral_value():
            raise ValidationError(self._example(label), code="invalid")
        if minor > LARGEST:
            raise ValidationError(
                _("%(label)s is larger than a day can bring.") % {"label": label}, code="large"
            )
        return int(minor)

    def _example(self, label: str) -> str:
        if self.money:
            words = _(
                "%(label)s must be an amount of money with at most %(digits)s decimals, such as 1234.50."
            )
            return words % {"label": label, "digits": settings.CURRENCY_DIGITS}
        return _("%(label)s must be a whole number, such as 120.") % {"label": label}


def as_typed(value: int | None, *, money: bool) -> str:
    """A stored value as one would type it: "" for not recorded, no needless decimals."""
    if value is None:
        return ""
    if not money:
        return str(value)
    whole, rest = divmod(value, 10**settings.CURRENCY_DIGITS)
    return f"{whole}.{rest:0{settings.CURRENCY_DIGITS}}" if rest else str(whole)
