from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from gifmill.aws.credentials import Credentials, load_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def credentials_server(document: object, token: str) -> Iterator[str]:
    """Serve credentials over HTTP, as Lambda does for functions restored from a snapshot."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers["Authorization"] == token
            self.send_response(200 if allowed else 403)
            self.end_headers()
            if allowed:
                self.wfile.write(json.dumps(document).encode())

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/credentials"
        server.shutdown()


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
