"""What is kept of an upload, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from scorecards.importing.problems import FileRefused
from scorecards.models import FigureImport
from scorecards.services.imports.receiving import receive

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("content", "code"), [(b"12345", "too_big"), (b"", "empty")])
def test_a_file_that_is_too_large_or_empty_leaves_nothing_behind(
    content: bytes, code: str, settings: Any
) -> None:
    settings.IMPORT_MAX_BYTES = 4
    with pytest.raises(FileRefused) as refusal:
        receive(ContentFile(content), "figures.csv", by=None, at=timezone.now())
    assert refusal.value.code == code
    assert not FigureImport.objects.exists()


def test_a_file_of_just_the_largest_size_is_kept(settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 4
    assert receive(ContentFile(b"1234"), "figures.csv", by=None, at=timezone.now()).size == 4
