from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gifmill.web.security_headers import SECURITY_HEADERS

if TYPE_CHECKING:
    from tests.servers import Server

POLICY = "Content-Security-Policy"


@pytest.mark.parametrize("destination", ["document", "iframe", "object", "serviceworker", "worker", "other"])
@pytest.mark.parametrize("path", ["/", "/sw.js", "/icon.svg", "/v1/effects", "/nowhere"])
def test_documents_and_workers_have_every_header(server: Server, path: str, destination: str) -> None:
    received = server.client.get(path, headers={"Sec-Fetch-Dest": destination}).headers
    assert {name: received.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_a_request_without_a_destination_gets_every_header(server: Server) -> None:
    received = server.client.get("/main.js").headers
    assert {name: received.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.parametrize("destination", ["script", "style", "image", "manifest", "empty"])
def test_subresources_have_no_policy_of_their_own(server: Server, destination: str) -> None:
    received = server.client.get("/main.js", headers={"Sec-Fetch-Dest": destination}).headers
    assert POLICY not in received
    assert received["X-Content-Type-Options"] == "nosniff"
    assert received["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("destination", ["script", "style", "image", "manifest", "empty"])
def test_the_page_has_every_header_for_any_destination(server: Server, destination: str) -> None:
    """The service worker fetches the page as "empty" and shows it offline as a document."""
    received = server.client.get("/", headers={"Sec-Fetch-Dest": destination}).headers
    assert {name: received.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
