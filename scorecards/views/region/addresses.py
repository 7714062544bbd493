"""Addresses of the region's pages. Each page holds dozens of links; what they share is written once."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from urllib.parse import quote, quote_plus

from django.http import QueryDict
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.safestring import SafeString


class Address:
    """What a page is asked for, as the start of links that ask for a little else. Ready to stand in an attribute."""

    def __init__(self, query: QueryDict) -> None:
        self.parts = tuple(
            [
                (name, escape(f"{quote_plus(name)}={quote_plus(value)}"))
                for name, values in query.lists()
                for value in values
            ]
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def without(self, *names: str) -> str:
        """The query without these names, to be followed by another: "?" or "?sort=name&amp;"."""
        return "?" + "".join(f"{text}&amp;" for name, text in self.parts if name not in names)

    def but(self, **changes: str) -> SafeString:
        """The query with changes; "" takes a name away."""
        new = "&amp;".join(f"{name}={quote_plus(value)}" for name, value in changes.items() if value)
        return SafeString((self.without(*changes) + new).removesuffix("&amp;"))


def branch_url(code: str) -> str:
    """The page of a branch."""
    before, after = around_branch()
    return f"{before}{quote(code, safe='')}{after}"


def around_branch() -> tuple[str, str]:
    """What stands before and after a branch's code in the address of its page."""
    return _around("scorecards:branch", get_urlconf(), get_script_prefix())


def region_url(route: str, code: str | None) -> str:
    """A page of a region, or (None) of the company: `route` is "region", "drivers" or "export"."""
    if code is None:
        name = "scorecards:company" if route == "region" else f"scorecards:company_{route}"
        return plain_url(name)
    before, after = _around(f"scorecards:{route}", get_urlconf(), get_script_prefix())
    return f"{before}{quote(code, safe='')}{after}"


def plain_url(route: str) -> str:
    """The address of a route that names nothing."""
    return _plain(route, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=64)
def _around(route: str, urlconf: str | None, prefix: str) -> tuple[str, str]:
    """What stands before and after the code in a route's address. `urlconf`, `prefix`: on what it depends besides."""
    before, after = reverse(route, args=["_"]).removeprefix(prefix).split("_")
    return prefix + before, after


@lru_cache(maxsize=64)
def _plain(route: str, urlconf: str | None, prefix: str) -> str:
    return reverse(route)
