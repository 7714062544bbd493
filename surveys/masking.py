"""Takes what could name a person out of a free text, as far as a rule can."""

from __future__ import annotations

import re
import unicodedata

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
# Seven digits or more, with what people write between them: telephone, identity and card numbers.
_NUMBER = re.compile(r"\+?\d(?:[ \-.()\u00a0]{0,2}\d){6,}")
_KEPT_BEFORE, _KEPT_AFTER = 3, 4
_LONG_ENOUGH_FOR_BOTH = 11


def masked(text: str) -> str:
    """The text with e-mail addresses and long numbers masked: 13812345678 becomes 138****5678, others only stars.

    Full-width digits count as digits. Short numbers (prices, dates of six digits, minutes waited) stay.
    """
    plain = "".join(_plain(sign) for sign in text)
    return _NUMBER.sub(_mask_number, _EMAIL.sub("***@***", plain))


def tidy(text: str) -> str:
    """The text without control characters (NUL, direction marks) and without blank ends; line breaks stay."""
    kept = (
        sign for sign in text.replace("\r\n", "\n") if sign == "\n" or unicodedata.category(sign)[0] != "C"
    )
    return "".join(kept).strip()


def _plain(sign: str) -> str:
    """Full-width digits and signs of numbers and addresses as the usual ones; everything else as it is."""
    return unicodedata.normalize("NFKC", sign) if sign in "０１２３４５６７８９＋－＠．" else sign


def _mask_number(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    if len(digits) < _LONG_ENOUGH_FOR_BOTH:
        return "*" * len(digits)
    return digits[:_KEPT_BEFORE] + "****" + digits[-_KEPT_AFTER:]
