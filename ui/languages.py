"""What depends on nothing but the reader's language, and so is made once for each."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.utils.translation import get_language

Made = TypeVar("Made")


def once_per_language(make: Callable[[], Made]) -> Callable[[], Made]:
    """The same function, called once for each language: for words and formats that every request would look up anew."""
    kept: dict[str | None, Made] = {}

    @wraps(make)
    def made() -> Made:
        language = get_language()
        if language not in kept:
            kept[language] = make()
        return kept[language]

    return made
