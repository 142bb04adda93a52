"""Forms with which clients send photos past the API, and what may be asked for.

Such a form says what may be sent with it and what becomes of it, signed so that nobody can change it; nothing
is remembered of it. Its shape is that of Amazon S3's POST forms: `fields` to be sent back, then the file.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gifmill.errors import InvalidForm, InvalidRequest, PhotoTooLarge
from gifmill.orders import pipeline
from gifmill.orders.keys import UploadKey, format_orders, new_photo_id, parse_orders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gifmill.orders.keys import OrderKey
    from gifmill.settings import Settings

FILE_FIELD = "file"
"""The field that holds the file, as S3 calls it."""

MEDIA_TYPE = "^[A-Za-z0-9][A-Za-z0-9.+-]{0,60}/[A-Za-z0-9][A-Za-z0-9.+-]{0,60}$"

_MAX_NOTE_BYTES = 1_800
"""Amazon S3 keeps at most 2 KB of an object's user-defined metadata, names included."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What a client asked to send, and what is to be made of it.

    Attributes:
        orders: at least one.
        size_bytes: exactly as many must come.
        media_type: as the client calls it; what it is, its content tells.
        expires: when the form stops being taken.
    """

    photo_id: str
    orders: tuple[OrderKey, ...]
    size_bytes: int
    media_type: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where to post a file, and the fields that go before it.

    Attributes:
        url: may be relative to the server.
    """

    url: str
    fields: Mapping[str, str]


def parse_upload_request(
    body: Mapping[str, object], options: Mapping[str, str], settings: Settings
) -> Upload:
    """Read what a client asks to send.

    Args:
        body: `size` (of the file, in bytes), `type`, `effects` (the classic pack if left out), and options.
        options: further ones; `size`, which is the file's in the body, can only be among these.
        settings: the limits.

    Raises:
        InvalidRequest: size or type is missing or of the wrong form, or an option is given twice.
        PhotoTooLarge: the limit says no.
        UnknownEffect, UnknownOption, InvalidOption: with the list of what is valid.
    """
    values = dict(body)
    size, media_type = values.pop("size", None), values.pop("type", None)
    effects = values.pop("effects", "classic")
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise InvalidRequest('Say how large the file is: {"size": 3145728, "type": "image/jpeg"}.')
    if not isinstance(media_type, str) or not re.fullmatch(MEDIA_TYPE, media_type):
        raise InvalidRequest('Say of what type the file is: {"size": 3145728, "type": "image/jpeg"}.')
    if not isinstance(effects, str):
        raise InvalidRequest('Say what to make as one text: {"effects": "blur,cyclic"}.')
    if size > settings.max_photo_bytes:
        limit = f"{settings.max_photo_bytes / 1e6:g} MB"
        raise PhotoTooLarge(f"This photo is larger than {limit}. Send a smaller version of it.")
    if twice := sorted(values.keys() & options.keys()):
        raise InvalidRequest(f"Give each option once: {', '.join(twice)[:80]} stands there twice.")
    photo_id = new_photo_id()
    orders = pipeline.new_orders(photo_id, effects, {**values, **options})
    if len(format_orders(orders)) > _MAX_NOTE_BYTES:
        raise InvalidRequest("These are too many effects at once. Order a pack, or some of them later.")
    expires = datetime.now(UTC) + timedelta(seconds=settings.form_lifetime_s)
    return Upload(photo_id, orders, size, media_type, expires)


class FormSigner:
    """Signs forms and knows its own again, for as long as the process runs."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def write(self, upload: Upload) -> UploadForm:
        """A form for an upload."""
        policy = {
            "expires": upload.expires.timestamp(),
            "orders": format_orders(upload.orders),
            "size": upload.size_bytes,
            "type": upload.media_type,
        }
        key = str(UploadKey(upload.photo_id))
        encoded = urlsafe_b64encode(json.dumps(policy).encode()).decode()
        fields = {
            "key": key,
            "Content-Type": upload.media_type,
            "policy": encoded,
            "signature": self._signature(key, encoded),
        }
        return UploadForm(f"/v1/{key}", fields)

    def read(self, photo_id: str, fields: Mapping[str, str]) -> Upload:
        """What a form that came back allows.

        Raises:
            InvalidForm: it has expired, was changed, or comes from another process.
        """
        policy = fields.get("policy", "")
        signature = self._signature(str(UploadKey(photo_id)), policy)
        given = fields.get("signature", "").encode("utf-8", "replace")
        if not hmac.compare_digest(signature.encode(), given):
            raise InvalidForm("This form is not one of ours. Ask for a new one: POST /v1/uploads.")
        known = json.loads(urlsafe_b64decode(policy))
        expires = datetime.fromtimestamp(known["expires"], UTC)
        if expires < datetime.now(UTC):
            raise InvalidForm("This form has expired. Ask for a new one: POST /v1/uploads.")
        orders = parse_orders(photo_id, known["orders"])
        return Upload(photo_id, orders, known["size"], known["type"], expires)

    def _signature(self, key: str, policy: str) -> str:
        return hmac.digest(self._secret, f"{key}\n{policy}".encode("utf-8", "replace"), "sha256").hex()
