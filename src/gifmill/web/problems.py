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
    InvalidSetting,
    MissingGlyph,
    NotAPhoto,
    NotFound,
    PhotoError,
    PhotoTooLarge,
    PluginFailed,
    RenderFailed,
    StoreFailed,
    TooManyOrders,
    TooManyRequests,
    TooSlow,
    UnsupportedPhoto,
    all_errors,
    problem_type,
)
from gifmill.web.cors import cors_headers
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
    MissingGlyph: HTTPStatus.UNPROCESSABLE_ENTITY,
    RenderFailed: HTTPStatus.UNPROCESSABLE_ENTITY,  # sent again, the same photo would fail again
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

RANGE_NOT_SATISFIABLE = "range_not_satisfiable"

_CODES = {HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: RANGE_NOT_SATISFIABLE}
"""Codes of HTTP's own errors that are not the status's name, which differs by version of Python."""


def _status_of(kind: type[GifmillError]) -> HTTPStatus:
    """Return the HTTP status of a kind of errors."""
    return next(STATUS[each] for each in kind.__mro__ if each in STATUS)


def _code_of(status: HTTPStatus) -> str:
    """Return the code of HTTP's own errors of this status."""
    return _CODES.get(status, status.name.lower())


def error_codes() -> dict[str, tuple[str, HTTPStatus]]:
    """Return the title and status of each code that a response or a status document may have, sorted."""
    never_sent = {InputError, PhotoError, InvalidSetting, PluginFailed}
    codes = {kind.code: (kind.title, _status_of(kind)) for kind in all_errors() if kind not in never_sent}
    for status in (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE):
        codes[_code_of(status)] = status.phrase, status
    return dict(sorted(codes.items()))


async def handle_error(request: Request, error: Exception) -> Response:
    """Handle a GifmillError: read the rest of the body, then send the problem document."""
    assert isinstance(error, GifmillError)
    if isinstance(error, StoreFailed):
        _log.error("%s %s: %s", request.method, "/".join(request.url.path.split("/")[:3]), error)
    fully_read = await request.app.state.bodies.drain(request, short=isinstance(error, TooManyRequests))
    return _close_unless_read(problem_response(request, error), fully_read)


def problem_response(request: HTTPConnection, error: GifmillError) -> Response:
    """Return an error as the response to a request."""
    request.scope[PROBLEM_CODE] = error.code
    return error_response(error, logs.current_request_id())


def failure_response(
    request: HTTPConnection, problem: Mapping[str, object], headers: Mapping[str, str]
) -> Response:
    """Return the failure of a GIF, as its status has it, as the response to a request."""
    code = str(problem["code"])
    request.scope[PROBLEM_CODE] = code
    kind = next((kind for kind in all_errors() if kind.code == code), GifmillError)
    return _problem_document(problem, _status_of(kind), logs.current_request_id(), headers)


def error_response(
    error: GifmillError,
    request_id: str | None,
    status: HTTPStatus | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an error as a response.

    Args:
        error: the error.
        request_id: id of the request, if it is known.
        status: a status other than that of the error's class.
        headers: additional headers.
    """
    retry_after = {}
    if isinstance(error, Busy):
        retry_after["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, StoreFailed):
        retry_after["Retry-After"] = str(_STORE_RETRY_S)
    all_headers = {**(headers or {}), **retry_after}
    return _problem_document(error.problem(), status or _status_of(type(error)), request_id, all_headers)


async def handle_http_exception(request: Request, error: Exception) -> Response:
    """Handle the router's errors: unknown path or method."""
    assert isinstance(error, HTTPException)
    fully_read = await request.app.state.bodies.drain(request)
    status, path = HTTPStatus(error.status_code), request.url.path[:120]
    if status is HTTPStatus.METHOD_NOT_ALLOWED and request.method == "OPTIONS":
        allowed = Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": _allow(request)})
        return _close_unless_read(allowed, fully_read)
    if status is HTTPStatus.NOT_FOUND:
        missing = NotFound(f"{path} does not exist. See /v1/openapi.json.")
        return _close_unless_read(problem_response(request, missing), fully_read)
    headers, detail = dict(error.headers or {}), f"{error.detail}."
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allow(request)
        detail = f"{request.method} is not allowed for {path}. Use {headers['Allow']}."
    code = _code_of(status)
    request.scope[PROBLEM_CODE] = code
    problem = {"type": problem_type(code), "title": status.phrase, "detail": detail, "code": code}
    response = _problem_document(problem, status, logs.current_request_id(), headers)
    return _close_unless_read(response, fully_read)


def _allow(request: Request) -> str:
    """Return the methods of all routes with this path. Source: RFC 9110, sections 9.3.7 and 10.2.1."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    methods = {method for route in routes for method in getattr(route, "methods", None) or ("GET", "HEAD")}
    return ", ".join(sorted({*methods, "OPTIONS"}))


def _close_unless_read(response: Response, fully_read: bool) -> Response:
    """Close the connection after the response if the request's body was not read to its end."""
    if not fully_read:
        response.headers["Connection"] = "close"
    return response


async def handle_unexpected_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Handle an unexpected error. The server logs the traceback; the client sees no details."""
    response = problem_response(request, GifmillError("Try again in a moment."))
    # It bypasses the middleware that adds these headers.
    response.headers.update(SECURITY_HEADERS)
    response.headers.update(cors_headers(request.headers, request.app.state.allowed_origins))
    return response


def _problem_document(
    problem: Mapping[str, object], status: HTTPStatus, request_id: str | None, headers: Mapping[str, str]
) -> Response:
    """Return a problem document as a response.

    Source: RFC 9457.
    """
    occurrence = {"instance": f"urn:uuid:{request_id}"} if request_id else {}
    return JSONResponse(
        {**problem, "status": status.value, **occurrence},
        status_code=status,
        headers={"Cache-Control": "no-store", **headers},
        media_type="application/problem+json",
    )
