"""Hypothesis strategies for the inputs of a period, from the ordinary to the contradictory."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from formulas.performance import Inputs

NAMES = ("visitors", "buyers", "orders", "repeat_orders", "extension_orders", "revenue")

_count = st.integers(0, 5_000)
_money = st.integers(-(10**6), 10**11)


def _sound(visitors: int, buyers: int, repeat: int, extension: int, revenue: int) -> tuple[int, ...]:
    buyers = min(buyers, visitors)
    repeat, extension = (repeat, extension) if buyers else (0, 0)
    return visitors, buyers, buyers + repeat + extension, repeat, extension, revenue if buyers else 0


#: A row that keeps the rules: buyers ≤ visitors, orders = buyers + repeat + extension.
sound_rows = st.builds(_sound, _count, _count, _count, _count, st.integers(0, 10**11))
#: A row as a defective import might hold it: anything missing, anything contradicting.
any_rows = st.tuples(*[st.none() | _count] * 5, st.none() | _money)
rows = sound_rows | any_rows
#: The same units in two periods.
pairs_of_rows = st.lists(st.tuples(rows, rows), min_size=1, max_size=12)


def inputs_of(rows_: list[tuple[Any, ...]]) -> Inputs:
    columns = np.array(rows_, dtype=np.float64).T
    return Inputs.from_arrays(dict(zip(NAMES, columns, strict=True)))
