"""Floats are rounded as people read them, half away from zero, by the quick way as by the exact one."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ui import numbers

HALVES = st.integers(-(10**7), 10**7).map(lambda n: n / 2000)


@given(value=st.floats(-1e12, 1e12) | st.floats(-2, 2) | HALVES, digits=st.integers(0, 3))
@settings(max_examples=500)
def test_a_float_is_rounded_as_it_is_read(value: float, digits: int) -> None:
    exact = (Decimal(repr(value)) * 100).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    sign = numbers.MINUS if exact < 0 else ""
    assert numbers.percent(value, digits) == f"{sign}{abs(exact):,}%"
