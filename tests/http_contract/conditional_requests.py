"""The contract of conditional requests and ranges of GIFs, and of OPTIONS. Source: RFC 9110."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.http_contract.api_client import UNKNOWN_ID, read_problem

if TYPE_CHECKING:
    import httpx
    from tests.servers import Service

PREFIXES = pytest.mark.parametrize("prefix", ["", "/v1"])


def gif_address(service: Service, photo: bytes) -> str:
    """Return the address of a finished GIF."""
    [gif] = service.finished(service.order(photo, effects="blur")["id"])["gifs"]
    return str(gif["url"])


def get(service: Service, path: str, **headers: str) -> httpx.Response:
    """Send a GET request with headers such as `if_none_match`."""
    return service.client.get(path, headers={name.replace("_", "-"): each for name, each in headers.items()})


@PREFIXES
def test_a_client_that_has_the_gif_gets_304(service: Service, photo: bytes, prefix: str) -> None:
    path = prefix + gif_address(service, photo)
    whole = service.client.get(path)
    etag = whole.headers["ETag"]
    assert etag.startswith('"')
    for condition in (etag, f"W/{etag}", f'"other", {etag}'):
        unchanged = get(service, path, if_none_match=condition)
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["ETag"] == etag
        assert "immutable" in unchanged.headers["Cache-Control"]
    changed = get(service, path, if_none_match='"other"')
    assert (changed.status_code, changed.content) == (200, whole.content)


@PREFIXES
@pytest.mark.parametrize(
    ("requested", "expected"),
    [("bytes=0-9", slice(0, 10)), ("bytes=100-", slice(100, None)), ("bytes=-7", slice(-7, None))],
)
def test_a_range_of_a_gif_is_served(
    service: Service, photo: bytes, prefix: str, requested: str, expected: slice
) -> None:
    path = prefix + gif_address(service, photo)
    whole = service.client.get(path)
    part = get(service, path, range=requested)
    assert (part.status_code, part.content) == (206, whole.content[expected])
    first, end, _ = expected.indices(len(whole.content))
    assert part.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(whole.content)}"
    assert part.headers["Content-Type"] == "image/gif"
    assert part.headers["ETag"] == whole.headers["ETag"]
    assert "immutable" in part.headers["Cache-Control"]


@PREFIXES
def test_a_gif_accepts_ranges(service: Service, photo: bytes, prefix: str) -> None:
    response = service.client.get(prefix + gif_address(service, photo))
    assert response.headers["Accept-Ranges"] == "bytes"


@PREFIXES
def test_the_head_of_a_gif_has_its_size_and_etag(service: Service, photo: bytes, prefix: str) -> None:
    path = prefix + gif_address(service, photo)
    whole, head = service.client.get(path), service.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Content-Type"):
        assert head.headers[name] == whole.headers[name]


def test_a_range_beyond_the_end_is_rejected(service: Service, photo: bytes) -> None:
    path = "/v1" + gif_address(service, photo)
    size = len(service.client.get(path).content)
    response = get(service, path, range=f"bytes={size}-")
    document = read_problem(response)
    assert (document["status"], document["code"]) == (416, "range_not_satisfiable")
    assert response.headers["Content-Range"] == f"bytes */{size}"


def test_a_missing_gif_has_no_head(service: Service) -> None:
    response = service.client.head(f"/v1/gifs/{UNKNOWN_ID}/default/blur.gif")
    assert (response.status_code, response.content) == (404, b"")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/photos", "OPTIONS, POST"),
        ("/v1/gifs", "OPTIONS, POST"),
        ("/v1/uploads", "OPTIONS, POST"),
        (f"/v1/photos/{UNKNOWN_ID}", "DELETE, GET, HEAD, OPTIONS"),
        (f"/v1/photos/{UNKNOWN_ID}/gifs", "OPTIONS, POST"),
        ("/v1/effects", "GET, HEAD, OPTIONS"),
        ("/v1/openapi.json", "GET, HEAD, OPTIONS"),
        (f"/v1/gifs/{UNKNOWN_ID}/default/blur.gif", "GET, HEAD, OPTIONS"),
        (f"/gifs/{UNKNOWN_ID}/default/blur.gif", "GET, HEAD, OPTIONS"),
        ("/", "GET, HEAD, OPTIONS"),
        ("/main.js", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_and_errors_list_the_methods_of_a_path(service: Service, path: str, allowed: str) -> None:
    response = service.client.options(path)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Allow"] == allowed
    refused = service.client.request("PATCH", path)
    assert read_problem(refused)["code"] == "method_not_allowed"
    assert (refused.status_code, refused.headers["Allow"]) == (405, allowed)
