"""What is made once for each language."""

from django.utils import translation
from django.utils.translation import get_language

from ui.languages import once_per_language


def test_it_is_made_once_for_each_language_and_never_for_the_wrong_one() -> None:
    made: list[str | None] = []

    @once_per_language
    def word() -> str:
        made.append(get_language())
        return f"in {get_language()}"

    for language in ("en", "zh-hans", "en", "zh-hans"):
        with translation.override(language):
            assert word() == f"in {language}"
    assert made == ["en", "zh-hans"]
