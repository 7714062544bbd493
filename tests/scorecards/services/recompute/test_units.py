from dataclasses import replace

import numpy as np

from scorecards.services.recompute.units import COMPANY, Company

# Region 1 holds region 2; branches 10 and 11 lie in 2, branch 12 in 1.
COMPANY_OF_THREE = Company(
    branches=np.array([10, 11, 12]),
    regions=np.array([2, 2, 1]),
    formats=np.array([1, 1, 1]),
    parents={1: None, 2: 1},
)


def test_every_unit_lies_below_the_one_over_it() -> None:
    assert COMPANY_OF_THREE.above.tolist() == [COMPANY, 1, 2]
    assert COMPANY_OF_THREE.parent.tolist() == [0, 0, 1]
    assert COMPANY_OF_THREE.depth.tolist() == [0, 1, 2]


def test_a_circle_of_regions_is_cut_so_that_every_unit_still_ends_at_the_company() -> None:
    none = np.zeros(0, dtype=np.int64)
    circle = Company(none, none, none, parents={3: 4, 4: 5, 5: 3, 6: 4})
    assert circle.above.tolist() == [COMPANY, 3, 4, 5, 6]
    assert circle.parent.tolist() == [0, 2, 3, 0, 2]
    assert circle.depth.tolist() == [0, 3, 2, 1, 3]


def test_a_change_touches_the_own_region_those_above_it_and_the_one_that_was_left() -> None:
    assert COMPANY_OF_THREE.touched(frozenset({12})).tolist() == [True, True, False]
    assert COMPANY_OF_THREE.touched(frozenset({11})).tolist() == [True, True, True]
    assert COMPANY_OF_THREE.touched(None).tolist() == [True, True, True]
    moved = replace(COMPANY_OF_THREE, moved={12: frozenset({2})})
    assert moved.touched(frozenset({12})).tolist() == [True, True, True]


def test_beside_a_branch_stand_those_that_lie_right_in_a_region_above_it() -> None:
    assert COMPANY_OF_THREE.beside(frozenset({12})).tolist() == [12]
    assert COMPANY_OF_THREE.beside(frozenset({10})).tolist() == [10, 11, 12]
    untouched = COMPANY_OF_THREE.untouched_below(COMPANY_OF_THREE.touched(frozenset({12})))
    assert untouched.tolist() == [False, False, True]


def test_a_branch_that_is_not_there_any_more_has_no_place() -> None:
    assert COMPANY_OF_THREE.place(np.array([12, 99, 10])).tolist() == [2, -1, 0]
