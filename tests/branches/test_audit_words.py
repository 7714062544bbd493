"""The audit trail in the reader's language; and that every act which the code writes down has words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

import branchops.urls  # noqa: F401  the admin pages of all apps, which hold the words, are loaded there
from branches.audit_words import act_of, changes_of, is_known, subject_of

APPS = ("branches", "meetings", "scorecards", "surveys")


def acts_in_the_code() -> Iterator[tuple[str, str]]:
    """(file, act) of every call of `audit` whose act is written out."""
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "audit":
                    act = node.args[0]
                    if isinstance(act, ast.Constant):
                        yield path.name, str(act.value)


def test_every_act_that_is_written_down_has_words_in_both_languages() -> None:
    acts = {act: name for name, act in acts_in_the_code()}
    assert {"staff moved", "figures stored", "agendas built", "comments erased"} <= set(acts)
    assert [f"{act} in {name}" for act, name in acts.items() if not is_known(act)] == []
    with translation.override("zh-hans"):
        assert [act for act in acts if not any("一" <= letter <= "鿿" for letter in act_of(act))] == []


@pytest.mark.parametrize(("language", "told"), [("en", "1 row"), ("zh-hans", "1 行")])
def test_a_number_of_rows_is_a_subject_in_words(language: str, told: str) -> None:
    with translation.override(language):
        assert subject_of("1 rows") == told


@pytest.mark.parametrize(
    ("language", "what", "subject"),
    [("en", "branch changed", "branch N1"), ("zh-hans", "修改营业厅", "营业厅 N1")],
)
def test_what_was_done_to_what_is_said_in_the_readers_language(
    language: str, what: str, subject: str
) -> None:
    with translation.override(language):
        assert act_of("branch changed") == what
        assert subject_of("branch N1") == subject


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, ""),
        ({"closed_on": None}, "closed on: –"),
        ({"region": 4, "closed_on": "2026-03-01"}, "region: 4; closed on: 2026-03-01"),
        ({"is_active": False}, "active: no"),
        ({"weekdays": [5, 6]}, "weekdays: Saturday, Sunday"),
        ({"changed": ["opening_hours"]}, "also changed: opening hours"),
        ({"branches": []}, "branches: –"),
        (
            {"branches": ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12"]},
            "branches: B1, B2, B3, B4, B5, B6, B7, B8, B9, B10 and 2 more",
        ),
        ({"unheard_of": "<b>"}, "unheard_of: <b>"),
    ],
)
def test_changed_values_read_as_text(values: dict[str, Any], text: str) -> None:
    assert changes_of(values) == text


def test_what_nobody_has_named_is_shown_as_it_was_stored() -> None:
    with translation.override("zh-hans"):
        assert act_of("moon landed") == "moon landed"
        assert subject_of("moon 1") == "moon 1"
