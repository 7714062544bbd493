"""The routes of the project as its URL conf has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern


@dataclass(frozen=True)
class Route:
    """A route: its full name ("scorecards:branch") and the names of its arguments."""

    name: str
    arguments: tuple[str, ...]


def routes() -> list[Route]:
    """Every route of the URL conf, the admin's included; AssertionError for one without a name."""
    return list(_walk(get_resolver(), (), ()))


def _walk(node: URLResolver, spaces: tuple[str, ...], arguments: tuple[str, ...]) -> Iterator[Route]:
    for entry in node.url_patterns:
        seen = (*arguments, *entry.pattern.converters, *_regex_arguments(entry))
        if isinstance(entry, URLResolver):
            space = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, space, seen)
        elif isinstance(entry, URLPattern):
            if entry.name is None and "admin" in spaces:
                continue  # the admin's catch-all, which only ever answers 404
            assert entry.name, f"a route has no name: {entry.pattern}"
            yield Route(":".join((*spaces, entry.name)), seen)


def _regex_arguments(entry: URLResolver | URLPattern) -> tuple[str, ...]:
    """The arguments of a route written as a regular expression (the admin has one)."""
    return tuple(entry.pattern.regex.groupindex) if isinstance(entry.pattern, RegexPattern) else ()
