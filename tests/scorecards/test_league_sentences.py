"""What the league table says in words, in both languages."""

import pytest
from django.utils import translation

from scorecards import league_sentences
from scorecards.queries.standing import LikeForLike, Loser


def loser(**values: object) -> Loser:
    plain = {
        "code": "N1", "name_en": "Nanshan", "name_zh": "南山", "change": -3_820_000, "growth": -0.061,
        "low": -0.1, "high": -0.02, "parts": (("conversion", -5_140_000), ("basket", 1_320_000)),
        "days": 20, "days_due": 20,
    }  # fmt: skip
    return Loser(**(plain | values))


def test_a_loss_is_said_in_money_and_per_cent() -> None:
    assert league_sentences.loss(loser()) == "¥38,200 (−6.1%) behind."
    assert league_sentences.loss(loser(growth=None)) == "¥38,200 behind."


def test_why_names_the_factors() -> None:
    said = league_sentences.why(loser()).replace("\u2060", "")
    assert said == "Conversion explains −¥51,400; basket gives back +¥13,200."


@pytest.mark.parametrize(
    ("due", "begins"),
    [(21, "1 trading day has no figures yet. "), (22, "2 trading days have no figures yet. ")],
)
def test_missing_days_are_said_first(due: int, begins: str) -> None:
    assert league_sentences.why(loser(days_due=due)).startswith(begins)


def test_without_parts_nothing_is_made_up() -> None:
    assert league_sentences.why(loser(parts=())) == ""


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.1, -0.02, "More than day-to-day variation explains (−10.0% to −2.0%)."),
        (-0.1, 0.02, "Day-to-day variation alone could explain it (−10.0% to +2.0%)."),
        (None, None, "Too few days to tell it from day-to-day variation."),
    ],
)
def test_certainty_is_said(low: float | None, high: float | None, words: str) -> None:
    assert league_sentences.certainty(loser(low=low, high=high)) == words


@pytest.mark.parametrize(
    ("high", "words"),
    [
        (-0.08, "The missing days alone could explain it (−20.0% to −8.0%)."),
        (-0.12, "More than day-to-day variation explains (−20.0% to −12.0%)."),
        (0.02, "Day-to-day variation alone could explain it (−20.0% to +2.0%)."),
    ],
)
def test_a_loss_is_not_called_sure_that_missing_days_may_explain(high: float, words: str) -> None:
    assert league_sentences.certainty(loser(low=-0.2, high=high, days=18)) == words


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, "There is nothing to compare with, so nobody can be said to be behind."),
        (0, "No branch is behind. Those that opened or closed are not counted here."),
        (5_000, "No branch is behind. Those that opened or closed are not counted here."),
    ],
)
def test_nobody_is_called_ahead_where_nothing_can_be_compared(change: int | None, said: str) -> None:
    assert league_sentences.nobody_behind(change) == said


def test_of_a_day_whose_branches_are_not_kept_nobody_is_said_to_do_well() -> None:
    assert league_sentences.nobody_behind(5_000, is_old_day=True) == (
        "Days of branches are kept for a fortnight. Choose the week or the month of this day."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, "There is nothing to compare with, so nothing to explain."),
        (0, "Revenue has not moved, and nothing in it: there is nothing to explain."),
    ],
)
def test_why_there_is_nothing_to_explain(change: int | None, said: str) -> None:
    assert league_sentences.nothing_to_explain(change) == said


@pytest.mark.parametrize(
    ("codes", "names"),
    [
        (("basket", "repeat"), ["Basket", "Repeat"]),
        (
            ("repurchase", "extension", "repeat"),
            ["Repurchase", "Extension", "Repeat, not split"],
        ),
    ],
)
def test_repeat_beside_its_own_parts_says_what_it_holds(codes: tuple[str, ...], names: list[str]) -> None:
    assert league_sentences.part_names(codes) == names


@pytest.mark.parametrize(
    ("best", "worst", "of", "place", "words"),
    [
        (3, 9, 14, "3–9 of 14", "no real difference to the middle"),
        (2, 2, 14, "2 of 14", "above the middle"),
        (1, 6, 14, "1–6 of 14", "above the middle"),
        (9, 14, 14, "9–14 of 14", "below the middle"),
        (1, 1, 1, "1 of 1", "the only one of its format"),
        (None, None, None, "", "not ranked: nothing to compare with"),
        (0, 0, 14, "", "not ranked: nothing to compare with"),
    ],
)
def test_a_place_is_a_range_with_its_worth(
    best: int | None, worst: int | None, of: int | None, place: str, words: str
) -> None:
    assert league_sentences.place(best, worst, of) == place
    assert league_sentences.place_in_words(best, worst, of) == words
    assert words.startswith(league_sentences.Places().of(best, worst, of)[1])


