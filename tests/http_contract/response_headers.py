"""The contract of response headers: security headers on every response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.servers import Service


@pytest.mark.parametrize("path", ["/", "/v1/effects", "/v1/nothing", "/main.js"])
def test_every_response_has_the_security_headers(service: Service, path: str) -> None:
    headers = service.client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    for directive in ("manifest-src 'self'", "worker-src 'self'"):  # the page as an app that works offline
        assert directive in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
