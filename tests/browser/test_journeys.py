"""The ways people take through the pages, in a real browser with the worker's jobs done in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scorecards.models import DailyFigures, FigureImport, ImportState
from scorecards.services import recompute
from tests.browser.company import Company, work
from tests.browser.watch import CHARTS_DRAWN, Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PHONE = {"width": 390, "height": 844}
PASSWORD = "a-long-password"
A4_BETWEEN_MARGINS = 688
"""CSS pixels: 182 mm."""
Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Any, server: Any, company: Company) -> Iterator[Enter]:
    """A function that opens a browser as a role; extra options are those of a browser context."""
    contexts = []

    def as_role(role: str, **options: Any) -> Page:
        chosen = {"locale": "en-GB", "reduced_motion": "reduce", "base_url": server.url, **options}
        contexts.append(browser.new_context(**chosen))
        contexts[-1].set_default_timeout(10_000)
        if role:
            key = company.sessions[role]
            contexts[-1].add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
        return contexts[-1].new_page()

    yield as_role
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("locale", "labels", "refusal"),
    [
        ("en-GB", ("User name", "Password", "Log in"), "do not match"),
        ("zh-CN", ("用户名", "密码", "登录"), "不正确"),
    ],
)
def test_a_wrong_password_is_said_in_words_and_the_right_one_opens_todays_page(
    enter: Enter, company: Company, locale: str, labels: tuple[str, str, str], refusal: str
) -> None:
    name, password, button = labels
    company.world.manager.set_password(PASSWORD)
    company.world.manager.save()
    page = enter("", locale=locale)
    page.goto("/")
    page.get_by_label(name).fill("manager")
    page.get_by_label(password).fill("wrong")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(refusal)
    expect(page.get_by_label(name)).to_have_value("manager")
    page.get_by_label(password).fill(PASSWORD)
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/today/N1/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("南山" if locale == "zh-CN" else "Nanshan")


def test_a_figure_that_is_corrected_shows_on_todays_page_after_the_recompute(
    enter: Enter, company: Company
) -> None:
    page = enter("manager")
    page.goto("/today/N1/")
    before = page.locator("main").inner_text()
    page.goto(f"/branches/N1/figures/{company.newest.isoformat()}/")
    page.get_by_label("Visitors").fill("9876")
    page.locator("[name=why]").fill("The counter was read again")
    page.get_by_role("button", name="Save the changes").click()
    page.get_by_label("Yes, the figures are right").check()
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_text("Saved: Nanshan")).to_be_visible()
    work()
    page.goto("/today/N1/")
    after = page.locator("main").inner_text()
    assert "9,876" in after
    assert "9,876" not in before


def test_todays_next_step_leads_to_the_missing_day_and_the_month_follows(
    enter: Enter, company: Company
) -> None:
    branch, day = company.world.branch, company.newest
    DailyFigures.objects.filter(branch=branch, day=day).delete()
    recompute.mark([(branch.pk, day)])
    recompute.request()
    work()
    page = enter("manager")
    page.goto("/today/N1/")
    step = page.get_by_role("region", name="The next step")
    expect(step).to_contain_text("are missing")
    revenue = page.locator(".kpi-value").first.inner_text()

    step.get_by_role("link", name="Enter figures").click()
    page.wait_for_url(f"**/branches/N1/figures/{day.isoformat()}/")
    page.locator("[data-input=visitors]").fill("77")
    page.locator("[data-input=revenue]").first.fill("98765")
    page.get_by_role("button", name="Save the figures").click()
    page.get_by_label("Yes, the figures are right").check()
    page.get_by_role("button", name="Save the figures").click()
    expect(page.get_by_text("Saved: Nanshan")).to_be_visible()
    page.goto("/today/N1/")
    expect(step).not_to_contain_text("are missing")
    expect(page.locator("#waiting")).to_contain_text("have just changed")
    expect(page.locator(".kpi-value").first).to_have_text(revenue)
    work()
    expect(page.locator("#waiting")).to_have_count(0)
    expect(page.locator(".kpi-value").first).not_to_have_text(revenue)


def test_a_save_is_undone_by_one_press(enter: Enter, company: Company) -> None:
    page = enter("manager")
    page.goto(f"/branches/N1/figures/{company.newest.isoformat()}/")
    before = page.get_by_label("Visitors").input_value()
    page.get_by_label("Visitors").fill(str(int(before) + 1))
    page.locator("[name=why]").fill("The counter was read again")
    page.get_by_role("button", name="Save the changes").click()
    page.get_by_role("button", name="Undo this save").click()
    expect(page.get_by_text("Undone: Nanshan")).to_be_visible()
    expect(page.get_by_label("Visitors")).to_have_value(before)
    expect(page.get_by_role("button", name="Undo this save")).to_have_count(0)


def test_an_import_with_errors_hands_back_the_bad_rows_stores_the_good_and_is_undone(
    enter: Enter, company: Company
) -> None:
    day = company.newest.isoformat()
    text = f"branch,day,visitors\nN2,{day},177\nN2,{day},x\nX9,{day},3\n"
    theirs = DailyFigures.objects.filter(branch=company.world.sister, day=company.newest)
    before = theirs.get().visitors
    page = enter("administrator")
    page.goto("/imports/")
    bad_file = {"name": "till.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(bad_file)
    page.get_by_role("button", name="Upload and check").click()
    page.wait_for_url("**/imports/*/")
    work()
    page.reload()
    expect(page.get_by_role("heading", name="Rows to mend")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download the refused rows").click()
    handed_back = kept.value.path().read_text(encoding="utf-8-sig")
    assert "X9" in handed_back
    assert "177" not in handed_back
    assert theirs.get().visitors == before

    page.get_by_role("button", name="Import the good rows only").click()
    expect(page.get_by_role("dialog")).to_contain_text("2 rows of the file will be left out")
    page.get_by_role("button", name="Go ahead").click()
    page.wait_for_load_state()
    work()
    page.reload()
    assert FigureImport.objects.latest("pk").state == ImportState.DONE
    assert theirs.get().visitors == 177

    page.get_by_role("button", name="Undo this import").click()
    page.get_by_role("button", name="Go ahead").click()
    page.wait_for_load_state()
    work()
    assert FigureImport.objects.latest("pk").state == ImportState.UNDONE
    assert theirs.get().visitors == before


def test_the_question_before_an_undo_can_be_answered_with_no(enter: Enter, company: Company) -> None:
    page = enter("administrator")
    page.goto(f"/imports/{company.done.pk}/")
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("button", name="Cancel").click(),
    ):
        page.get_by_role("button", name="Undo this import").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        leave()
        expect(page.get_by_role("dialog")).to_be_hidden()
    company.done.refresh_from_db()
    assert company.done.state == ImportState.DONE


def test_from_the_league_a_reviewer_opens_a_branch(enter: Enter) -> None:
    page = enter("regional")
    page.goto("/regions/NORTH/")
    page.locator("#league").get_by_role("link", name="Nanshan").first.click()
    page.wait_for_url("**/branches/N1/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nanshan")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_league_is_sorted_by_a_heading(enter: Enter, scripts: bool) -> None:
    page = enter("regional", java_script_enabled=scripts)
    page.goto("/regions/NORTH/")
    page.locator("#league thead a").nth(1).click()
    expect(page.locator("#league th[aria-sort]")).to_have_count(1)
    page.wait_for_url("**sort=**")
    expect(page.locator("#league tbody tr")).to_have_count(2)


def test_a_table_that_was_swapped_in_is_the_table_of_a_fresh_load(enter: Enter) -> None:
    page = enter("regional")
    page.goto("/regions/NORTH/")
    page.locator("#league thead a").nth(1).click()
    page.wait_for_url("**sort=**")
    page.wait_for_load_state("networkidle")
    swapped = page.locator("#league tbody").inner_html()
    page.reload()
    assert page.locator("#league tbody").inner_html() == swapped
    page.wait_for_function(CHARTS_DRAWN)


def test_a_slider_moves_the_money_without_a_round_trip(enter: Enter, company: Company) -> None:
    page = enter("manager")
    page.goto("/branches/N1/what-if/")
    gained = page.locator("[data-out=gained]")
    if not gained.count():
        expect(page.get_by_text("No trading days are left")).to_be_visible()
        return
    before = gained.inner_text()
    lever = page.locator("[data-lever]").first
    lever.focus()
    lever.press("ArrowRight")
    expect(page.locator("[data-percent]").first).to_have_text("+1%")
    expect(gained).not_to_have_text(before)
    moved = gained.inner_text()
    page.get_by_role("button", name="Work it out").click()
    page.wait_for_url("**/what-if/?*visitors=1*")
    expect(page.locator("[data-out=gained]")).to_have_text(moved)


def test_no_factors_name_is_broken_on_a_telephone(enter: Enter) -> None:
    page = enter("manager", viewport=PHONE)
    page.goto("/branches/N1/what-if/?extra=1000")

    lines = page.locator(".needs strong").evaluate_all("""names => names.map(name => {
      const words = document.createRange();
      words.selectNodeContents(name);
      return words.getClientRects().length;
    })""")

    assert lines == [1, 1, 1, 1]


def test_paper_holds_the_tables_and_no_navigation(enter: Enter) -> None:
    page = enter("regional")
    page.goto("/regions/NORTH/")
    page.emulate_media(media="print")
    for frame in (".frame-side", ".frame-top", ".frame-bottom", ".league-filters"):
        expect(page.locator(frame)).to_be_hidden()
    expect(page.locator("#league table")).to_be_visible()


def test_every_sheet_of_paper_names_the_branch_and_the_days_and_charts_fit_it(enter: Enter) -> None:
    page = enter("manager")
    page.goto("/today/N1/")
    page.wait_for_function(CHARTS_DRAWN)
    rules = "() => document.adoptedStyleSheets.flatMap(sheet => [...sheet.cssRules]).map(rule => rule.cssText).join()"
    assert "Nanshan" in page.evaluate(rules)
    assert "@bottom-left" in page.evaluate(rules)
    width = "() => document.querySelector('#trend svg').clientWidth"
    on_screen = page.evaluate(width)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(width) <= A4_BETWEEN_MARGINS < on_screen
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(width) == on_screen


def test_charts_stand_beside_their_numbers_and_follow_the_width(enter: Enter) -> None:
    page = enter("manager")
    page.goto("/today/N1/")
    page.wait_for_function(CHARTS_DRAWN)
    chart = page.locator("#trend")
    expect(chart.locator("svg")).to_be_visible()
    expect(page.locator("#trend-numbers tbody tr")).not_to_have_count(0)
    page.set_viewport_size(PHONE)
    page.wait_for_function(
        "() => { const place = document.querySelector('#trend');"
        " return place.querySelector('svg').clientWidth === place.clientWidth"
        " && place.dataset.drawn === String(place.clientWidth); }"
    )


@pytest.mark.parametrize(
    ("role", "path", "button"),
    [
        ("manager", "/today/N1/", "Log out"),
        ("administrator", "/imports/", "Upload and check"),
    ],
)
def test_pages_are_whole_without_scripts(enter: Enter, role: str, path: str, button: str) -> None:
    page = enter(role, java_script_enabled=False)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if page.locator("details[data-menu]").count() and button == "Log out":
        page.locator("details[data-menu] summary").click()
        page.locator(".chart-table summary").first.click()
        expect(page.locator(".chart-table table").first).to_be_visible()
    expect(page.get_by_role("button", name=button)).to_be_visible()


def test_a_file_is_uploaded_without_scripts(enter: Enter, company: Company) -> None:
    page = enter("administrator", java_script_enabled=False)
    page.goto("/imports/")
    text = f"branch,day,visitors\nN2,{company.newest.isoformat()},178\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "plain.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("plain.csv")
    work()
    page.reload()
    expect(page.get_by_role("button", name="Import figures")).to_be_visible()


def test_the_keyboard_skips_to_the_content_and_searches(enter: Enter, server: Any) -> None:
    watch = Watch(enter("regional"), server.url)
    page = watch.page
    watch.open(server.url + "/regions/NORTH/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("Futian")
    page.keyboard.press("Enter")
    page.wait_for_url("**/N2/**")
    assert watch.heard == []


def test_the_menu_opens_and_escape_gives_the_focus_back(enter: Enter) -> None:
    page = enter("manager")
    page.goto("/today/N1/")
    menu = page.locator("details[data-menu]").last
    menu.locator("summary").click()
    expect(menu.get_by_role("button", name="Log out")).to_be_visible()
    menu.get_by_role("link").last.focus()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("button", name="Log out")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_a_message_is_closed_by_its_button(enter: Enter, company: Company) -> None:
    page = enter("manager")
    page.goto(f"/branches/N1/figures/{company.newest.isoformat()}/")
    page.get_by_role("button", name="Save the changes").click()
    message = page.get_by_role("status").filter(has_text="Nothing was different from what is stored.")
    expect(message).to_be_visible()
    message.get_by_role("button", name="Close this message").click()
    expect(message).to_have_count(0)
