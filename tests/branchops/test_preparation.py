"""What lies between new code and a start: done once, and not again while nothing changes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as project
from django.contrib.staticfiles.finders import get_finder, get_finders
from django.core.management import CommandError, call_command
from django.db import OperationalError
from pytest_django import Settings

from branches.models import Branch
from branchops.preparation import collect_static_files, load_demo_if_empty, prepare
from tests.factories import BranchFactory

NAMED_IN_A_TEMPLATE = re.compile(r"""\{% static ["']([^"']+)["'] %\}""")


@pytest.fixture
def own_files(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A folder with one static file, and nothing collected yet."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "app.css").write_text("a {}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], str(tmp_path / "collected")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    get_finder.cache_clear()
    yield source
    get_finder.cache_clear()


def collect() -> list[str]:
    said: list[str] = []
    collect_static_files(say=said.append)
    return said


def test_static_files_are_collected_once(own_files: Path, settings: Settings) -> None:
    assert len(collect()) == 1
    assert (Path(settings.STATIC_ROOT) / "app.css").read_text() == "a {}"
    assert collect() == []


def test_a_static_file_that_changes_comes_or_goes_has_them_collected_anew(
    own_files: Path, settings: Settings
) -> None:
    collect()
    (own_files / "app.css").write_text("b {}")
    os.utime(own_files / "app.css", (1, 1))
    assert len(collect()) == 1
    (own_files / "more.css").write_text("c {}")
    assert len(collect()) == 1
    (own_files / "app.css").unlink()
    assert len(collect()) == 1
    assert sorted(path.name for path in Path(settings.STATIC_ROOT).glob("*.css")) == ["more.css"]


def test_a_collection_that_was_cut_is_made_again(own_files: Path, settings: Settings) -> None:
    collect()
    (Path(settings.STATIC_ROOT) / ".collected").unlink()
    assert len(collect()) == 1


def test_what_packages_bring_and_no_page_uses_is_not_collected() -> None:
    names = collected_names()
    assert [name for name in names if name.startswith("ninja/") or name.endswith(".map")] == []


def test_every_static_file_that_a_template_names_is_collected() -> None:
    templates = (Path(project.BASE_DIR) / "templates").rglob("*.html")
    named = {name for path in templates for name in NAMED_IN_A_TEMPLATE.findall(path.read_text())}
    assert "ui/app.css" in named
    assert named - collected_names() == set()
    assert "django_htmx/htmx-2.min.js" in collected_names()


def collected_names() -> set[str]:
    ignored = apps.get_app_config("staticfiles").ignore_patterns
    return {name for finder in get_finders() for name, _storage in finder.list(ignored)}


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone(own_files: Path) -> None:
    collect()
    said: list[str] = []
    prepare(say=said.append)
    assert said == []


@pytest.mark.django_db
def test_the_demo_is_not_loaded_beside_a_branch_and_says_nothing() -> None:
    BranchFactory()
    said: list[str] = []
    load_demo_if_empty(say=said.append)
    assert (Branch.objects.count(), said) == (1, [])


@pytest.mark.django_db
def test_where_there_is_no_demo_company_nothing_goes_to_standard_output(
    own_files: Path, capsys: pytest.CaptureFixture[str], world: object
) -> None:
    call_command("prepare", demo=True)
    output = capsys.readouterr()
    assert "Compressing" in output.err
    assert output.out.strip() == ""


def test_a_database_that_is_away_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("branchops.management.commands.prepare.prepare", away)
    with pytest.raises(CommandError, match=r"^The database cannot be used: connection refused$"):
        call_command("prepare")
