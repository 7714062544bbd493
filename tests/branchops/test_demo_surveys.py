"""The answers of the demo company's customers: the same for the same date, with their stories to be found."""

from __future__ import annotations

from datetime import date

import pytest

from branchops.demo.surveys import FEW_ANSWERS, UNHAPPY, WITHOUT_LINK, make_answers
from branchops.demo.units import Company, make_company
from surveys.models import Answer, AnswerComment, SurveyLink
from surveys.queries import counts_by_branch

pytestmark = pytest.mark.django_db

LAST = date(2026, 11, 20)
FIRST = date(2026, 8, 23)


@pytest.fixture
def company() -> Company:
    company = make_company(LAST)
    make_answers(company)
    return company


def test_ninety_days_are_answered_until_the_last(company: Company) -> None:
    days = set(Answer.objects.values_list("day", flat=True))
    assert (min(days), max(days)) == (FIRST, LAST)
    assert 4000 < Answer.objects.count() < 7000


def test_the_same_date_gives_the_same_answers(company: Company) -> None:
    before = list(Answer.objects.order_by("nonce").values_list("nonce", "csat", "nps", "at"))
    AnswerComment.objects.all().delete()
    Answer.objects.all().delete()
    SurveyLink.objects.all().delete()
    make_answers(company)
    assert list(Answer.objects.order_by("nonce").values_list("nonce", "csat", "nps", "at")) == before


def test_every_branch_but_one_has_a_link(company: Company) -> None:
    without = set(company.branches) - set(SurveyLink.objects.values_list("branch__code", flat=True))
    assert without == {WITHOUT_LINK}


def test_one_branch_is_surely_low_and_one_has_too_few_answers(company: Company) -> None:
    lines = counts_by_branch(Answer.objects.all())
    by_code = {line.branch.code: line.counts for line in lines}
    assert lines[0].branch.code == UNHAPPY
    assert by_code[UNHAPPY].csat.high < 0.65  # type: ignore[operator]
    assert not by_code[FEW_ANSWERS].csat.is_enough


def test_customers_write_in_both_languages_and_no_number_is_whole(company: Company) -> None:
    texts = set(AnswerComment.objects.values_list("answer__language", "text"))
    assert {language for language, _text in texts} == {"en", "zh-hans"}
    assert any("138****5678" in text for _language, text in texts)
    assert not any("13812345678" in text for _language, text in texts)
