"""What a password must be."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """As Django's; of Django's own sentence there is no Chinese translation."""

    def get_error_message(self) -> str:
        """What is wrong, and how long it must be."""
        words = ngettext(
            "This password is too short: at least %(count)s character is needed.",
            "This password is too short: at least %(count)s characters are needed.",
            self.min_length,
        )
        return words % {"count": self.min_length}
