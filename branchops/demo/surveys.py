"""What the demo company's customers answered over the last ninety days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

import numpy as np

from branches.models import Branch
from branches.queries import trading_days
from branchops.demo.places import LATE, PLACES, Place
from branchops.demo.units import SEED, Company
from surveys.masking import masked
from surveys.models import Answer, AnswerComment, SurveyLink

DAYS = 90
ROWS_AT_ONCE = 2000
#: Has put up no poster yet; has few customers who answer; disappoints many of them.
WITHOUT_LINK, FEW_ANSWERS, UNHAPPY = LATE, "HZ03", "GZ02"
ANSWERS_A_DAY = {"flagship": 4.0, "standard": 2.6, "mall": 1.8, "community": 1.2}
CSAT_USUAL = (0.02, 0.04, 0.11, 0.38, 0.45)
CSAT_UNHAPPY = (0.12, 0.17, 0.21, 0.29, 0.21)
#: The share of answers with a comment, by satisfaction: who is cross writes more often.
WRITES = (0.75, 0.6, 0.25, 0.12, 0.2)

COMMENTS_ZH = {
    "low": (
        "等了快一个小时才叫到号，窗口只开了两个。",
        "办理携号转网来回跑了三趟，每次说的材料都不一样。",
        "店员一直推荐套餐，我只是来换卡的。",
        "账单里多了一项增值业务，问了半天也没说清楚是谁开的。",
        "宽带报修三天了还没人上门，请打我电话13812345678。",
        "空调坏了，里面很闷，老人等不了那么久。",
        "说好送的手机壳没有，活动已经结束了也不提前讲。",
    ),
    "middle": (
        "服务还可以，就是排队时间长了点。",
        "业务办好了，不过介绍得太快，没太听懂资费。",
        "希望周末多开一个窗口。",
        "自助机有一台是坏的。",
    ),
    "high": (
        "小姑娘很耐心，帮我妈妈把手机字体都调好了，谢谢！",
        "办得很快，十分钟就好了。",
        "店里干净，解释得清楚，下次还来。",
        "帮我算了一下流量，换了便宜的套餐，很实在。",
        "5G 新手机数据都帮我转好了，点赞。",
        "下雨天还给我递了纸巾，暖心。",
    ),
}
COMMENTS_EN = {
    "low": (
        "Waited fifty minutes, only two desks were open.",
        "Nobody could explain the roaming charge on my bill.",
        "I came for a SIM card and was sold at for ten minutes.",
    ),
    "middle": ("Friendly, but the queue moves slowly.", "A price list in English would help."),
    "high": (
        "Very patient, my new phone was set up in no time.",
        "They found a cheaper plan for me. Honest people.",
        "Quick and clear, thank you.",
    ),
}
ENGLISH_SHARE = 0.12


def make_answers(company: Company) -> int:
    """Write links, answers and comments of the last ninety days; the number of answers."""
    links = _make_links(company)
    answers, texts = [], []
    for number, place in enumerate(PLACES):
        if place.code in links:
            random = np.random.default_rng([SEED, 7, number])
            for answer, text in _of_place(company, place, links[place.code], random):
                answers.append(answer)
                texts.append(text)
    Answer.objects.bulk_create(answers, batch_size=ROWS_AT_ONCE)
    written = [AnswerComment(answer=a, text=masked(t)) for a, t in zip(answers, texts, strict=True) if t]
    AnswerComment.objects.bulk_create(written, batch_size=ROWS_AT_ONCE)
    return len(answers)


def _make_links(company: Company) -> dict[str, SurveyLink]:
    made_at = datetime.combine(company.last - timedelta(days=DAYS), time(1), tzinfo=UTC)
    links = {
        code: SurveyLink(branch=branch, created_at=made_at)
        for code, branch in company.branches.items()
        if code != WITHOUT_LINK
    }
    SurveyLink.objects.bulk_create(links.values())
    return links


def _of_place(
    company: Company, place: Place, link: SurveyLink, random: np.random.Generator
) -> Iterator[tuple[Answer, str]]:
    branch = company.branches[place.code]
    usual = 0.12 if place.code == FEW_ANSWERS else ANSWERS_A_DAY[place.format] * place.size
    for day in _open_days(branch, company.last):
        busy = 1.4 if day.weekday() >= 5 else 1.0
        for n in range(int(random.poisson(usual * busy))):
            yield _answer(branch, link, place.code, day, n, random)


def _open_days(branch: Branch, last: date) -> list[date]:
    first = last - timedelta(days=DAYS - 1)
    matrix = trading_days([branch.pk], first, last)[1]
    return [first + timedelta(days=int(n)) for n in np.flatnonzero(matrix[0])]


def _answer(
    branch: Branch, link: SurveyLink, code: str, day: date, n: int, random: np.random.Generator
) -> tuple[Answer, str]:
    """One customer: satisfaction, a recommendation that goes with it, now and then a few words."""
    csat = int(random.choice(5, p=CSAT_UNHAPPY if code == UNHAPPY else CSAT_USUAL)) + 1
    nps = int(np.clip(round(random.normal(2.05 * csat - 0.6, 1.3)), 0, 10))
    is_english = bool(random.random() < ENGLISH_SHARE)
    writes = bool(random.random() < WRITES[csat - 1])
    answered = random.random()
    at = datetime.combine(day, time(10), tzinfo=ZoneInfo(branch.time_zone)) + timedelta(
        minutes=int(random.integers(0, 590))
    )
    answer = Answer(
        branch=branch,
        link=link,
        # The same for the same day, so that the demo of a date is always the same.
        nonce=blake2b(f"{code} {day} {n}".encode(), digest_size=16).hexdigest(),
        at=at,
        day=day,
        csat=None if answered < 0.04 else csat,
        nps=None if answered > 0.9 else nps,
        language="en" if is_english else "zh-hans",
    )
    return answer, _words(csat, is_english, random) if writes else ""


def _words(csat: int, is_english: bool, random: np.random.Generator) -> str:
    pool = (COMMENTS_EN if is_english else COMMENTS_ZH)[
        "low" if csat <= 2 else "middle" if csat == 3 else "high"
    ]
    return pool[int(random.integers(len(pool)))]
