"""What the content security policy and the translators rely on, held over every template of the project."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

TEMPLATES = sorted(
    path for path in Path(settings.BASE_DIR).glob("**/templates/**/*.html") if ".venv" not in path.parts
    and "node_modules" not in path.parts
)  # fmt: skip

FORBIDDEN = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style block": re.compile(r"<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "an htmx script": re.compile(r"\bhx-on|hx-vals\s*=\s*[\"']js:", re.IGNORECASE),
    "another host": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+off")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_holds_nothing_the_security_policy_forbids(path: Path) -> None:
    text = path.read_text()
    # Template code inside a tag ("{% if one == region %}") is not an attribute.
    html = re.sub(r"\{%.*?%\}", " ", text, flags=re.DOTALL)

    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(html)] == []
    assert not UNESCAPED.search(text)


def test_the_project_has_templates() -> None:
    assert len(TEMPLATES) > 10


@pytest.mark.parametrize("code", ["403", "404", "429", "500", "503"])
def test_an_error_page_stands_without_request_and_database(code: str) -> None:
    html = render_to_string(f"{code}.html")

    assert f">{code}</p>" in html
    assert "<h1>" in html


@pytest.mark.django_db
def test_the_login_answers_known_and_unknown_names_alike(client: Client) -> None:
    UserFactory(username="known")

    pages = [
        client.post(reverse("login"), {"username": name, "password": "wrong"}).content.decode()
        for name in ("known", "nobody")
    ]

    stripped = [re.sub(r'value="[^"]*"', "", page) for page in pages]
    assert stripped[0] == stripped[1]
    assert "do not match" in pages[0]


@pytest.mark.django_db
def test_the_login_speaks_both_languages_before_anyone_is_known(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "zh-hans", "next": reverse("login")})

    html = client.get(reverse("login")).content.decode()

    assert '<html lang="zh-hans">' in html
    assert 'value="en" lang="en"' in html
