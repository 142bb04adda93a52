"""Signed forms for uploads past the API, and the requests for them.

A form contains the orders and the size and type of the file, signed so that no client can change them; the
server keeps no state. Its format is that of Amazon S3's POST forms: the `fields`, then the file.
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

from gifmill.effects import display_value
from gifmill.errors import InvalidForm, InvalidRequest, PhotoTooLarge
from gifmill.orders import pipeline
from gifmill.orders.keys import UploadKey, format_orders, parse_orders
from gifmill.rendering import option_given_twice, without_declared_defaults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gifmill.orders.keys import OrderKey
    from gifmill.settings import Settings

FILE_FIELD = "file"
"""The field of the file, as in S3's forms."""

MEDIA_TYPE_PATTERN = "^[A-Za-z0-9][A-Za-z0-9.+-]{0,60}/[A-Za-z0-9][A-Za-z0-9.+-]{0,60}$"

UPLOAD_EXAMPLE = '{"size": 3145728, "type": "image/jpeg"}'
"""A body of a request for an upload form, as errors show it."""

_MAX_METADATA_BYTES = 1_800
"""Amazon S3 keeps at most 2 KB of an object's user-defined metadata, names included."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A requested upload and its orders.

    Attributes:
        orders: at least one.
        size_bytes: exact size of the file.
        media_type: as the client declares it; the format is detected from the content.
        expires: when the form expires.
    """

    view: str
    orders: tuple[OrderKey, ...]
    size_bytes: int
    media_type: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class UploadForm:
    """The address for a POST, and the form fields that precede the file.

    Attributes:
        url: absolute, or relative to the server.
    """

    url: str
    fields: Mapping[str, str]


def parse_upload_request(
    view: str, body: Mapping[str, object], options: Mapping[str, str], settings: Settings
) -> Upload:
    """Parse and check a request for an upload form.

    Args:
        view: view of the future photo.
        body: `size` (of the file, in bytes), `type`, `effects` (default: the classic pack), and options.
        options: options from the query; the GIFs' `size` can only be here, as the body's is the file's.
        settings: the limits.

    Raises:
        InvalidRequest: size or type is missing or malformed, or an option is given twice.
        PhotoTooLarge: the file is over the limit.
        UnknownEffect, UnknownOption, InvalidOption: with the list of valid ones.
    """
    values = dict(body)
    for name in ("size", "type"):
        if name not in values:
            raise InvalidRequest(f"The {name} is missing. Send for example {UPLOAD_EXAMPLE}.")
    size, media_type = values.pop("size"), values.pop("type")
    effects = values.pop("effects", "classic")
    size = _without_zero_fraction(size)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        advice = "Use the file's size in bytes, a whole number above 0."
        raise InvalidRequest(f"size={display_value(size)} is not valid. {advice}")
    if not isinstance(media_type, str) or not re.fullmatch(MEDIA_TYPE_PATTERN, media_type):
        advice = 'Use the file\'s media type, such as "image/jpeg".'
        raise InvalidRequest(f"type={display_value(media_type)} is not valid. {advice}")
    if not isinstance(effects, str):
        raise InvalidRequest('The effects must be one text, for example {"effects": "blur,cyclic"}.')
    if size > settings.max_photo_bytes:
        raise photo_too_large(settings.max_photo_bytes)
    in_body, in_query = without_declared_defaults(values), without_declared_defaults(options)
    if duplicates := in_body.keys() & in_query.keys():
        raise option_given_twice(min(duplicates))
    orders = pipeline.new_orders(view, effects, {**in_body, **in_query})
    if len(format_orders(orders)) > _MAX_METADATA_BYTES:
        raise InvalidRequest(
            "Too many effects and options in one request. Order a pack, or order some of the effects later."
        )
    expires = datetime.now(UTC) + timedelta(seconds=settings.form_lifetime_s)
    return Upload(view, orders, size, media_type, expires)


def _without_zero_fraction(value: object) -> object:
    """Return the integer that a number such as 1797.0 is. Source: JSON Schema Validation, section 6.1.1."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def photo_too_large(max_bytes: int) -> PhotoTooLarge:
    """Return the error for a photo over the limit of all uploads."""
    limit = f"{max_bytes / 1e6:g} MB"
    return PhotoTooLarge(f"This photo is larger than {limit}, the limit. Send a smaller version.")


class FormSigner:
    """Signs forms and verifies them, with a key that lives as long as the process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def write(self, upload: Upload) -> UploadForm:
        """Return the signed form of an upload."""
        policy = {
            "expires": upload.expires.timestamp(),
            "orders": format_orders(upload.orders),
            "size": upload.size_bytes,
            "type": upload.media_type,
        }
        key = str(UploadKey(upload.view))
        encoded = urlsafe_b64encode(json.dumps(policy).encode()).decode()
        fields = {
            "key": key,
            "Content-Type": upload.media_type,
            "policy": encoded,
            "signature": self._signature(key, encoded),
        }
        return UploadForm(f"/v1/{key}", fields)

    def read(self, view: str, fields: Mapping[str, str]) -> Upload:
        """Verify a posted form and return its upload.

        Raises:
            InvalidForm: it has expired, was changed, or comes from another process.
        """
        policy = fields.get("policy", "")
        signature = self._signature(str(UploadKey(view)), policy)
        signature_sent = fields.get("signature", "").encode("utf-8", "replace")
        if not hmac.compare_digest(signature.encode(), signature_sent):
            raise InvalidForm("The form's signature is invalid. Request a new form: POST /v1/uploads.")
        contents = json.loads(urlsafe_b64decode(policy))
        expires = datetime.fromtimestamp(contents["expires"], UTC)
        if expires < datetime.now(UTC):
            raise InvalidForm("The form has expired. Request a new form: POST /v1/uploads.")
        orders = parse_orders(view, contents["orders"])
        return Upload(view, orders, contents["size"], contents["type"], expires)

    def _signature(self, key: str, policy: str) -> str:
        return hmac.digest(self._secret, f"{key}\n{policy}".encode("utf-8", "replace"), "sha256").hex()
