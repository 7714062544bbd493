"""The register of personal fields is complete, and true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from personal.register import encrypted, register, registered

OPERATIONS = Path(settings.BASE_DIR) / "docs" / "operations.md"


def test_every_encrypted_field_is_registered_and_every_registered_field_encrypted() -> None:
    fields = {(model._meta.label, field) for model, field in encrypted()}
    assert {(one.model, one.field) for one in registered()} == fields
    assert ("surveys.AnswerComment", "text") in fields


def test_each_says_what_for_how_long_and_how_it_goes() -> None:
    for one in registered():
        assert one.purpose
        assert one.erase
        assert timedelta(0) < one.retention() < timedelta(days=10 * 365)


def test_the_administrators_page_of_the_manual_names_each() -> None:
    manual = OPERATIONS.read_text(encoding="utf-8")
    assert [one for one in registered() if f"`{one.model}.{one.field}`" not in manual] == []


def test_a_field_cannot_be_registered_with_other_words() -> None:
    one = registered()[0]
    register(one)
    with pytest.raises(ValueError, match="registered twice"):
        register(replace(one, purpose="Something else"))
