"""Template tags as a page uses them."""

from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from ui.pages import Page


def render(source: str, address: str = "/", **context: object) -> str:
    request = RequestFactory().get(address)
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("value", "kind", "direction", "text"),
    [
        (0.061, "change", "up", "+6.1%"),
        (-0.012, "points", "down", "−1.2 pt"),
        (0.00001, "change", "flat", "0.0%"),
        (-5140000, "money", "down", "−¥51,400"),
        (0, "count", "flat", "0"),
    ],
)
def test_a_difference_has_direction_sign_and_number(
    value: float, kind: str, direction: str, text: str
) -> None:
    html = render("{% delta value kind %}", value=value, kind=kind)

    assert f'class="delta {direction}"' in html
    assert html.endswith(f"{text}</span>")


@pytest.mark.parametrize("value", [None, float("nan")])
def test_an_unknown_difference_says_why(value: float | None) -> None:
    html = render('{% delta value "change" "No figures last year" %}', value=value)

    assert 'title="No figures last year"' in html
    assert '<span class="visually-hidden">No figures last year</span>' in html
    assert "nan" not in html


def test_a_missing_value_escapes_its_reason() -> None:
    assert "&lt;b&gt;" in render("{% missing reason %}", reason="<b>")


def test_filters_answer_a_dash_for_nothing() -> None:
    html = render("{{ x|money }}{{ x|percent }}{{ x|day }}{{ x|span }}{{ x|stamp }}{{ x|name_of }}", x=None)

    assert html == "–" * 6


def test_short_money_tells_the_full_amount_on_hover() -> None:
    assert render("{% money_tip 128456789 %}") == '<span class="num" title="¥1,284,567.89">¥1.28M</span>'


def test_names_follow_the_language_and_fall_back_to_the_other() -> None:
    both, one = SimpleNamespace(name_en="South", name_zh="华南"), SimpleNamespace(name_en="", name_zh="华北")
    with translation.override("en"):
        assert render("{{ a|name_of }} {{ b|name_of }}", a=both, b=one) == "South 华北"
    with translation.override("zh-hans"):
        assert render("{{ a|name_of }}", a=both) == "华南"


def test_a_sorted_column_says_so_and_its_link_turns_it_round() -> None:
    html = render('{% sort_header "revenue" "Revenue" %}', "/?q=a&after=xyz&sort=revenue")

    assert 'aria-sort="descending"' in html
    assert 'href="?q=a&amp;sort=-revenue"' in html


def test_another_column_is_sorted_by_its_own_direction_first() -> None:
    html = render('{% sort_header "name" "Name" "asc" %}', "/?sort=-revenue&page=3")

    assert "aria-sort" not in html
    assert 'href="?sort=name"' in html


def test_the_pager_links_cursors_and_keeps_the_filters() -> None:
    html = render("{% pager page %}", "/?q=a&after=old", page=Page([], "next", "before", "name"))

    assert 'href="?q=a&amp;after=before"' in html
    assert 'href="?q=a&amp;after=next"' in html


def test_the_pager_of_numbers_tells_where_the_reader_is() -> None:
    html = render("{% pager page %}", "/?page=2", page=Paginator(range(5), 2).get_page(2))

    assert "Page 2 of 3" in html
    assert 'href="?page=1"' in html


def test_one_page_has_no_pager() -> None:
    assert render("{% pager page %}", page=Page([], None, None, "name")).strip() == ""


def test_a_chart_carries_its_option_as_json_and_its_numbers_as_a_table() -> None:
    table = SimpleNamespace(headers=["Factor", "Money"], rows=[["<Visitors>", "+¥1"]])

    html = render(
        '{% chart option id="drivers" title="Drivers" table=table %}', option={"a": "</script>"}, table=table
    )

    assert 'data-chart="drivers-option"' in html
    assert (
        '<script id="drivers-option" type="application/json">{"a":"\\u003C/script\\u003E"}</script>' in html
    )
    assert '<th scope="row">&lt;Visitors&gt;</th><td class="num">+¥1</td>' in html


def test_a_chart_without_data_says_so() -> None:
    html = render('{% chart None id="drivers" title="Drivers" %}')

    assert "Not enough data" in html
    assert "data-chart" not in html


def test_an_icon_is_decoration() -> None:
    html = render('{% icon "sun" 18 %}')

    assert 'aria-hidden="true"' in html
    assert 'width="18"' in html
