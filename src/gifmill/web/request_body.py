"""Request bodies, read as they arrive, within limits of size and time, as long as the server runs."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from gifmill.errors import (
    Busy,
    GifmillError,
    InvalidForm,
    InvalidRequest,
    StoreFailed,
    TooSlow,
)
from gifmill.orders import FILE_FIELD
from gifmill.web.upload_limit import FORM_BYTES, UploadLimit

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request

    from gifmill.orders import Upload
    from gifmill.settings import Settings

_FIELD = "photo"
_CHUNK_BYTES = 65_536
_JSON_BYTES = 16_384

_DRAIN_S = 10
_DRAIN_IDLE_S = 1
_DRAIN_BYTES = 64_000_000
"""A refused body is read on within these limits: a client that is cut off while sending hears no reason."""

_SHORT_DRAIN_S = 2
_SHORT_DRAIN_BYTES = 8_000_000
"""The same for a client that sends too much as it is: a phone's photo, so that its page hears why."""

_BODY_READ = "gifmill.body"
"""Where a scope says that its body has been asked for."""


class RequestBodies:
    """Reads the bodies of requests. Used from one event loop only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: set[anyio.CancelScope] = set()
        self._closed = False

    def close(self) -> None:
        """Break off what is arriving, and read no more, so that a stop need not wait for slow clients."""
        self._closed = True
        for chunk in self._waiting:
            chunk.cancel()

    @asynccontextmanager
    async def photo(self, request: Request) -> AsyncIterator[AsyncIterator[bytes]]:
        """The photo of a request, piece by piece: the multipart field `photo`, or else the raw body.

        A multipart form goes through a temporary file that is gone at the end of the block; the photo is
        never whole in memory. The pieces raise:

        Raises:
            PhotoTooLarge: as soon as that is known.
            TooSlow: it stopped coming, or took too long.
            Busy, StoreFailed: the server stops, or has no room for a temporary file.
            InvalidRequest: the client has gone, or the form is broken or has other fields.
        """
        chunks = self._photo(request)
        try:
            yield chunks
        finally:
            await chunks.aclose()

    @asynccontextmanager
    async def form_upload(
        self, request: Request, read: Callable[[Mapping[str, str]], Upload]
    ) -> AsyncIterator[tuple[Upload, AsyncIterator[bytes]]]:
        """A form that comes back with its file: what it allows, and the file piece by piece.

        Args:
            request: the whole of it.
            read: reads the form's fields.

        Raises:
            InvalidForm: also by the pieces, where the file is another than the form is for.
            PhotoTooLarge, TooSlow, Busy, InvalidRequest: as `photo`.
        """
        limit = UploadLimit(self._settings.max_photo_bytes, self._settings.max_photo_bytes)
        limit.check_declared(request)
        async with self._form(request, limit) as form:
            file = form.get(FILE_FIELD)
            if not isinstance(file, UploadFile):
                raise InvalidForm(f"The form has no file in the field {FILE_FIELD!r}.")
            upload = read({name: value for name, value in form.items() if isinstance(value, str)})
            chunks = _exactly(upload.size_bytes, _file_chunks(file))
            try:
                yield upload, chunks
            finally:
                await chunks.aclose()

    async def json_object(self, request: Request) -> dict[str, object]:
        """The body as a JSON object.

        Raises:
            TooSlow: it stopped coming, or took too long.
            Busy: the server stops.
            InvalidRequest: it is none, or a long one, or the client has gone.
        """
        body = b""
        async for chunk in self._body(request, total_s=self._settings.upload_idle_s):  # it is short
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

    async def drain(self, request: Request, *, short: bool = False) -> bool:
        """Read what is left of a refused body, so that the client is ready to hear why.

        Args:
            request: the whole of it.
            short: the client sends too much as it is.

        Returns:
            Whether it was read to its end. If not, the connection is of no more use: the rest may yet come.
        """
        if "expect" in request.headers and _BODY_READ not in request.scope:  # to read would be to ask for it
            return False
        left, longest_s = (_SHORT_DRAIN_BYTES, _SHORT_DRAIN_S) if short else (_DRAIN_BYTES, _DRAIN_S)
        try:
            async for chunk in self._body(request, _DRAIN_IDLE_S, longest_s):
                left -= len(chunk)
                if left < 0:
                    return False
        except GifmillError:  # nothing comes any more
            return False
        except RuntimeError:  # it was read to its end before
            return True
        return True

    async def _photo(self, request: Request) -> AsyncGenerator[bytes]:
        limit = UploadLimit(self._settings.max_direct_bytes, self._settings.max_photo_bytes)
        limit.check_declared(request)
        if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            async for chunk in limit.applied(self._body(request)):
                yield chunk
            return
        async with self._form(request, limit) as form:
            photo = form.get(_FIELD)
            if not isinstance(photo, UploadFile):
                raise InvalidRequest(f"The form has no file in the field {_FIELD!r}.")
            if len(form.multi_items()) > 1:
                message = f"The form may have one file in the field {_FIELD!r}; options go into the query."
                raise InvalidRequest(message)
            async for chunk in limit.applied(_file_chunks(photo)):
                yield chunk

    @asynccontextmanager
    async def _form(self, request: Request, limit: UploadLimit) -> AsyncIterator[FormData]:
        """The form, whose files are temporary ones that are gone at the end of the block."""
        body = limit.applied(self._body(request), FORM_BYTES)
        try:
            form = await MultiPartParser(request.headers, body).parse()
        except (MultiPartException, KeyError, ValueError) as error:
            message = "This form cannot be read. Send multipart/form-data or the photo itself."
            raise InvalidRequest(message) from error
        except OSError as error:
            message = f"What was sent could not be kept for a moment ({error.strerror})."
            raise StoreFailed(message) from error
        try:
            yield form
        finally:
            await form.close()

    async def _body(
        self, request: Request, idle_s: float | None = None, total_s: float | None = None
    ) -> AsyncIterator[bytes]:
        """The body as it arrives, as long as it arrives in time and the server does not stop.

        It is the waiting for each piece that is cancelled, and not whoever waits for the body: a store pulls
        the pieces from another thread, which would still be waiting for the next one.
        """
        request.scope[_BODY_READ] = True
        idle_s = idle_s or self._settings.upload_idle_s
        end = anyio.current_time() + (total_s or self._settings.upload_timeout_s)
        stream = aiter(request.stream())
        while True:
            with anyio.CancelScope(deadline=min(anyio.current_time() + idle_s, end)) as waiting:
                self._waiting.add(waiting)
                if self._closed:
                    waiting.cancel()
                try:
                    chunk = await anext(stream, None)
                except ClientDisconnect as error:
                    raise InvalidRequest("The body broke off before its end. Send it again.") from error
                finally:
                    self._waiting.discard(waiting)
            if waiting.cancelled_caught and self._closed:
                raise Busy("The server is being restarted. Try again in a moment.")
            if waiting.cancelled_caught:
                raise TooSlow("The body took too long to arrive. Send it again, or something smaller.")
            if chunk is None:
                return
            yield chunk


async def _file_chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK_BYTES):
        yield chunk


async def _exactly(size_bytes: int, chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        yield chunk
    if received != size_bytes:
        raise InvalidForm(f"This form is for a file of {size_bytes:,} bytes, not of {received:,}.")
