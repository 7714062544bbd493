"""Every page of Django admin: accessible, quiet, within the screen, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin import site
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

import branchops.urls  # noqa: F401  the admin pages of all apps are registered there
from branches.models import Closure, FailedLogIn, HolidayOverride
from scorecards.models import ApiToken, DailyFigures, FigureChange, FigureDraft, ImportProfile, Source
from tests.branches.factories import office_hours
from tests.browser.company import Company
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
VIEWS = {"zh-hans": ("zh-CN", WIDE, "light"), "en": ("en-GB", PHONE, "dark")}
MODELS = sorted(site._registry, key=lambda model: model._meta.label)
OWN_PAGES = {
    "index": lambda: reverse("admin:index"),
    "month": lambda: reverse("admin:scorecards_figures_by_month") + "?branch=N1&month=2026-01",
    "weekdays": lambda: reverse("admin:scorecards_closed_weekdays"),
    "password": lambda: reverse("admin:password_change"),
}
"""Pages beside those of a model."""
Open = Callable[[str], Watch]


@pytest.fixture(scope="module")
def records(company: Company, django_db_blocker: Any) -> Company:
    """A record of every model that the company lacks, and a branch without figures on Sundays."""
    world, today, now = company.world, timezone.localdate(), timezone.now()
    with django_db_blocker.unblock():
        office_hours(world.branch)
        Closure.objects.create(region=world.area, first_day=date(2026, 8, 1), last_day=date(2026, 8, 2))
        HolidayOverride.objects.create(day=date(2026, 12, 31), name_en="Company day", name_zh="公司日")
        FailedLogIn.objects.create(username="manager", ip_address="10.0.0.1", failures_since_start=9)
        ImportProfile.objects.create(name="Till", mapping={"visitors": "Guests"})
        ApiToken.objects.create(name="ERP", digest="x", created_at=now, every_branch=True)
        FigureDraft.objects.create(branch=world.branch, day=today, by=world.manager, at=now)
        FigureChange.objects.create(
            day=today, branch=world.branch, at=now, source=Source.ENTRY, after={"revenue": 100}
        )
        for day in DailyFigures.objects.filter(branch=world.sister).values_list("day", flat=True).distinct():
            if day.weekday() == 6:
                DailyFigures.objects.filter(branch=world.sister, day=day).delete()
    return company


@pytest.fixture(scope="module")
def open_in(browser: Any, server: Any, records: Company) -> Iterator[Open]:
    """A function that gives the administrator's watched page in a language, at that language's width and colours."""
    watches: dict[str, Watch] = {}

    def opened(language: str) -> Watch:
        if language not in watches:
            locale, size, colours = VIEWS[language]
            context = browser.new_context(
                locale=locale, viewport=size, color_scheme=colours, reduced_motion="reduce"
            )
            cookie = {"name": "sessionid", "value": records.sessions["administrator"], "url": server.url}
            context.add_cookies([cookie])
            watches[language] = Watch(context.new_page(), server.url)
        return watches[language]

    yield opened
    for watch in watches.values():
        watch.page.context.close()


def addresses_of(model: Any, user: Any) -> Iterator[str]:
    """The model's pages that an administrator may open: list, form for a new one, record, deletion, history, files."""
    admin, name = site._registry[model], f"admin:{model._meta.app_label}_{model._meta.model_name}"
    request: Any = SimpleNamespace(user=user, resolver_match=None, GET={})
    record = model._default_manager.order_by("pk").first()
    assert record is not None, f"the company has no {model._meta.label}"
    yield reverse(f"{name}_changelist")
    yield reverse(f"{name}_change", args=[record.pk])
    yield reverse(f"{name}_history", args=[record.pk])
    if admin.has_add_permission(request):
        yield reverse(f"{name}_add")
    if admin.has_delete_permission(request, record):
        yield reverse(f"{name}_delete", args=[record.pk])
    for files in ("import", "export"):
        try:
            yield reverse(f"{name}_{files}")
        except NoReverseMatch:
            return
    if model._meta.model_name == "user":
        yield reverse("admin:auth_user_password_change", args=[record.pk])


def faults_of(watch: Watch, url: str, language: str) -> list[str]:
    heard = watch.open(url)
    return [f"{url}: {fault}" for fault in heard + watch.faults(language)]


@pytest.mark.parametrize("language", VIEWS)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_models_pages_are_sound(
    model: Any, language: str, open_in: Open, server: Any, records: Company
) -> None:
    watch, found = open_in(language), []
    for path in addresses_of(model, records.world.administrator):
        found += faults_of(watch, server.url + path, language)
    assert found == []


@pytest.mark.parametrize("language", VIEWS)
@pytest.mark.parametrize("page", OWN_PAGES)
def test_the_pages_beside_them_are_sound(page: str, language: str, open_in: Open, server: Any) -> None:
    watch = open_in(language)
    assert faults_of(watch, server.url + OWN_PAGES[page](), language) == []
