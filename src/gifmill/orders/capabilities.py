"""The two capabilities of a photo: its id gives every right to it, its view the right to read.

The view is derived from the id with a one-way hash, so neither is recorded. Names of objects, addresses of
GIFs, links, messages about changes and logs contain the view only. The client that sent the photo has the id.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from hashlib import sha256

from gifmill.errors import InvalidKey

ID_OR_VIEW = "[a-z2-7]{25}[abefijmnqruvyz45]"
"""A pattern of ids and views. Both have 128 bits, and 26 letters 130: the last two are 00 in an id and 01
in a view. So a view is never mistaken for the id in a name that was written before photos had views."""

_PHOTO_ID = re.compile("[a-z2-7]{25}[aeimquy4]")
_ID_OR_VIEW = re.compile(ID_OR_VIEW)
_ADVICE = "An id has 26 characters, a to z and 2 to 7. Copy it from the response."


def new_photo_id() -> str:
    """Return 128 random bits as 26 lower-case letters and digits: a capability that cannot be guessed.

    Source: RFC 4648, section 6 (base32, without padding).
    """
    return b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def derive_view(photo_id: str) -> str:
    """Return the view of an id, 128 bits of its hash. The id cannot be derived from it."""
    digest = sha256(f"gifmill view {photo_id}".encode()).digest()[:16]
    return b32encode(digest + b"\x40").decode()[:26].lower()


def view_of(id_or_view: str) -> str:
    """Return the view of a photo, given its id or its view."""
    return derive_view(id_or_view) if is_photo_id(id_or_view) else id_or_view


def is_photo_id(text: str) -> bool:
    """Return whether the text has the form of an id, and not that of a view."""
    return _PHOTO_ID.fullmatch(text) is not None


def is_id_or_view(text: str) -> bool:
    """Return whether the text has the form of an id or a view."""
    return _ID_OR_VIEW.fullmatch(text) is not None


def check_id_or_view(text: str) -> str:
    """Return the text if it has the form of an id or a view.

    Raises:
        InvalidKey: it has another form.
    """
    if not is_id_or_view(text):
        raise InvalidKey(f"{text[:40]!r} is not a photo id. {_ADVICE}")
    return text
