"""Answers that no code of ours gives: problem documents as gateway, distribution and bucket hand them out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gifmill.errors import Busy, Forbidden, InvalidRequest, NotFound, PhotoTooLarge

if TYPE_CHECKING:
    from http import HTTPStatus

    from gifmill.errors import GifmillError

PROBLEM = "application/problem+json"
NO_STORE = "no-store"


NOT_FOUND = NotFound("There is nothing here: never was, not yet, or no more.")
OVERRUN = Busy("Too many requests at once. Try again in a moment.")
SPENT = Busy("This key has used up its requests of the day. Try again tomorrow.", retry_after_s=3_600)
FAILING = Busy("The mill does not answer just now. Try again in a moment.")
WRONG_FORM = InvalidRequest("The body or the parameters have not the form that /v1/openapi.json describes.")
REFUSED = InvalidRequest("The gateway did not understand this request: see /v1/openapi.json.")
NO_KEY = Forbidden("Send the key that you were given in the header x-api-key, or use /v1 without one.")
TOO_LARGE = PhotoTooLarge(
    "This is more than can be sent at once. Order with POST /v1/uploads, which takes more."
)


def document(error: GifmillError, status: HTTPStatus) -> str:
    """A problem document as text.

    Source: RFC 9457, section 3.1.
    """
    return json.dumps({**error.problem(), "status": status.value})


def headers(error: GifmillError) -> dict[str, str]:
    """The headers that go with a problem document."""
    common = {"Content-Type": PROBLEM, "Cache-Control": NO_STORE, "X-Content-Type-Options": "nosniff"}
    return common | ({"Retry-After": str(error.retry_after_s)} if isinstance(error, Busy) else {})
