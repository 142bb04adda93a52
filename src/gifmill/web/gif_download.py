"""Downloads of GIFs: caching, conditional requests and ranges of bytes.

Source: RFC 9110, sections 13 (conditional requests) and 14 (range requests).
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from gifmill.errors import NotFound
from gifmill.orders import GifKey, parse_key

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.requests import Request

    from gifmill.settings import Settings
    from gifmill.store import Store

_S_MAXAGE = "s-maxage=600"
"""How long shared caches may keep a GIF, in seconds: a deleted GIF may be visible that long."""

_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)
_ETAG = re.compile(r'(?:W/)?("[^"]*")')


def gif_response(request: Request, store: Store, settings: Settings) -> Response:
    """Return a finished GIF, the requested part of it, or 304 if the client has it already.

    Raises:
        NotFound: it does not exist.
        HTTPException: the requested range is beyond its end.
    """
    key = parse_key("gifs/{view}/{options}/{name}".format_map(request.path_params))
    if not isinstance(key, GifKey):
        raise _not_found(request)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": f"public, max-age={settings.photo_lifetime_s}, {_S_MAXAGE}, immutable",
    }
    media_type, part = f"image/{key.format}", None
    if request.method == "HEAD" or "if-none-match" in request.headers or "range" in request.headers:
        if (stored := store.head(str(key))) is None:
            raise _not_found(request)
        headers["ETag"] = stored.etag
        if is_unchanged(request.headers, stored.etag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        if request.method == "HEAD":
            headers["Content-Length"] = str(stored.size_bytes)
            return Response(headers=headers, media_type=media_type)
        part = requested_range(request.headers, stored.etag, stored.size_bytes)
    try:
        stored, chunks = store.stream(str(key), part)
    except NotFound as error:
        raise _not_found(request) from error
    headers |= {"Content-Length": str(stored.size_bytes), "ETag": stored.etag}
    if part is None:
        return StreamingResponse(chunks, headers=headers, media_type=media_type)
    first, end = part
    headers |= {
        "Content-Length": str(end - first),
        "Content-Range": f"bytes {first}-{end - 1}/{stored.size_bytes}",
    }
    return StreamingResponse(chunks, HTTPStatus.PARTIAL_CONTENT, headers, media_type)


def is_unchanged(headers: Headers, etag: str) -> bool:
    """Return whether If-None-Match has this entity tag, compared weakly. Source: RFC 9110, section 13.1.2."""
    wanted = ",".join(headers.getlist("if-none-match")).strip()
    return wanted == "*" or _opaque(etag) in _ETAG.findall(wanted)


def requested_range(headers: Headers, etag: str, size_bytes: int) -> tuple[int, int] | None:
    """Return the first byte of the requested range and the one after its last; None for the whole GIF.

    Several ranges, other units and a malformed header are ignored, as a server may. So is a range whose
    If-Range is not the GIF's entity tag.

    Raises:
        HTTPException: the range has no byte of the GIF.

    Source: RFC 9110, sections 13.1.5 and 14.2.
    """
    match = _ONE_RANGE.fullmatch(",".join(headers.getlist("range")))
    if match is None or headers.get("if-range", etag) != etag or etag.startswith("W/"):
        return None
    first, last = match.groups()
    if first:
        part = int(first), min(int(last or size_bytes) + 1, size_bytes)
        if last and int(last) < int(first):
            return None  # malformed
    elif last:
        part = max(size_bytes - int(last), 0), size_bytes
    else:
        return None
    if part[0] >= part[1]:
        raise HTTPException(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            f"The file has {size_bytes:,} bytes. Request a range within them, or omit Range",
            {"Content-Range": f"bytes */{size_bytes}", "Accept-Ranges": "bytes"},
        )
    return part


def _opaque(etag: str) -> str:
    return etag.removeprefix("W/")


def _not_found(request: Request) -> NotFound:
    status = f"/v1/photos/{request.path_params['view']}"
    return NotFound(f"This GIF does not exist: not finished, not ordered, or deleted. See {status}.")
