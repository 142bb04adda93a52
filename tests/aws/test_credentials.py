from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from tests.aws.http_servers import NoRequestLog, serving_in_thread

from gifmill.aws.credentials import Credentials, load_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def credentials_server(document: object, token: str) -> Iterator[str]:
    """Serve credentials over HTTP, as Lambda does for functions restored from a snapshot."""

    class Handler(NoRequestLog, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers["Authorization"] == token
            self.send_response(200 if allowed else 403)
            self.end_headers()
            if allowed:
                self.wfile.write(json.dumps(document).encode())

    with serving_in_thread(Handler) as address:
        yield f"{address}/v1/credentials"


def test_credentials_are_read_from_the_environment() -> None:
    environ = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
    assert load_credentials(environ) == Credentials("id", "secret", "token", None)


def test_credentials_are_read_over_http_after_snapstart() -> None:
    served = {
        "AccessKeyId": "id",
        "SecretAccessKey": "secret",  # pragma: allowlist secret
        "Token": "token",
        "Expiration": "2026-11-23T12:00:00Z",
    }
    with credentials_server(served, "pass") as address:
        environ = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": address,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "pass",
        }
        assert load_credentials(environ) == Credentials(
            "id", "secret", "token", datetime(2026, 11, 23, 12, tzinfo=UTC)
        )
