"""What the database refuses, and who sees which answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from surveys.models import Answer, SurveyLink, new_token
from tests.surveys.factories import MADE_AT, AnswerFactory, SurveyLinkFactory, link_of
from tests.worlds import World

pytestmark = pytest.mark.django_db


def test_a_token_has_128_bits_and_is_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {22}


def test_a_branch_has_one_live_link(world: World) -> None:
    SurveyLinkFactory(branch=world.branch)
    with pytest.raises(IntegrityError):
        SurveyLinkFactory(branch=world.branch)


def test_a_branch_may_have_many_revoked_links(world: World) -> None:
    for _ in range(2):
        SurveyLinkFactory(branch=world.branch, revoked_at=MADE_AT)
    SurveyLinkFactory(branch=world.branch)
    assert SurveyLink.objects.live().count() == 1


def test_a_link_cannot_be_revoked_before_it_was_made(world: World) -> None:
    with pytest.raises(IntegrityError):
        SurveyLinkFactory(branch=world.branch, revoked_at=MADE_AT - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("csat", "nps"), [(0, None), (6, None), (None, 11), (None, None)], ids=["low", "high", "nps", "empty"]
)
def test_an_answer_outside_the_scales_is_refused(world: World, csat: int | None, nps: int | None) -> None:
    link = link_of(world.branch)
    with pytest.raises(IntegrityError):
        AnswerFactory(branch=world.branch, link=link, csat=csat, nps=nps)


def test_the_ends_of_the_scales_are_taken(world: World) -> None:
    for csat, nps in [(1, 0), (5, 10), (3, None), (None, 7)]:
        AnswerFactory(branch=world.branch, csat=csat, nps=nps)
    assert Answer.objects.count() == 4


def test_a_nonce_is_taken_once(world: World) -> None:
    AnswerFactory(branch=world.branch, nonce="same")
    link = link_of(world.branch)
    with pytest.raises(IntegrityError):
        AnswerFactory(branch=world.branch, link=link, nonce="same")


@pytest.mark.parametrize(
    ("csat", "nps", "expected"),
    [(2, None, True), (3, None, False), (None, 6, True), (None, 7, False), (5, 6, True), (1, 10, True)],
)
def test_unhappy_in_the_database_and_in_python_mean_the_same(
    world: World, csat: int | None, nps: int | None, expected: bool
) -> None:
    answer = AnswerFactory(branch=world.branch, csat=csat, nps=nps)
    assert answer.is_unhappy is expected
    assert Answer.objects.unhappy().exists() is expected


def test_each_role_sees_the_answers_of_its_branches_and_staff_see_none(world: World) -> None:
    for branch in (world.branch, world.sister, world.foreign):
        AnswerFactory(branch=branch)
    seen = {
        name: sorted(Answer.objects.for_user(getattr(world, name)).values_list("branch__code", flat=True))
        for name in ("staff", "manager", "regional", "administrator", "foreign_manager")
    }
    assert seen == {
        "staff": [],
        "manager": ["N1"],
        "regional": ["N1", "N2"],
        "administrator": ["N1", "N2", "S1"],
        "foreign_manager": ["S1"],
    }


def test_each_role_sees_the_links_of_its_branches(world: World) -> None:
    for branch in (world.branch, world.foreign):
        SurveyLinkFactory(branch=branch)
    assert [link.branch.code for link in SurveyLink.objects.for_user(world.manager)] == ["N1"]
    assert [link.branch.code for link in SurveyLink.objects.for_user(world.foreign_manager)] == ["S1"]
    assert not SurveyLink.objects.for_user(world.staff).exists()
