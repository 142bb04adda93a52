"""Problem documents: errors as HTTP responses, and the table from errors to status codes."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from gifmill import logs
from gifmill.errors import (
    Busy,
    CannotFit,
    CrossSite,
    Forbidden,
    GifmillError,
    InputError,
    InvalidForm,
    InvalidKey,
    NotAPhoto,
    NotFound,
    PhotoError,
    PhotoTooLarge,
    StoreFailed,
    TooManyOrders,
    TooManyRequests,
    TooSlow,
    UnsupportedPhoto,
)
from gifmill.web.request_log import PROBLEM_CODE
from gifmill.web.security_headers import SECURITY_HEADERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import HTTPConnection, Request

_log = logging.getLogger("gifmill")

STATUS: dict[type[GifmillError], HTTPStatus] = {
    InputError: HTTPStatus.BAD_REQUEST,
    PhotoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PhotoTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotAPhoto: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    UnsupportedPhoto: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    CannotFit: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidKey: HTTPStatus.NOT_FOUND,
    NotFound: HTTPStatus.NOT_FOUND,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    StoreFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    InvalidForm: HTTPStatus.FORBIDDEN,
    TooManyOrders: HTTPStatus.CONFLICT,
    Forbidden: HTTPStatus.FORBIDDEN,
    CrossSite: HTTPStatus.FORBIDDEN,
    TooSlow: HTTPStatus.REQUEST_TIMEOUT,
    GifmillError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""HTTP status by error class; subclasses inherit it."""

_STORE_RETRY_S = 5


def status_of(error: GifmillError) -> HTTPStatus:
    """Return the HTTP status of an error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


async def handle_error(request: Request, error: Exception) -> Response:
    """Handle a GifmillError: read the rest of the body, then send the problem document."""
    assert isinstance(error, GifmillError)
    if isinstance(error, StoreFailed):
        _log.error("%s %s: %s", request.method, "/".join(request.url.path.split("/")[:3]), error)
    fully_read = await request.app.state.bodies.drain(request, short=isinstance(error, TooManyRequests))
    return _close_unless_read(problem_response(request, error), fully_read)


def problem_response(request: HTTPConnection, error: GifmillError) -> Response:
    """Return an error as a response."""
    headers = {}
    if isinstance(error, Busy):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, StoreFailed):
        headers["Retry-After"] = str(_STORE_RETRY_S)
    return _problem_document(request, status_of(error), error.problem(), headers)


async def handle_http_exception(request: Request, error: Exception) -> Response:
    """Handle the router's errors: unknown path or method."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "detail": f"{status.description or status.phrase}.".replace("..", "."),
        "code": status.name.lower(),
    }
    fully_read = await request.app.state.bodies.drain(request)
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_allowed_methods(request)))
    return _close_unless_read(_problem_document(request, status, problem, headers), fully_read)


def _allowed_methods(request: Request) -> set[str]:
    """Return the methods of all routes with this path. Source: RFC 9110, section 15.5.6."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in routes for method in getattr(route, "methods", None) or ("GET", "HEAD")}


def _close_unless_read(response: Response, fully_read: bool) -> Response:
    """Close the connection after the response if the request's body was not read to its end."""
    if not fully_read:
        response.headers["Connection"] = "close"
    return response


async def handle_unexpected_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Handle an unexpected error. The server logs the traceback; the client sees no details."""
    problem = GifmillError("Try again in a moment.").problem()
    # It bypasses the middleware that adds the headers.
    return _problem_document(request, HTTPStatus.INTERNAL_SERVER_ERROR, problem, SECURITY_HEADERS)


def _problem_document(
    request: HTTPConnection, status: HTTPStatus, problem: Mapping[str, str], headers: Mapping[str, str]
) -> Response:
    """Return a problem document as a response.

    Source: RFC 9457.
    """
    request.scope[PROBLEM_CODE] = problem["code"]
    request_id = logs.current_request_id()
    occurrence = {"instance": f"urn:uuid:{request_id}"} if request_id else {}
    return JSONResponse(
        {**problem, "status": status.value, **occurrence},
        status_code=status,
        headers={"Cache-Control": "no-store", **headers},
        media_type="application/problem+json",
    )
