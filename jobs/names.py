"""What the kinds of jobs are called: each app names its own."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise

_names: dict[str, str | Promise] = {}


def name_jobs(names: Mapping[str, str | Promise]) -> None:
    """Say what jobs of these kinds are called for the reader."""
    _names.update(names)


def name_of(kind: str) -> str:
    """The name in the reader's language; the kind itself where nobody has named it."""
    return str(_names.get(kind, kind))


def named() -> dict[str, str]:
    """Kind → name of every kind that has one."""
    return {kind: str(name) for kind, name in _names.items()}
