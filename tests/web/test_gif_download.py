from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from gifmill.web.gif_download import is_unchanged, requested_range

if TYPE_CHECKING:
    from tests.servers import Server

ETAG = '"2a-b"'


@pytest.mark.parametrize(
    ("condition", "unchanged"),
    [
        (ETAG, True),
        (f"W/{ETAG}", True),
        (f'"x", {ETAG}', True),
        ('"a,b", W/' + ETAG, True),
        ("*", True),
        ('"x"', False),
        ("2a-b", False),
        ("", False),
    ],
)
def test_if_none_match_is_compared_weakly(condition: str, unchanged: bool) -> None:
    assert is_unchanged(Headers({"If-None-Match": condition}), ETAG) is unchanged


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=2-5", (2, 6)),
        ("BYTES=2-5", (2, 6)),
        ("bytes=2-500", (2, 10)),
        ("bytes=9-", (9, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-300", (0, 10)),
        ("bytes=5-2", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("bytes=0-1,3-4", None),
        ("pixels=0-1", None),
        ("bytes=0-1" + "0" * 30, None),
        ("bytes=\u0662-5", None),
    ],
)
def test_one_valid_range_is_read_and_others_are_ignored(value: str, part: tuple[int, int] | None) -> None:
    assert requested_range(Headers(raw=[(b"range", value.encode())]), ETAG, 10) == part


def test_two_headers_are_two_ranges_and_ignored() -> None:
    raw = [(b"range", b"bytes=0-1"), (b"range", b"bytes=4-5")]
    assert requested_range(Headers(raw=raw), ETAG, 10) is None


@pytest.mark.parametrize("value", ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999-"])
def test_a_range_without_any_byte_is_rejected(value: str) -> None:
    with pytest.raises(HTTPException) as caught:
        requested_range(Headers({"Range": value}), ETAG, 10)
    assert caught.value.status_code == 416
    assert (caught.value.headers or {})["Content-Range"] == "bytes */10"


@pytest.mark.parametrize(
    ("condition", "part"),
    [(ETAG, (2, 6)), ('"x"', None), (f"W/{ETAG}", None), ("Sat, 28 Nov 2026 00:00:00 GMT", None)],
)
def test_if_range_is_compared_strongly(condition: str, part: tuple[int, int] | None) -> None:
    assert requested_range(Headers({"Range": "bytes=2-5", "If-Range": condition}), ETAG, 10) == part


@given(st.text(st.sampled_from("bytes=-,0123456789 \t"), max_size=20), st.integers(1, 1000))
def test_any_range_is_within_the_file_or_rejected(value: str, size_bytes: int) -> None:
    try:
        part = requested_range(Headers({"Range": f"bytes={value}"}), ETAG, size_bytes)
    except HTTPException:
        return
    assert part is None or 0 <= part[0] < part[1] <= size_bytes


def test_several_ranges_and_a_changed_gif_get_the_whole_gif(server: Server, photo: bytes) -> None:
    [gif] = server.finished(server.order(photo, effects="blur")["id"])["gifs"]
    for headers in ({"Range": "bytes=0-1,4-5"}, {"Range": "bytes=0-1", "If-Range": '"old"'}):
        response = server.client.get(gif["url"], headers=headers)
        assert (response.status_code, len(response.content)) == (200, gif["bytes"])


def test_a_range_of_a_head_is_ignored(server: Server, photo: bytes) -> None:
    [gif] = server.finished(server.order(photo, effects="blur")["id"])["gifs"]
    response = server.client.head(gif["url"], headers={"Range": "bytes=0-1"})
    assert (response.status_code, response.headers["Content-Length"]) == (200, str(gif["bytes"]))
