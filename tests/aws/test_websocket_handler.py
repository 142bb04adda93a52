"""The function behind the WebSocket API's routes: which pages may connect."""

from __future__ import annotations

import pytest
from tests.aws.sqs_records import InvocationContext

from gifmill.aws.websocket_handler import handler

SITE = "https://d1.cloudfront.net"
BLOG = "https://blog.example.com"


@pytest.mark.parametrize(
    ("origin", "configured", "status"),
    [
        (SITE, "", 404),
        (None, "", 404),  # a program
        (BLOG, f"http://localhost:3000,{BLOG}", 404),
        (BLOG, "", 403),
        ("https://evil.example", BLOG, 403),
        ("null", BLOG, 403),
    ],
)
def test_pages_of_the_site_and_of_configured_origins_may_connect(
    monkeypatch: pytest.MonkeyPatch, origin: str | None, configured: str, status: int
) -> None:
    """An invalid id gives 404 after the check of the origin."""
    monkeypatch.setenv("SITE_ORIGIN", SITE)
    monkeypatch.setenv("GIFMILL_CORS_ORIGINS", configured)
    event = {
        "requestContext": {"routeKey": "$connect", "connectionId": "c"},
        "headers": {"Origin": origin} if origin else {},
        "queryStringParameters": {"photo": "x"},
    }
    assert handler(event, InvocationContext()) == {"statusCode": status}
