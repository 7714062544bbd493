"""The additive inputs of a day at a branch, in the order in which every wide row holds them."""

from typing import Final

#: Every component is a count, except revenue, cost_of_goods and operating_cost: money in whole minor units.
#: All are additive over days, staff, branches and regions.
COMPONENTS: Final = (
    "visitors",
    "buyers",
    "orders",
    "repeat_orders",
    "extension_orders",
    "revenue",
    "cost_of_goods",
    "operating_cost",
    "digital_orders",
    "new_customers",
    "waits_measured",
    "waits_in_standard",
)

#: The inputs of the performance formula; `performance.Inputs` has one array for each.
FORMULA_INPUTS: Final = COMPONENTS[:6]

#: The bit that says "recorded" in a row's mask of known formula inputs.
KNOWN_BIT: Final = {name: 1 << i for i, name in enumerate(FORMULA_INPUTS)}
