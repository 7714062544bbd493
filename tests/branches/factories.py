"""Factories of the calendar."""

from datetime import date, time

import factory
from factory.django import DjangoModelFactory

from branches.models import Closure, HolidayOverride, OpeningHours


class OpeningHoursFactory(DjangoModelFactory):
    class Meta:
        model = OpeningHours

    weekday = 0
    opens_at = time(9)
    closes_at = time(18)


class ClosureFactory(DjangoModelFactory):
    class Meta:
        model = Closure

    first_day = date(2026, 3, 2)
    last_day = date(2026, 3, 3)


class HolidayOverrideFactory(DjangoModelFactory):
    class Meta:
        model = HolidayOverride

    day = date(2026, 3, 2)
    name_en = factory.LazyAttribute(lambda override: f"Special {override.day}")
    name_zh = "特别假日"


def office_hours(branch: object) -> None:
    """Monday to Friday."""
    for weekday in range(5):
        OpeningHoursFactory(branch=branch, weekday=weekday)
