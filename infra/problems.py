"""Answers that no code of ours gives: problem documents as the gateway and the distribution hand them out."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_cdk import aws_apigateway as rest

from gifmill.errors import Busy, GifmillError, InvalidRequest, NotFound, PhotoTooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBLEM = "application/problem+json"
NO_STORE = "no-store"
RETRY_AFTER_S = Busy("").retry_after_s


class Forbidden(GifmillError):
    """A call of a program without its key. Only the gateway knows keys, so the error is its own."""

    code = "forbidden"
    title = "A key is needed"


NOT_FOUND = NotFound("There is nothing here: never was, not yet, or no more.")
OVERRUN = Busy("Too many requests at once. Try again in a moment.")
FAILING = Busy("The mill does not answer just now. Try again in a moment.")
WRONG_BODY = InvalidRequest(
    "The body or the parameters are not of the form that this call takes: see /v1/openapi.json."
)
REFUSED = InvalidRequest("The gateway did not understand this request: see /v1/openapi.json.")
NO_KEY = Forbidden("Send the key that you were given in the header x-api-key, or use /v1 without one.")
TOO_LARGE = PhotoTooLarge(
    "This is more than can be sent here at once. Order with POST /v1/uploads, which takes larger photos."
)


def document(error: GifmillError, status: HTTPStatus) -> str:
    """A problem document as text.

    Source: RFC 9457, section 3.1.
    """
    return json.dumps({**error.problem(), "status": status.value})


def add_gateway_responses(api: rest.RestApi) -> None:
    """Have the gateway's own refusals look like all our others."""
    kinds = rest.ResponseType
    table = {
        "Throttled": (kinds.THROTTLED, OVERRUN, HTTPStatus.TOO_MANY_REQUESTS),
        "QuotaExceeded": (kinds.QUOTA_EXCEEDED, OVERRUN, HTTPStatus.TOO_MANY_REQUESTS),
        "TooLarge": (kinds.REQUEST_TOO_LARGE, TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        "BadBody": (kinds.BAD_REQUEST_BODY, WRONG_BODY, HTTPStatus.BAD_REQUEST),
        "BadParameters": (kinds.BAD_REQUEST_PARAMETERS, WRONG_BODY, HTTPStatus.BAD_REQUEST),
        "InvalidKey": (kinds.INVALID_API_KEY, NO_KEY, HTTPStatus.FORBIDDEN),
        # What the gateway says to a path or method that it does not know.
        "NoRoute": (kinds.MISSING_AUTHENTICATION_TOKEN, NOT_FOUND, HTTPStatus.NOT_FOUND),
        "NoResource": (kinds.RESOURCE_NOT_FOUND, NOT_FOUND, HTTPStatus.NOT_FOUND),
        "Other4xx": (kinds.DEFAULT_4_XX, REFUSED, HTTPStatus.BAD_REQUEST),
        "Other5xx": (kinds.DEFAULT_5_XX, FAILING, HTTPStatus.SERVICE_UNAVAILABLE),
    }
    for name, (kind, error, status) in table.items():
        api.add_gateway_response(
            name,
            type=kind,
            status_code=str(status.value),
            response_headers=quoted(headers(error)),
            templates={"application/json": document(error, status)},
        )


def headers(error: GifmillError) -> dict[str, str]:
    """The headers that go with a problem document."""
    common = {"Content-Type": PROBLEM, "Cache-Control": NO_STORE, "X-Content-Type-Options": "nosniff"}
    return common | ({"Retry-After": str(error.retry_after_s)} if isinstance(error, Busy) else {})


def quoted(values: Mapping[str, str]) -> dict[str, str]:
    """Fixed texts as API Gateway takes them, between quotes; what has none is looked up in the request."""
    return {name: f"'{value}'" for name, value in values.items()}
