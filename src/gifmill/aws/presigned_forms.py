"""Presigned POST forms of S3, signed here: importing boto3 would take longer than the whole call."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gifmill.orders import ORDERS_METADATA, UploadForm, UploadKey, format_orders

if TYPE_CHECKING:
    from gifmill.aws.credentials import Credentials
    from gifmill.orders import Upload

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class PresignedForms:
    """Signs forms for one bucket.

    Attributes:
        bucket: name of the bucket.
        url: address that accepts its forms.
        region: region of the bucket.
    """

    bucket: str
    url: str
    region: str

    def write(self, upload: Upload, credentials: Credentials, now: datetime | None = None) -> UploadForm:
        """Return a form for exactly this upload, until it expires.

        Source: Amazon S3 API reference, "Browser-based uploads using POST" (Signature Version 4).
        """
        now = now or datetime.now(UTC)
        day = f"{now:%Y%m%d}"
        fields = {
            "key": str(UploadKey(upload.view)),
            "Content-Type": upload.media_type,
            f"x-amz-meta-{ORDERS_METADATA}": format_orders(upload.orders),
            "x-amz-algorithm": _ALGORITHM,
            "x-amz-credential": f"{credentials.access_key_id}/{day}/{self.region}/s3/aws4_request",
            "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
        }
        if credentials.session_token:
            fields["x-amz-security-token"] = credentials.session_token
        policy = {
            "expiration": f"{upload.expires:%Y-%m-%dT%H:%M:%SZ}",
            "conditions": [
                {"bucket": self.bucket},
                ["content-length-range", upload.size_bytes, upload.size_bytes],
                *({name: value} for name, value in fields.items()),
            ],
        }
        encoded = b64encode(json.dumps(policy).encode()).decode()
        signature = self.sign(encoded, credentials, now)
        return UploadForm(self.url, {**fields, "policy": encoded, "x-amz-signature": signature})

    def sign(self, policy: str, credentials: Credentials, now: datetime) -> str:
        """Return the signature of a base64-encoded policy.

        Source: Amazon S3 API reference, "Authenticating requests in browser-based uploads using POST".
        """
        key = f"AWS4{credentials.secret_access_key}".encode()
        for part in (f"{now:%Y%m%d}", self.region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.digest(key, policy.encode(), "sha256").hex()