@pytest.mark.parametrize(
    ("count", "title"),
    [(0, "Branches to help first"), (1, "The branch to help first"), (3, "3 branches to help first")],
)
def test_the_heading_counts(count: int, title: str) -> None:
    assert league_sentences.help_title([loser()] * count) == title


@pytest.mark.parametrize(
    ("codes", "begins"),
    [
        ((), ""),
        (("visitors", "conversion", "basket"), ""),
        (
            ("buyers", "basket"),
            "Visitors and conversion are missing in at least one of the two periods, so buyers",
        ),
        (
            ("orders", "basket"),
            "Visitors and conversion are missing in at least one of the two periods, so the formula",
        ),
        (("revenue",), ""),
    ],
)
def test_what_is_not_recorded_is_named(codes: tuple[str, ...], begins: str) -> None:
    said = league_sentences.no_visitors(codes)
    assert said.startswith(begins)
    assert bool(said) == bool(begins)


def test_chinese_is_chinese() -> None:
    with translation.override("zh-hans"):
        assert league_sentences.place(3, 9, 14) == "14 家中第 3–9"
        assert league_sentences.loss(loser()) == "落后 3.82万元（−6.1%）。"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, ""),
        (
            LikeForLike(41, 3_820_000, 181_900_000, 0, 2),
            "Like for like, the 41 branches that traded in both periods are ¥38,200 (+2.1%) ahead. "
            "2 branches traded only then: they closed, or are shut or without figures now.",
        ),
        (
            LikeForLike(1, -3_820_000, 38_200_000, 1, 0),
            "Like for like, the 1 branch that traded in both periods is ¥38,200 (−10.0%) behind. "
            "1 branch traded only now: it opened, or was shut or without figures then.",
        ),
        (
            LikeForLike(2, 0, 100, 1, 0),
            "Like for like, the 2 branches that traded in both periods stand as before. "
            "1 branch traded only now: it opened, or was shut or without figures then.",
        ),
        (
            LikeForLike(0, 0, 0, 3, 0),
            "No branch traded in both periods. "
            "3 branches traded only now: they opened, or were shut or without figures then.",
        ),
    ],
)
def test_like_for_like_is_said_for_one_many_and_none(found: LikeForLike | None, said: str) -> None:
    assert league_sentences.like_for_like(found) == said


def test_like_for_like_in_chinese() -> None:
    with translation.override("zh-hans"):
        said = league_sentences.like_for_like(LikeForLike(41, 3_820_000, 181_900_000, 2, 0))
    assert said == (
        "可比口径（两期均营业的41家营业厅）：销售额多3.82万元（+2.1%）。2家营业厅仅本期有数据：新开业，或对比期停业、缺数据。"
    )


@pytest.mark.parametrize(
    ("first", "last", "matches", "of", "is_filtered", "said"),
    [
        (1, 0, 0, 24, False, ""),
        (1, 0, 0, 24, True, ""),
        (1, 1, 1, 1, False, "1 branch"),
        (1, 24, 24, 24, False, "24 branches"),
        (1, 50, None, 1115, False, "Branches 1–50 of 1,115"),
        (1051, 1100, None, 1115, False, "Branches 1,051–1,100 of 1,115"),
        (1101, 1115, 1115, 1115, False, "Branches 1,101–1,115 of 1,115"),
        (51, 100, None, None, False, "Branches 51–100, with more to come"),
        (51, 100, None, 90, False, "Branches 51–100, with more to come"),
        (1, 1, 1, 24, True, "1 of 24 matches the filters"),
        (1, 3, 3, 24, True, "3 of 24 match the filters"),
        (1, 3, 3, None, True, "3 match the filters"),
        (1, 50, None, 1115, True, "Branches 1–50 · more than 50 of 1,115 match the filters"),
        (51, 100, None, None, True, "Branches 51–100 · more than 100 match the filters"),
        (51, 63, 63, 1115, True, "Branches 51–63 · 63 of 1,115 match the filters"),
    ],
)
def test_the_table_says_which_branches_it_shows_and_of_how_many(
    first: int, last: int, matches: int | None, of: int | None, is_filtered: bool, said: str
) -> None:
    found = league_sentences.shown(first, last, matches=matches, of=of, is_filtered=is_filtered)
    assert found == said


@pytest.mark.parametrize(
    ("matches", "is_filtered", "said"),
    [
        (None, False, "第51–100家，共1,115家营业厅"),
        (None, True, "第51–100家 · 1,115家中超过100家符合筛选条件"),
        (100, True, "第51–100家 · 1,115家中有100家符合筛选条件"),
    ],
)
def test_which_branches_are_shown_is_said_in_chinese(
    matches: int | None, is_filtered: bool, said: str
) -> None:
    with translation.override("zh-hans"):
        found = league_sentences.shown(51, 100, matches=matches, of=1115, is_filtered=is_filtered)
        assert league_sentences.branches(24) == "24家营业厅"
    assert found == said
