from formulas.components import COMPONENTS, FORMULA_INPUTS, KNOWN_BIT
from formulas.performance import Inputs


def test_the_formula_rests_on_the_first_six_components() -> None:
    assert FORMULA_INPUTS == (
        "visitors",
        "buyers",
        "orders",
        "repeat_orders",
        "extension_orders",
        "revenue",
    )
    assert COMPONENTS[:6] == FORMULA_INPUTS


def test_inputs_hold_exactly_the_inputs_of_the_formula() -> None:
    assert tuple(Inputs.__dataclass_fields__) == FORMULA_INPUTS


def test_every_input_has_a_bit_of_its_own() -> None:
    assert KNOWN_BIT == {
        "visitors": 1,
        "buyers": 2,
        "orders": 4,
        "repeat_orders": 8,
        "extension_orders": 16,
        "revenue": 32,
    }
