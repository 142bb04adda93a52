"""The function's credentials, without boto3, whose import takes longer than most requests."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from obstore.store import S3Credential

_TIMEOUT_S = 2


@dataclass(frozen=True, slots=True)
class Credentials:
    """Credentials for signing requests.

    Attributes:
        expires: when they expire; None if they outlive the process.
    """

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires: datetime | None


def load_credentials(environ: Mapping[str, str] = os.environ) -> Credentials:
    """Return the credentials in the environment or, after SnapStart, those that Lambda serves over HTTP.

    Source: AWS SDKs and Tools reference guide, container credential provider.
    """
    if "AWS_ACCESS_KEY_ID" in environ:
        return Credentials(
            environ["AWS_ACCESS_KEY_ID"],
            environ["AWS_SECRET_ACCESS_KEY"],
            environ.get("AWS_SESSION_TOKEN", ""),
            None,
        )
    import urllib.request  # it brings HTTP and TLS, which obstore has in Rust

    request = urllib.request.Request(  # noqa: S310, Lambda's own address
        environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
        headers={"Authorization": environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]},
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
        served = json.load(answer)
    return Credentials(
        served["AccessKeyId"],
        served["SecretAccessKey"],
        served["Token"],
        datetime.fromisoformat(served["Expiration"]),
    )


def load_obstore_credentials() -> S3Credential:
    """Return the credentials for obstore, which calls this again before they expire."""
    known = load_credentials()
    return {
        "access_key_id": known.access_key_id,
        "secret_access_key": known.secret_access_key,
        "token": known.session_token or None,
        "expires_at": known.expires,
    }
