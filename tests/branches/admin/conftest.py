"""What the tests of admin pages share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _language_of_this_test_only() -> Iterator[None]:
    """A request in Chinese leaves its language behind in the process."""
    with translation.override("en"):
        yield
