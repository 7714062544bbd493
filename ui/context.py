"""What the frame of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from ui import navigation
from ui.numbers import currency


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: navigation (list of Item), currency (for the charts), company_name.

    Lazy, because fragments and plain forms never draw the frame.
    """
    return {
        "navigation": SimpleLazyObject(lambda: navigation.items_for(request)),
        "currency": currency(),
        "company_name": settings.COMPANY_NAME.get(get_language() or "", "BranchOps"),
    }
