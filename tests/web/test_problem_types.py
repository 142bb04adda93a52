"""The `type` of every problem document has one form, whatever part of the service sends it."""

from __future__ import annotations

import json
import socket
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.http_contract.api_client import UNKNOWN_ID
from tests.security.raw_http import raw_request
from tests.servers import serving

from gifmill.errors import GifmillError, all_errors
from gifmill.web.problems import error_response
from infra import problem_documents
from infra.publish_site import site_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server

OF_INFRA = [each for each in vars(problem_documents).values() if isinstance(each, GifmillError)]


def assert_type(document: dict[str, Any]) -> None:
    """Assert the members that every problem document has, and that its type is made of its code."""
    assert {"type", "title", "detail", "code", "status"} <= document.keys()
    assert document["type"] == f"urn:gifmill:problem:{document['code']}"


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.code)
def test_every_error_has_a_type_made_of_its_code(kind: type[GifmillError]) -> None:
    document = json.loads(bytes(error_response(kind("A message."), None).body))
    assert document["code"] == kind.code
    assert_type(document)


@pytest.mark.parametrize(
    ("method", "path", "headers", "code"),
    [
        ("PUT", "/v1/effects", {}, "method_not_allowed"),
        ("POST", "/main.js", {}, "method_not_allowed"),
        ("GET", "{gif}", {"Range": "bytes=99999999-"}, "range_not_satisfiable"),
        ("GET", "/v1/nothing", {}, "not_found"),
        ("GET", "/nothing.js", {}, "not_found"),
        ("GET", "/v1//x", {}, "not_found"),
        ("GET", "/v1/photos/x", {}, "invalid_key"),
        ("POST", "/v1/photos", {"Sec-Fetch-Site": "cross-site"}, "cross_site"),
        ("POST", f"/v1/uploads/{UNKNOWN_ID}", {}, "invalid_request"),
    ],
)
def test_errors_of_the_router_and_of_middleware_have_it(
    server: Server, photo: bytes, method: str, path: str, headers: dict[str, str], code: str
) -> None:
    if path == "{gif}":
        path = server.finished(server.order(photo, effects="blur")["id"])["gifs"][0]["url"]
    document = server.client.request(method, path, headers=headers).json()
    assert document["code"] == code
    assert_type(document)


@pytest.mark.parametrize(("target", "headers"), [("/a b", ""), ("/", "broken\r\n")])
def test_errors_of_malformed_requests_have_it(server: Server, target: str, headers: str) -> None:
    answer = raw_request(server, target, headers=f"Connection: close\r\n{headers}")
    assert answer.status == 400
    assert_type(json.loads(answer.body))


def test_rejected_connections_have_it(tmp_path: Path) -> None:
    environ = {"GIFMILL_CLIENT_CONNECTIONS": "1"}
    with serving(tmp_path, workers=1, environ=environ) as server:
        server.client.get("/v1/effects")  # its connection stays open
        address = httpx.URL(server.address)
        with socket.create_connection((address.host, address.port or 0), timeout=60) as client:
            answer = client.makefile("rb").read()  # it is rejected before it sends anything
    assert answer.startswith(b"HTTP/1.1 429 ")
    assert_type(json.loads(answer.partition(b"\r\n\r\n")[2]))


def test_problems_of_failed_gifs_have_it(server: Server, photo: bytes) -> None:
    [gif] = server.finished(server.order(photo, effects="blur", max_bytes=100)["id"])["gifs"]
    assert gif["problem"]["type"] == "urn:gifmill:problem:cannot_fit"


@pytest.mark.parametrize("error", OF_INFRA, ids=lambda error: error.code)
def test_documents_of_the_gateway_and_the_web_acl_have_it(error: GifmillError) -> None:
    assert_type(json.loads(problem_documents.document(error, HTTPStatus.BAD_REQUEST)))


def test_documents_of_the_distribution_have_it() -> None:
    [missing] = [file for file in site_files("wss://x") if file.name == "not-found.json"]
    assert_type(json.loads(missing.body))
    assert_type(json.loads(problem_documents.OUT_OF_RANGE))
