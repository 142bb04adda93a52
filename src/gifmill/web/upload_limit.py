"""The size limit of uploads, checked by the declared length and while reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill.errors import PhotoTooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from starlette.requests import Request

FORM_BYTES = 16_384
"""Maximum overhead of a multipart form: boundaries, headers, file name."""


@dataclass(frozen=True, slots=True)
class UploadLimit:
    """The size limit of a photo on this route.

    Attributes:
        max_bytes: limit here.
        most_bytes: limit with an upload form.
    """

    max_bytes: int
    most_bytes: int

    def check_declared(self, request: Request) -> None:
        """Check Content-Length before anything is read.

        Raises:
            PhotoTooLarge: the declared length is over the limit.
        """
        declared = request.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and float(declared) > self.max_bytes + FORM_BYTES:
            raise self._too_large()

    async def applied(self, chunks: AsyncIterator[bytes], more_bytes: int = 0) -> AsyncGenerator[bytes]:
        """Pass chunks on, up to the limit plus `more_bytes`.

        Raises:
            PhotoTooLarge: there are more bytes.
        """
        received = 0
        async for chunk in chunks:
            received += len(chunk)
            if received > self.max_bytes + more_bytes:
                raise self._too_large()
            if chunk:
                yield chunk

    def _too_large(self) -> PhotoTooLarge:
        most = f"{self.most_bytes / 1e6:g} MB"
        if self.max_bytes == self.most_bytes:
            return PhotoTooLarge(f"This photo is larger than {most}, the limit. Send a smaller version.")
        here = f"{self.max_bytes / 1e6:g} MB"
        form = f"For up to {most} use a form: POST /v1/uploads."
        return PhotoTooLarge(f"This photo is larger than {here}, the limit here. {form}")
