"""The register of the main navigation. Apps add their entries when they load; the frame draws them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

MAXIMUM_SIDE = 7


@dataclass(frozen=True)
class Entry:
    """One place in the main navigation, named after a task.

    icon: a lucide name. order: small first. roles: who sees it, None for everyone signed in.
    phone: whether it stands in the bottom bar of a telephone (five at most).
    short: a shorter label for that bar, where the full one does not fit a fifth of 390 px.
    """

    code: str
    label: str | Promise
    url_name: str
    icon: str
    order: int
    roles: frozenset[str] | None = None
    phone: bool = False
    short: str | Promise = ""


@dataclass(frozen=True)
class Item:
    """An entry as it is drawn on one page."""

    code: str
    label: str | Promise
    url: str
    icon: str
    phone: bool
    active: bool
    short: str | Promise


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    """Add an entry, called from AppConfig.ready(). Two different entries of one code are a mistake."""
    if _entries.get(entry.code, entry) != entry:
        raise ValueError(f"Navigation entry {entry.code!r} is registered twice.")
    _entries[entry.code] = entry


def entries_for(role: str) -> list[Entry]:
    """What a role sees, in order, seven at most."""
    seen = [entry for entry in _entries.values() if entry.roles is None or role in entry.roles]
    return sorted(seen, key=lambda entry: (entry.order, entry.code))[:MAXIMUM_SIDE]


def items_for(request: HttpRequest) -> list[Item]:
    """The navigation of a signed-in request; the entry with the longest matching address is active."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    pairs = [(entry, reverse(entry.url_name)) for entry in entries_for(getattr(user, "role", ""))]
    current = _active_url(request.path, [url for _, url in pairs])
    return [
        Item(
            code=entry.code,
            label=entry.label,
            url=url,
            icon=entry.icon,
            phone=entry.phone,
            active=url == current,
            short=entry.short or entry.label,
        )
        for entry, url in pairs
    ]


def _active_url(path: str, urls: list[str]) -> str | None:
    """The longest address that the path lies below. The root counts only for itself."""
    below = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(below, key=len, default=None)
