"""The API by which tills and other systems deliver figures."""

from __future__ import annotations

import logging
from typing import Annotated, Any, Literal

from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Router, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import ConfigDict, Discriminator, Field, StrictFloat, StrictInt, Tag, TypeAdapter
from pydantic import ValidationError as Invalid
from redis.exceptions import RedisError

from scorecards.importing.problems import FILE_REASONS, FileRefused
from scorecards.models import ApiToken
from scorecards.services import deliveries
from scorecards.services.figures.problems import REASONS, Problem
from scorecards.services.tokens import digest_of

logger = logging.getLogger(__name__)

MOST_ROWS = 10_000
MOST_PROBLEMS = 1_000
MOST_KEY = 200
REQUESTS_A_MINUTE = 60
Count = Annotated[StrictInt, Field(ge=0, le=10**8)]
MoneyText = Annotated[str, Field(pattern=r"^[0-9]{1,10}(\.[0-9]{1,4})?$")]
MoneyNumber = Annotated[StrictFloat, Field(ge=0, le=10**10)]


def _form_of_money(value: object) -> str:
    return "text" if isinstance(value, str) else "number"


# Told apart by their form, so that a wrong one is judged once; `true` is no number.
Money = Annotated[
    Annotated[MoneyText, Tag("text")] | Annotated[MoneyNumber, Tag("number")], Discriminator(_form_of_money)
]


NOT_A_NUMBER, NOT_WHOLE, MISSING = (
    REASONS[code] for code in ("not_a_number", "not_a_whole_number", "missing_key")
)
ISO_DAY = _("Write the day as year-month-day, such as 2026-11-20.")
PLAIN_MONEY = _("Write money without signs and separators, such as 1234.50.")
NO_LIST = _("Send a list of rows: [{…}, {…}].")
FORM: dict[str, str | Promise] = {
    "greater_than_equal": REASONS["negative"],
    "less_than_equal": REASONS["too_large"],
    "int_type": NOT_A_NUMBER,
    "float_type": NOT_A_NUMBER,
    "finite_number": NOT_A_NUMBER,
    "missing": MISSING,
    "string_too_short": MISSING,
    "string_too_long": _("This is too long."),
    "string_type": _("Send this as a text, in quotation marks."),
    "extra_forbidden": _("There is no field of this name."),
    "list_type": NO_LIST,
    "model_type": NO_LIST,
    "model_attributes_type": NO_LIST,
    "dict_type": NO_LIST,
    "too_short": FILE_REASONS["empty"],
}
"""Errors of form in the words of the rules, which are the import's and have both languages."""


class FiguresRow(Schema):
    """One branch's day, or one staff member's part of it.

    Counts are whole, money is in units of the currency ("1234.50"). A field
    that no row of the delivery names stays as it is stored; else null or absent says "not recorded".
    """

    model_config = ConfigDict(extra="forbid")
    branch: Annotated[str, Field(min_length=1, max_length=40, description="The branch's code.")]
    day: Annotated[
        str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="The branch's local trading day.")
    ]
    staff: Annotated[
        str | None, Field(max_length=40, description="Staff number; absent: the whole branch.")
    ] = None
    visitors: Count | None = None
    buyers: Count | None = None
    orders: Count | None = None
    repeat_orders: Count | None = None
    extension_orders: Count | None = None
    revenue: Money | None = None
    cost_of_goods: Money | None = None
    operating_cost: Money | None = None
    digital_orders: Count | None = None
    new_customers: Count | None = None
    waits_measured: Count | None = None
    waits_in_standard: Count | None = None


ROWS = TypeAdapter(Annotated[list[FiguresRow], Field(min_length=1, max_length=MOST_ROWS)])


class Stored(Schema):
    """Rows by outcome; the branch rows that were completed from staff rows are counted too."""

    new: int
    changed: int
    same: int


class Mistake(Schema):
    """What is wrong: row (from 1; a CSV counts its heading too), column, the value sent, and what would be right."""

    row: int | None
    column: str
    value: str
    reason: str


class Mistakes(Schema):
    """Nothing was stored. `problems`: at most the first thousand."""

    error: Literal["refused", "unreadable"]
    problems: list[Mistake]


