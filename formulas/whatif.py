"""What if: the revenue that four factors give, and what one factor would have to become for more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Needed:
    """The change of each factor that alone would bring the extra revenue; None where it cannot."""

    visitors_per_day: float | None  #: customers a day
    conversion: float | None  #: a fraction, 0.012 = 1.2 points
    basket: float | None  #: minor units per order
    repeat: float | None  #: orders per buyer


def revenue(visitors: float, conversion: float, basket: float, repeat: float) -> float:
    """visitors × conversion × basket × repeat, in the unit of the basket (minor units)."""
    return visitors * conversion * basket * repeat


def needed(
    visitors_per_day: float, conversion: float, basket: float, repeat: float, days: float, extra_minor: float
) -> Needed:
    """For each single factor, its change that brings `extra_minor` more in `days`, the others unchanged.

    Changes are to be added to the factor; an extra below 0 gives changes below 0. None where no change
    would do: another factor is 0, no days are left, or the factor would leave its range (conversion above
    1, repeat below 1, anything below 0). Where visitors are not counted, pass buyers as visitors with
    conversion 1; where buyers are not either, orders with repeat 1 as well.
    """
    steps = {
        "visitors_per_day": days * conversion * basket * repeat,
        "conversion": days * visitors_per_day * basket * repeat,
        "basket": days * visitors_per_day * conversion * repeat,
        "repeat": days * visitors_per_day * conversion * basket,
    }
    return Needed(
        visitors_per_day=_change(visitors_per_day, extra_minor, steps["visitors_per_day"]),
        conversion=_change(conversion, extra_minor, steps["conversion"], most=1.0),
        basket=_change(basket, extra_minor, steps["basket"]),
        repeat=_change(repeat, extra_minor, steps["repeat"], least=1.0),
    )


def _change(
    factor: float, extra: float, per_unit: float, least: float = 0.0, most: float = float("inf")
) -> float | None:
    """extra / per_unit, if the factor stays between `least` and `most`."""
    if not per_unit > 0:
        return None
    change = extra / per_unit
    return change if least <= factor + change <= most else None
