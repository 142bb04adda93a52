"""How many bytes a photo may have, told before it is read and watched while it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill.errors import PhotoTooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from starlette.requests import Request

FORM_BYTES = 16_384
"""What a multipart form may add to the photo: boundaries, headers, a file's name."""


@dataclass(frozen=True, slots=True)
class UploadLimit:
    """How many bytes a photo may have that comes this way.

    Attributes:
        max_bytes: so many.
        most_bytes: how many it may have that comes with a form.
    """

    max_bytes: int
    most_bytes: int

    def check_declared(self, request: Request) -> None:
        """Refuse by the header, before anything is read.

        Raises:
            PhotoTooLarge: it says so itself.
        """
        declared = request.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and float(declared) > self.max_bytes + FORM_BYTES:
            raise self._too_large()

    async def applied(self, chunks: AsyncIterator[bytes], more_bytes: int = 0) -> AsyncGenerator[bytes]:
        """Pass on what comes, up to the limit and what a form may add to it.

        Raises:
            PhotoTooLarge: there is more.
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
            return PhotoTooLarge(f"This photo is larger than {most}. Send a smaller version of it.")
        here = f"{self.max_bytes / 1e6:g} MB"
        return PhotoTooLarge(f"Only {here} can be sent here. Up to {most} take a form: POST /v1/uploads.")
