"""Problem documents of responses that the gateway, the distribution or the web ACL sends by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gifmill.errors import Busy, Forbidden, InvalidRequest, NotFound, PhotoTooLarge, problem_type
from gifmill.web import RANGE_NOT_SATISFIABLE

if TYPE_CHECKING:
    from http import HTTPStatus

    from gifmill.errors import GifmillError

PROBLEM = "application/problem+json"
NO_STORE = "no-store"

NOT_FOUND = NotFound("Nothing exists at this address. It may not be ready yet, or it has expired.")
RATE_LIMITED = Busy("Too many requests. Try again in a minute.")
QUOTA_EXCEEDED = Busy("The daily quota of this API key is used up. Try again tomorrow.", retry_after_s=3_600)
UNAVAILABLE = Busy("The server does not respond. Try again in a minute.")
INVALID_FORMAT = InvalidRequest(
    "The body or a parameter is invalid. See /v1/openapi.json for the valid form."
)
BAD_REQUEST = InvalidRequest("The gateway rejected this request. See /v1/openapi.json for valid requests.")
INVALID_KEY = Forbidden(
    "The API key is missing or invalid. Send a valid one in the header x-api-key, or use /v1 without a key."
)
TOO_LARGE = PhotoTooLarge("The request is too large. Use POST /v1/uploads, which accepts larger files.")

OUT_OF_RANGE = json.dumps(
    {
        "type": problem_type(RANGE_NOT_SATISFIABLE),
        "title": "Requested Range Not Satisfiable",
        "detail": "The file has no such bytes. Request a range within its size, or omit Range.",
        "code": RANGE_NOT_SATISFIABLE,
        "status": 416,
    }
)
"""The problem document of a range beyond the end of a file. No error of gifmill itself has this code."""


def document(error: GifmillError, status: HTTPStatus) -> str:
    """Return a problem document as JSON text.

    Source: RFC 9457, section 3.1.
    """
    return json.dumps({**error.problem(), "status": status.value})


def headers(error: GifmillError) -> dict[str, str]:
    """Return the HTTP headers of a problem document."""
    common = {"Content-Type": PROBLEM, "Cache-Control": NO_STORE, "X-Content-Type-Options": "nosniff"}
    return common | ({"Retry-After": str(error.retry_after_s)} if isinstance(error, Busy) else {})
