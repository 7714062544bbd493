"""What depends on nothing but the reader's language, and so is made once for each."""

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

from django.utils.translation import get_language

Made = TypeVar("Made")
Asked = ParamSpec("Asked")


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


def kept_for_language(most: int) -> Callable[[Callable[Asked, Made]], Callable[Asked, Made]]:
    """Keeps the last answers of a function of nothing but its positional arguments and the reader's language.

    For texts and markup that many requests share; never for what is read from the database.
    """

    def kept(make: Callable[Asked, Made]) -> Callable[Asked, Made]:
        @lru_cache(maxsize=most)
        def of_language(language: str | None, *args: Hashable) -> Made:
            return cast("Callable[..., Made]", make)(*args)

        @wraps(make)
        def made(*args: Asked.args, **kwargs: Asked.kwargs) -> Made:
            return of_language(get_language(), *cast("tuple[Hashable, ...]", args))

        return made

    return kept
