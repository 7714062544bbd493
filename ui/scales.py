"""Columns of money: one unit and the same decimals in every row, so that amounts compare by their length.

`ui.numbers` shortens an amount by itself, which is right in a sentence; below one another ¥136K and −¥53,028 are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ui import numbers

# (from this middle amount on, unit, its sign, decimals), in whole units of the currency, largest first.
_STEPS_EN: Final = (
    (10**9, 10**9, "B", 2),
    (10**6, 10**6, "M", 2),
    (10**5, 10**3, "K", 0),
    (10**3, 10**3, "K", 1),
)
_STEPS_ZH: Final = (
    (10**8, 10**8, "亿", 2),
    (10**6, 10**4, "万", 0),
    (10**5, 10**4, "万", 1),
    (10**3, 10**4, "万", 2),
)
# Below these the largest amount of a column is short enough in full.
_WHOLE: Final = 10**5
_SMALL: Final = 100


class Scale(NamedTuple):
    """How a column writes money: `step` minor units make one of the last decimal shown, `digits` decimals."""

    step: int
    digits: int
    before: str
    after: str

    def size(self, minor: int) -> str:
        """An amount in minor units that is not negative: ¥136.0K, 13.60万元. Halves are rounded up.

        What would read as nothing and is not nothing is written by itself.
        """
        step, digits, before, after = self
        steps = (2 * minor + step) // (2 * step)
        if not steps:
            return numbers.money_short(minor)
        if not digits:
            return f"{before}{steps:,}{after}"
        whole, part = divmod(steps, 10**digits)
        return f"{before}{whole:,}.{part:0{digits}}{after}"

    def money(self, minor: int | None) -> str:
        """An amount with a minus where it is negative."""
        if minor is None:
            return numbers.DASH
        return f"{numbers.MINUS}{self.size(-minor)}" if minor < 0 else self.size(minor)

    def signed(self, minor: int | None) -> str:
        """An amount with its sign; nothing has none."""
        return f"+{self.size(minor)}" if minor and minor > 0 else self.money(minor)


def scale_of(amounts: Iterable[int | None]) -> Scale:
    """The scale of a column that holds these amounts (minor units; None: not known).

    Columns of five figures are written in full. Else the amount in the middle decides, so that a flagship does not turn
    everybody else into 0.1M.
    """
    cash, chinese = numbers.currency(), numbers.is_chinese()
    unit = 10**cash.exponent
    sizes = sorted([abs(minor) for minor in amounts if minor])
    largest, middle = (sizes[-1], sizes[len(sizes) // 2]) if sizes else (0, 0)
    step, digits, sign = unit, 0, ""
    if 0 < largest < _SMALL * unit:
        step, digits = 1, cash.exponent
    elif largest >= _WHOLE * unit:
        steps = _STEPS_ZH if chinese else _STEPS_EN
        found = next((found for found in steps if middle >= found[0] * unit), None)
        if found:
            _, size, sign, digits = found
            step = size * unit // 10**digits
    before, after = ("", f"{sign}{cash.unit_zh}") if chinese else (cash.sign, sign)
    return Scale(step, digits, before, after)
