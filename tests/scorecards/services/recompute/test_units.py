import numpy as np

from scorecards.services.recompute.units import COMPANY, Company

# Region 1 holds region 2; branches 10 and 11 lie in 2, branch 12 in 1.
COMPANY_OF_THREE = Company(
    branches=np.array([10, 11, 12]),
    regions=np.array([2, 2, 1]),
    formats=np.array([1, 1, 1]),
    parents={1: None, 2: 1},
)


def test_every_unit_adds_up_the_branches_below_it() -> None:
    assert COMPANY_OF_THREE.above.tolist() == [COMPANY, 1, 2]
    sums = COMPANY_OF_THREE.roll_up(np.array([[1.0], [2.0], [4.0]]))
    assert sums.tolist() == [[7.0], [7.0], [3.0]]


def test_periods_that_stand_below_one_another_are_added_up_each_for_itself() -> None:
    two_periods = np.array([[1.0, 5.0], [2.0, 0.0], [4.0, 0.0], [10.0, 0.0], [20.0, 0.0], [40.0, 6.0]])
    sums = COMPANY_OF_THREE.roll_up(two_periods)
    assert sums.tolist() == [[7.0, 5.0], [7.0, 5.0], [3.0, 5.0], [70.0, 6.0], [70.0, 6.0], [30.0, 0.0]]


def test_a_branch_that_is_not_there_any_more_has_no_place() -> None:
    assert COMPANY_OF_THREE.place(np.array([12, 99, 10])).tolist() == [2, -1, 0]
