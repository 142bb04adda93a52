"""The size limit of uploads, checked by the declared length and while reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill.errors import PhotoTooLarge
from gifmill.orders import photo_too_large

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from starlette.requests import Request

MAX_FORM_OVERHEAD_BYTES = 16_384
"""Maximum overhead of a multipart form: boundaries, headers, file name."""


@dataclass(frozen=True, slots=True)
class UploadLimit:
    """The size limit of a photo on this route.

    Attributes:
        max_bytes: limit here.
        max_form_bytes: limit with an upload form.
    """

    max_bytes: int
    max_form_bytes: int

    def check_content_length(self, request: Request) -> None:
        """Check Content-Length before anything is read.

        Raises:
            PhotoTooLarge: the declared length is over the limit.
        """
        declared = request.headers.get("content-length", "")
        if (
            declared.isascii()
            and declared.isdigit()
            and float(declared) > self.max_bytes + MAX_FORM_OVERHEAD_BYTES
        ):
            raise self._too_large()

    async def enforce(self, chunks: AsyncIterator[bytes], overhead_bytes: int = 0) -> AsyncGenerator[bytes]:
        """Pass chunks on, up to the limit plus `overhead_bytes`.

        Raises:
            PhotoTooLarge: there are more bytes.
        """
        received = 0
        async for chunk in chunks:
            received += len(chunk)
            if received > self.max_bytes + overhead_bytes:
                raise self._too_large()
            if chunk:
                yield chunk

    def _too_large(self) -> PhotoTooLarge:
        if self.max_bytes == self.max_form_bytes:
            return photo_too_large(self.max_bytes)
        limit, form_limit = (f"{each / 1e6:g} MB" for each in (self.max_bytes, self.max_form_bytes))
        form = f"For up to {form_limit} use a form: POST /v1/uploads."
        return PhotoTooLarge(f"This photo is larger than {limit}, the limit here. {form}")
