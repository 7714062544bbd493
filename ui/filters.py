"""Filters of lists in Django admin that say in words what they choose."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.functional import Promise

Text = str | Promise


def empty_or_not(title: Text, *, empty: Text, filled: Text) -> type[admin.EmptyFieldListFilter]:
    """A filter by whether a field holds anything, whose two choices have names of their own."""

    class Filter(admin.EmptyFieldListFilter):
        """Django's, in our words."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = str(title)

        def choices(self, changelist: Any) -> Any:
            """All, and the two."""
            every, none, some = super().choices(changelist)
            yield every
            for choice, name in ((none, empty), (some, filled)):
                # With counts Django's text is "Empty (3)".
                count = str(choice["display"]).rpartition(" (")[2] if changelist.add_facets else ""
                yield choice | {"display": f"{name} ({count}" if count else name}

    return Filter
