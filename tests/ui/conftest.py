"""What holds for every test of the look: it starts in English, and leaves no language behind."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request in Chinese would otherwise leave its language to the next test."""
    with translation.override("en"):
        yield
