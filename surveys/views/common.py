"""What the pages for signed-in readers share."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from branches.models import Branch, User


def user_of(request: HttpRequest) -> User:
    """The signed-in user (the access middleware lets nobody else in)."""
    return cast(User, request.user)


def branch_or_404(request: HttpRequest, code: str) -> Branch:
    """The branch with this code, if the reader may see it."""
    return get_object_or_404(Branch.objects.for_user(user_of(request)), code=code)
