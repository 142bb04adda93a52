"""Entries of a listing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from obstore import ObjectMeta


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in a listing.

    Attributes:
        etag: its entity tag with quotes, which changes with its content.
    """

    key: str
    size_bytes: int
    modified: datetime
    etag: str = ""

    @classmethod
    def of(cls, meta: ObjectMeta) -> Stored:
        """Return the entry of an object from the backend's description."""
        return cls(meta["path"], meta["size"], meta["last_modified"], meta["e_tag"] or "")
