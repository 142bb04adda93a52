"""Request bodies, read as they arrive and within their limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from gifmill.errors import InvalidRequest, PhotoTooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from starlette.requests import Request

_FIELD = "photo"
_CHUNK_BYTES = 65_536
_FORM_BYTES = 16_384
"""What a multipart form may add to the photo: boundaries, headers, a file's name."""

_JSON_BYTES = 16_384


async def photo_chunks(request: Request, max_bytes: int) -> AsyncGenerator[bytes]:
    """The photo of a request, piece by piece: the multipart field `photo`, or else the raw body.

    A multipart form goes through a temporary file that is gone when the generator is closed; the photo is
    never whole in memory.

    Raises:
        PhotoTooLarge: as soon as that is known.
        InvalidRequest: the form is broken or has no such field.
    """
    _check_declared(request, max_bytes)
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        async for chunk in _limited(request.stream(), max_bytes, max_bytes):
            yield chunk
        return
    body = _limited(request.stream(), max_bytes + _FORM_BYTES, max_bytes)
    try:
        form = await MultiPartParser(request.headers, body, max_files=1, max_fields=8).parse()
    except (MultiPartException, KeyError) as error:
        raise InvalidRequest(
            "This form cannot be read. Send multipart/form-data or the photo itself."
        ) from error
    try:
        photo = form.get(_FIELD)
        if not isinstance(photo, UploadFile):
            raise InvalidRequest(f"The form has no file in the field {_FIELD!r}.")
        async for chunk in _limited(_file_chunks(photo), max_bytes, max_bytes):
            yield chunk
    finally:
        await form.close()


async def json_object(request: Request) -> dict[str, object]:
    """The body as a JSON object.

    Raises:
        InvalidRequest: it is none, or a long one.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _JSON_BYTES:
            raise InvalidRequest(f"The body is too long: at most {_JSON_BYTES:,} bytes of JSON.")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("The body is not valid JSON.") from error
    if not isinstance(document, dict):
        raise InvalidRequest("The body must be a JSON object.")
    return document


def _check_declared(request: Request, max_bytes: int) -> None:
    """Refuse by the header, before anything is read."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes + _FORM_BYTES:
        raise _too_large(max_bytes)


async def _limited(chunks: AsyncIterator[bytes], limit: int, max_bytes: int) -> AsyncGenerator[bytes]:
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        if received > limit:
            raise _too_large(max_bytes)
        if chunk:
            yield chunk


async def _file_chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK_BYTES):
        yield chunk


def _too_large(max_bytes: int) -> PhotoTooLarge:
    return PhotoTooLarge(f"This photo is larger than {max_bytes / 1e6:g} MB. Send a smaller version of it.")
