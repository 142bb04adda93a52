"""Request bodies, read as they arrive and within their limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from gifmill.errors import InvalidRequest, PhotoTooLarge, TooSlow

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from starlette.requests import Request

_FIELD = "photo"
_CHUNK_BYTES = 65_536
_FORM_BYTES = 16_384
"""What a multipart form may add to the photo: boundaries, headers, a file's name."""

_JSON_BYTES = 16_384

_DRAIN_S = 10
_DRAIN_IDLE_S = 1
_DRAIN_BYTES = 64_000_000
"""A refused body is read on within these limits: a client that is cut off while sending hears no reason."""


async def photo_chunks(request: Request, max_bytes: int, idle_s: float) -> AsyncGenerator[bytes]:
    """The photo of a request, piece by piece: the multipart field `photo`, or else the raw body.

    A multipart form goes through a temporary file that is gone when the generator is closed; the photo is
    never whole in memory.

    Raises:
        PhotoTooLarge: as soon as that is known.
        TooSlow: nothing came for `idle_s` seconds.
        InvalidRequest: the client has gone, or the form is broken or has other fields.
    """
    _check_declared(request, max_bytes)
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        async for chunk in _limited(_body(request, idle_s), max_bytes, max_bytes):
            yield chunk
        return
    body = _limited(_body(request, idle_s), max_bytes + _FORM_BYTES, max_bytes)
    try:
        form = await MultiPartParser(request.headers, body).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise InvalidRequest(
            "This form cannot be read. Send multipart/form-data or the photo itself."
        ) from error
    try:
        photo = form.get(_FIELD)
        if not isinstance(photo, UploadFile):
            raise InvalidRequest(f"The form has no file in the field {_FIELD!r}.")
        if len(form.multi_items()) > 1:
            raise InvalidRequest(
                f"The form may have one file in the field {_FIELD!r}; options go into the query."
            )
        async for chunk in _limited(_file_chunks(photo), max_bytes, max_bytes):
            yield chunk
    finally:
        await form.close()


async def json_object(request: Request, idle_s: float) -> dict[str, object]:
    """The body as a JSON object.

    Raises:
        TooSlow: nothing came for `idle_s` seconds.
        InvalidRequest: it is none, or a long one, or the client has gone.
    """
    body = b""
    async for chunk in _body(request, idle_s):
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


async def drain(request: Request) -> None:
    """Read what is left of a refused body, so that the client is ready to hear why."""
    if "expect" in request.headers:  # it asks before it sends: reading would be asking for the body
        return
    left = _DRAIN_BYTES
    stream = aiter(request.stream())
    with anyio.move_on_after(_DRAIN_S):
        while left > 0:
            try:
                with anyio.fail_after(_DRAIN_IDLE_S):
                    left -= len(await anext(stream))
            except (StopAsyncIteration, TimeoutError, ClientDisconnect, RuntimeError):
                return  # read to its end, now or before; or nothing comes any more


def _check_declared(request: Request, max_bytes: int) -> None:
    """Refuse by the header, before anything is read."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and float(declared) > max_bytes + _FORM_BYTES:
        raise _too_large(max_bytes)


async def _body(request: Request, idle_s: float) -> AsyncIterator[bytes]:
    """The body as it arrives, as long as it arrives."""
    stream = aiter(request.stream())
    while True:
        try:
            with anyio.fail_after(idle_s):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise TooSlow(f"Nothing came for {idle_s:g} s. Send it again.") from error
        except ClientDisconnect as error:
            raise InvalidRequest("The body broke off before its end. Send it again.") from error
        yield chunk


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
