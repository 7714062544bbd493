"""Log lines as JSON, with the request's and the user's id and no personal data."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="-")
user_id: ContextVar[str] = ContextVar("user_id", default="-")


class RequestIdFilter(logging.Filter):
    """Puts the ids of the request under way on each record; "-" outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.user_id = user_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, message, request, user; status and error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _without_address(record),
            "request": getattr(record, "request_id", "-"),
            "user": getattr(record, "user_id", "-"),
        }
        if status := getattr(record, "status", None):
            line["status"] = status
        if record.exc_info:
            line["error"] = _without_rows(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _without_address(record: logging.LogRecord) -> str:
    """Django's own lines about a request name its path, which may hold a token: the route stands for it."""
    text, path = record.getMessage(), getattr(getattr(record, "request", None), "path", "")
    if not path:
        return text
    found = getattr(record.request, "resolver_match", None)  # type: ignore[attr-defined]
    return text.replace(path, found.view_name if found else "-")


def _without_rows(error: str) -> str:
    """PostgreSQL adds the whole row to its errors ("DETAIL:  Failing row contains (…)"): that stays out of the log."""
    return "\n".join(line for line in error.splitlines() if not line.startswith("DETAIL:"))
