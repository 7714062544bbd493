"""A web process does not look through what it has loaded."""

import gc
from collections.abc import Iterator

import pytest

from branchops.garbage import settle


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_what_was_loaded_is_set_apart_and_garbage_looked_for_seldom() -> None:
    settle()
    assert gc.get_freeze_count() > 100_000
    assert gc.get_threshold()[0] == 10_000
