"""What stands around every request: its id, the plain page while the database is away, and who may enter."""

import logging
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from branchops import logs
from branchops.access import rule_for

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id that its log lines and its answer carry."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = logs.request_id.set(uuid.uuid4().hex[:16])
        user_token = logs.user_id.set("-")
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = logs.request_id.get()
            _count(request, response)
            return response
        finally:
            logs.request_id.reset(token)
            logs.user_id.reset(user_token)


def _count(request: HttpRequest, response: HttpResponse) -> None:
    """One line, with a field `status`, for each answer that refuses or fails: by its route, never by its address.

    Addresses may hold tokens, and Django's own line is written when the request's id is gone.
    """
    status = response.status_code
    if status >= 400:
        route = request.resolver_match.view_name if request.resolver_match else "-"
        level = logging.ERROR if status >= 500 else logging.WARNING
        logger.log(level, "answered %s to %s", status, route, extra={"status": status})


class AccessMiddleware:
    """Asks the registry of access rules before any view runs. A route without a rule is closed to everybody."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        assert request.resolver_match is not None
        if _names_nothing(request):
            raise Http404
        rule = rule_for(request.resolver_match.view_name)
        if rule is not None and rule.public:
            return None
        if not request.user.is_authenticated:
            return _to_login(request)
        logs.user_id.set(str(request.user.pk))
        if rule is None or not rule.admits(request.user):
            raise PermissionDenied
        return None


def _names_nothing(request: HttpRequest) -> bool:
    """Whether the address holds a NUL, which no row does: PostgreSQL would refuse to look, SQLite would not.

    What stands behind the "?" our own forms read; Django admin's filters hand it to the database as it is.
    """
    if "\x00" in request.path_info:
        return True
    return "%00" in request.META.get("QUERY_STRING", "") and request.path_info.startswith(
        reverse("admin:index")
    )


def _to_login(request: HttpRequest) -> HttpResponse:
    """To the log-in and back; a part of a page is refused with 401, or the log-in would be put in its place."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401)
    return redirect_to_login(_way_back(request), settings.LOGIN_URL)


def _way_back(request: HttpRequest) -> str:
    """Where the reader goes on after the log-in: of a form that was sent, the page on which it stood.

    Its own address may know no GET.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
