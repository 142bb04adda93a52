"""Request bodies, read as they arrive, within limits of size and time and until the server stops."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from gifmill.errors import Busy, GifmillError, InvalidForm, InvalidRequest, StoreFailed, TooSlow
from gifmill.orders import FILE_FIELD
from gifmill.web.upload_limit import MAX_FORM_OVERHEAD_BYTES, UploadLimit

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
"""Limits for reading the rest of a rejected body: a client cut off while sending never sees the reason."""

_SHORT_DRAIN_S = 2
_SHORT_DRAIN_BYTES = 8_000_000
"""The same for a client over a rate limit: enough for a phone's photo, so that the page sees the reason."""

_BODY_READ = "gifmill.body"
"""Key of an ASGI scope that is set once its body is read."""


class RequestBodies:
    """Reads the bodies of requests. Used from one event loop only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pending_reads: set[anyio.CancelScope] = set()
        self._closed = False

    def close(self) -> None:
        """Abort all bodies in progress, so that a shutdown does not wait for slow clients."""
        self._closed = True
        for read in self._pending_reads:
            read.cancel()

    @asynccontextmanager
    async def photo(self, request: Request) -> AsyncIterator[AsyncIterator[bytes]]:
        """Yield a request's photo in chunks: the multipart field `photo`, or else the raw body.

        A multipart form goes through a temporary file, deleted at the end of the block; the photo is never
        whole in memory. The chunks raise:

        Raises:
            PhotoTooLarge: as soon as the limit is exceeded.
            TooSlow: the body stalled or took too long.
            Busy, StoreFailed: the server stops, or has no space for a temporary file.
            InvalidRequest: the client disconnected, or the form is malformed or has other fields.
        """
        chunks = self._photo(request)
        try:
            yield chunks
        finally:
            await chunks.aclose()

    @asynccontextmanager
    async def read_form_upload(
        self, request: Request, read: Callable[[Mapping[str, str]], Upload]
    ) -> AsyncIterator[tuple[Upload, AsyncIterator[bytes]]]:
        """Yield what a posted upload form allows, and its file in chunks.

        Args:
            request: the request with the form.
            read: verifies the form's fields.

        Raises:
            InvalidForm: the form is invalid; the chunks raise it for a file of another size.
            PhotoTooLarge, TooSlow, Busy, InvalidRequest: as `photo`.
        """
        limit = UploadLimit(self._settings.max_photo_bytes, self._settings.max_photo_bytes)
        limit.check_content_length(request)
        async with self._form(request, limit, "with the form's fields, then the file") as form:
            file = form.get(FILE_FIELD)
            if not isinstance(file, UploadFile):
                advice = "Send the form's fields, then the file."
                raise InvalidForm(f"The form has no file in the field {FILE_FIELD!r}. {advice}")
            upload = read({name: value for name, value in form.items() if isinstance(value, str)})
            chunks = _check_size(upload.size_bytes, _file_chunks(file))
            try:
                yield upload, chunks
            finally:
                await chunks.aclose()

    async def read_json_object(self, request: Request, example: str) -> dict[str, object]:
        """Read the body as a JSON object.

        Args:
            request: the request.
            example: a valid body, for the errors.

        Raises:
            TooSlow: the body stalled or took too long.
            Busy: the server stops.
            InvalidRequest: not a JSON object, too long, or the client disconnected.
        """
        body = b""
        async for chunk in self._body(request, total_s=self._settings.upload_idle_s):  # it is short
            body += chunk
            if len(body) > _JSON_BYTES:
                raise InvalidRequest(f"The body is too long. Send at most {_JSON_BYTES:,} bytes of JSON.")
        try:
            document = json.loads(body)
        except (ValueError, RecursionError) as error:
            message = f"The body is not valid JSON: {_json_problem(error)}. Send for example {example}."
            raise InvalidRequest(message) from error
        if not isinstance(document, dict):
            raise InvalidRequest(f"The body is not a JSON object. Send for example {example}.")
        return document

    async def drain(self, request: Request, *, short: bool = False) -> bool:
        """Read the rest of a rejected body, so that the client can receive the response.

        Args:
            request: the rejected request.
            short: use the shorter limits, for a client over a rate limit.

        Returns:
            Whether the body was read to its end. If not, the connection must be closed.
        """
        if "expect" in request.headers and _BODY_READ not in request.scope:  # reading would ask for the body
            return False
        left, longest_s = (_SHORT_DRAIN_BYTES, _SHORT_DRAIN_S) if short else (_DRAIN_BYTES, _DRAIN_S)
        try:
            async for chunk in self._body(request, _DRAIN_IDLE_S, longest_s):
                left -= len(chunk)
                if left < 0:
                    return False
        except GifmillError:  # nothing more arrives
            return False
        except RuntimeError:  # it was read to its end already
            return True
        return True

    async def _photo(self, request: Request) -> AsyncGenerator[bytes]:
        limit = UploadLimit(self._settings.max_direct_bytes, self._settings.max_photo_bytes)
        limit.check_content_length(request)
        if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            async for chunk in limit.enforce(self._body(request)):
                yield chunk
            return
        async with self._form(request, limit, "or the photo itself") as form:
            photo = form.get(_FIELD)
            if not isinstance(photo, UploadFile):
                advice = f"Send one, for example with curl -F {_FIELD}=@cat.jpg."
                raise InvalidRequest(f"The form has no file in the field {_FIELD!r}. {advice}")
            if (fields := len(form.multi_items())) > 1:
                advice = f"Send only one file, in the field {_FIELD!r}; options belong in the query."
                raise InvalidRequest(f"The form has {fields} fields. {advice}")
            async for chunk in limit.enforce(_file_chunks(photo)):
                yield chunk

    @asynccontextmanager
    async def _form(self, request: Request, limit: UploadLimit, advice: str) -> AsyncIterator[FormData]:
        """Parse a form; its temporary files are deleted at the end of the block."""
        body = limit.enforce(self._body(request), MAX_FORM_OVERHEAD_BYTES)
        try:
            form = await MultiPartParser(request.headers, body).parse()
        except (MultiPartException, KeyError, ValueError) as error:
            raise InvalidRequest(f"The form cannot be read. Send multipart/form-data, {advice}.") from error
        except OSError as error:
            message = f"The upload could not be stored temporarily ({error.strerror})."
            raise StoreFailed(message) from error
        try:
            yield form
        finally:
            await form.close()

    async def _body(
        self, request: Request, idle_s: float | None = None, total_s: float | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the body as it arrives, within the time limits and until the server stops.

        A timeout cancels the wait for a chunk, not the task that reads the body: a store pulls the chunks
        from another thread, which would keep waiting for the next one.
        """
        request.scope[_BODY_READ] = True
        idle_s = idle_s or self._settings.upload_idle_s
        end = anyio.current_time() + (total_s or self._settings.upload_timeout_s)
        stream = aiter(request.stream())
        while True:
            with anyio.CancelScope(deadline=min(anyio.current_time() + idle_s, end)) as waiting:
                self._pending_reads.add(waiting)
                if self._closed:
                    waiting.cancel()
                try:
                    chunk = await anext(stream, None)
                except ClientDisconnect as error:
                    raise InvalidRequest("The connection ended too early. Send the body again.") from error
                finally:
                    self._pending_reads.discard(waiting)
            if waiting.cancelled_caught and self._closed:
                raise Busy("The server is restarting. Try again in a moment.")
            if waiting.cancelled_caught:
                raise TooSlow("The body took too long to arrive. Send it again, or send less.")
            if chunk is None:
                return
            yield chunk


async def _file_chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK_BYTES):
        yield chunk


async def _check_size(size_bytes: int, chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        yield chunk
    if received != size_bytes:
        message = f"This form is for a file of {size_bytes:,} bytes, not of {received:,}."
        raise InvalidForm(f"{message} Request a new form for this size: POST /v1/uploads.")


def _json_problem(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, column {error.colno})"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
