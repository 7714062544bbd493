"""How many forms may be sent in a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisAway

from surveys.limits import PER_ADDRESS, PER_TOKEN, address_of, is_allowed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> None:
    cache.clear()


def send(times: int, *, address: str = "10.0.0.1", token: str = "t", at: datetime = NOW) -> list[bool]:
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    return [is_allowed(request, token, at=at) for _ in range(times)]


def test_a_busy_branch_behind_one_address_is_not_stopped() -> None:
    assert all(send(PER_ADDRESS))


def test_one_address_is_stopped_beyond_its_limit_and_others_are_not() -> None:
    assert send(PER_ADDRESS + 1)[-1] is False
    assert send(1, address="10.0.0.2") == [True]


def test_a_link_is_stopped_beyond_its_limit_from_many_addresses_and_other_links_are_not() -> None:
    allowed = [send(1, address=f"10.0.0.{n}")[0] for n in range(PER_TOKEN + 1)]
    assert allowed == [True] * PER_TOKEN + [False]
    assert send(1, token="other") == [True]


def test_what_one_address_sends_too_much_does_not_use_up_the_limit_of_the_link() -> None:
    send(PER_TOKEN * 2)
    assert send(1, address="10.0.0.2") == [True]


def test_the_next_minute_starts_afresh() -> None:
    send(PER_ADDRESS + 1)
    assert send(1, at=NOW + timedelta(minutes=1)) == [True]


def test_no_address_is_kept_in_the_cache(monkeypatch: Any) -> None:
    keys: list[str] = []
    monkeypatch.setattr(cache, "add", lambda key, value, timeout: keys.append(key) or True)
    send(1, address="203.0.113.9", token="secret")
    assert len(keys) == 2
    assert not [key for key in keys if "203.0.113" in key or "secret" in key]


def test_without_a_cache_answers_are_still_taken(monkeypatch: Any) -> None:
    def away(*args: object) -> bool:
        raise RedisAway

    monkeypatch.setattr(cache, "add", away)
    assert send(1) == [True]


@pytest.mark.parametrize(
    ("proxy", "expected"), [(None, "10.0.0.1"), (("HTTP_X_FORWARDED_PROTO", "https"), "198.51.100.7")]
)
def test_a_forwarded_address_counts_only_behind_our_proxy(settings: Any, proxy: Any, expected: str) -> None:
    settings.SECURE_PROXY_SSL_HEADER = proxy
    request = RequestFactory().post(
        "/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.2.3.4, 198.51.100.7"}
    )
    assert address_of(request) == expected
