"""HTTP headers that a bucket serves objects with, by file name extension. A GIF never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obstore import Attributes

_HEADERS: dict[str, Attributes] = {
    ".png": {"Content-Type": "image/png"},
    ".gif": {"Content-Type": "image/gif", "Cache-Control": "public, max-age=86400, immutable"},
    ".webp": {"Content-Type": "image/webp", "Cache-Control": "public, max-age=86400, immutable"},
    ".failed.json": {"Content-Type": "application/problem+json", "Cache-Control": "no-store"},
    ".note.json": {"Content-Type": "application/json", "Cache-Control": "no-store"},
}


def headers_for(key: str) -> Attributes | None:
    """Return the headers of an object of this name, or None."""
    return next((headers for extension, headers in _HEADERS.items() if key.endswith(extension)), None)
