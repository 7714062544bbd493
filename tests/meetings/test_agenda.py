import pytest
from django.utils.translation import gettext

from meetings import agenda
from meetings.agenda import Line, Section


@pytest.fixture
def _empty_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agenda, "_sections", {})


def _nothing(branches: object, day: object) -> dict[int, list[Line]]:
    return {}


def _other(branches: object, day: object) -> dict[int, list[Line]]:
    return {}


@pytest.mark.usefixtures("_empty_register")
def test_sections_come_in_their_order_and_for_their_kind_of_meeting() -> None:
    late = Section("late", "Late", 90, _nothing)
    early = Section("early", "Early", 10, _nothing)
    evening = Section("evening", "Evening", 1, _nothing, frozenset({"evening"}))
    for section in (late, early, evening):
        agenda.register(section)
    assert agenda.sections("morning") == [early, late]
    assert agenda.sections("evening") == [evening]


@pytest.mark.usefixtures("_empty_register")
def test_a_second_section_of_the_same_code_is_refused_and_the_same_twice_is_not() -> None:
    agenda.register(Section("one", "One", 10, _nothing))
    agenda.register(Section("one", "One", 10, _nothing))
    with pytest.raises(ValueError, match="one"):
        agenda.register(Section("one", "One", 10, _other))


@pytest.mark.usefixtures("_empty_register")
def test_a_section_that_nobody_registers_any_more_is_called_by_its_code() -> None:
    assert agenda.title_of("gone") == "gone"


def test_a_line_is_said_in_both_languages() -> None:
    line = agenda.line(
        lambda: gettext("Revenue"), suggests=lambda: gettext("Visitors"), url="/x/", action_id=4
    )
    assert line == Line("Revenue", "销售额", "/x/", "Visitors", "客户数量", 4)


def test_the_sections_of_the_morning_meeting_are_registered_in_the_order_of_the_meeting() -> None:
    codes = [section.code for section in agenda.sections("morning")]
    assert [code for code in codes if code in {"yesterday", "drivers", "missing", "actions"}] == [
        "yesterday",
        "drivers",
        "missing",
        "actions",
    ]
