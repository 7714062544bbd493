"""What is made once for each language."""

from django.utils import translation
from django.utils.translation import get_language

from ui.languages import kept_for_language, once_per_language


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


def test_answers_are_kept_by_language_and_arguments_and_only_the_last_ones() -> None:
    made: list[str] = []

    @kept_for_language(2)
    def greeting(name: str) -> str:
        made.append(name)
        return f"{get_language()} {name}"

    for language, name in [("en", "A"), ("zh-hans", "A"), ("en", "A"), ("en", "B"), ("zh-hans", "A")]:
        with translation.override(language):
            assert greeting(name) == f"{language} {name}"
    assert made == ["A", "A", "B", "A"]
