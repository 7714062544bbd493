"""What a request gets that failed: a plain page, 503 while the database is away and 500 otherwise."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """The project's `handler500`, called while the error is being handled.

    Django closes the broken connection at the end of the request: recovery needs no restart.
    """
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return HttpResponse(render_to_string("500.html"), status=500)
    logger.error("database away: %s", type(error).__name__)
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "30"})