class Message(Schema):
    """A request that could not be taken at all."""

    detail: str


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …` with a token that was made in the administration and not revoked."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token's record; None if it is unknown or revoked. HttpError 429 when it comes too often."""
        digest = digest_of(token)
        found = ApiToken.objects.filter(digest=digest, revoked_at=None).first()
        if found and _too_often(found):
            raise HttpError(429, "Too many requests: at most 60 a minute.")
        return found


def _too_often(token: ApiToken) -> bool:
    """Counts the requests of this minute, in the cache that all web processes share; without it nothing is limited."""
    name = f"api-{token.pk}-{int(timezone.now().timestamp() // 60)}"
    try:
        return not cache.add(name, 1, timeout=120) and bool(cache.incr(name) > REQUESTS_A_MINUTE)
    except ValueError:  # it expired between the two calls
        return False
    except (RedisError, OSError) as error:
        logger.warning("limits of the API are off: %s", type(error).__name__)
        return False


router = Router(auth=TokenAuth(), tags=["figures"])
ANSWERS: dict[Any, Any] = {
    200: Stored,
    400: Message,
    401: Message,
    409: Message,
    413: Message,
    415: Message,
    422: Mistakes,
    429: Message,
}
BODY = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": MOST_KEY},
            "description": "The same key again gives the first answer and stores nothing twice.",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "array",
                    "items": FiguresRow.model_json_schema(),
                    "minItems": 1,
                    "maxItems": MOST_ROWS,
                }
            },
            "text/csv": {
                "schema": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Headings as the field names above; days as 2026-11-20.",
                }
            },
        },
    },
}


@router.post(
    "/figures", response=ANSWERS, url_name="deliver_figures", openapi_extra=BODY, summary="Deliver figures"
)
def deliver_figures(request: HttpRequest) -> Any:
    """Store figures of one or more branch days: all rows or none.

    The rules are those of the import pages. Send JSON (a list of rows) or CSV (a heading and rows).
    """
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= MOST_KEY:
        raise HttpError(400, f"Idempotency-Key must have 1 to {MOST_KEY} characters.")
    try:
        return _answer(_delivered(request, token, key or ""))
    except RequestDataTooBig:
        return Status(413, {"detail": "The body is larger than 5 MB. Send fewer rows, or import a file."})
    except deliveries.KeyReused:
        return Status(409, {"detail": "This Idempotency-Key was used before with other content."})
    except FileRefused as error:
        return Status(422, {"error": "unreadable", "problems": [_whole(error.reason)]})
    except Invalid as error:
        return Status(422, {"error": "refused", "problems": _mistakes_of(error)})


def _delivered(request: HttpRequest, token: ApiToken, key: str) -> deliveries.Delivered:
    kind = request.content_type
    at = timezone.now()
    if kind == "text/csv":
        return deliveries.deliver_csv(request.body, token=token, key=key, at=at)
    if kind != "application/json":
        raise HttpError(415, "Send application/json or text/csv.")
    rows = [row.model_dump(exclude_unset=True) for row in ROWS.validate_json(request.body)]
    digest = deliveries.digest_of(request.body)
    return deliveries.deliver_records(rows, token=token, key=key, digest=digest, at=at)


def _answer(delivered: deliveries.Delivered) -> Any:
    if delivered.problems:
        mistakes = [_mistake(problem) for problem in delivered.problems[:MOST_PROBLEMS]]
        return Status(422, {"error": "refused", "problems": mistakes})
    return Status(200, delivered.counts)


def _mistake(problem: Problem) -> dict[str, Any]:
    return {"row": problem.row, "column": problem.column, "value": problem.value, "reason": problem.reason}


def _whole(reason: str) -> dict[str, Any]:
    return {"row": None, "column": "", "value": "", "reason": reason}


def _mistakes_of(error: Invalid) -> list[dict[str, Any]]:
    """Errors of form, in the same shape as those of the rules."""
    return [
        {
            "row": place[0] + 1 if place and isinstance(place[0], int) else None,
            "column": str(place[1]) if len(place) > 1 else "",
            "value": "" if isinstance(found["input"], dict | list | bytes) else str(found["input"])[:80],
            "reason": _reason(
                found["type"], found["input"], str(place[1]) if len(place) > 1 else "", found["msg"]
            ),
        }
        for found in error.errors(include_url=False, include_context=False)[:MOST_PROBLEMS]
        for place in [found["loc"]]
    ]


def _reason(kind: str, value: object, column: str, words: str) -> str:
    """What would be right; the framework's own words for what no sender should meet."""
    if kind == "int_type" and isinstance(value, float):
        return str(NOT_WHOLE)
    if kind == "string_pattern_mismatch":
        return str(ISO_DAY if column == "day" else PLAIN_MONEY)
    return str(FORM.get(kind, words))


def handle_errors(api: NinjaAPI) -> None:
    """Answer in the described shape where the framework would use one of its own."""

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return api.create_response(
            request, {"error": "refused", "problems": [_whole(str(error))]}, status=422
        )
