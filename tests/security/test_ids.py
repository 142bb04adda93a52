"""Photo ids are capabilities: they cannot be guessed, and are not listed or logged in full."""

from __future__ import annotations

import ast
import hashlib
import inspect
import secrets
from base64 import b32decode, b32encode
from typing import TYPE_CHECKING

import pytest
from tests.security.raw_http import raw_request
from tests.servers import serving

from gifmill.orders import capabilities
from gifmill.orders.capabilities import check_id_or_view, derive_view, is_photo_id, new_photo_id

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server


def test_ids_are_16_random_bytes_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int | None] = []
    random_bytes = bytes(range(16))

    def token_bytes(size: int | None = None) -> bytes:
        sizes.append(size)
        return random_bytes

    monkeypatch.setattr(secrets, "token_bytes", token_bytes)
    photo_id = new_photo_id()
    assert sizes == [16]
    assert photo_id == b32encode(random_bytes).decode().lower().rstrip("=")
    assert check_id_or_view(photo_id) == photo_id


def test_capabilities_import_no_other_source_of_randomness() -> None:
    tree = ast.parse(inspect.getsource(capabilities))
    imported = {alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names}
    imported |= {str(each.module) for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    assert "secrets" in imported
    assert imported.isdisjoint({"random", "uuid", "time", "datetime", "os", "numpy.random"})


def test_a_view_is_the_hash_of_its_id() -> None:
    photo_id = "lht5vcphg2ppiofwu5ab4xqr2a"
    digest = hashlib.sha256(b"gifmill view lht5vcphg2ppiofwu5ab4xqr2a").digest()
    view = derive_view(photo_id)
    assert b32decode(view.upper() + "======")[:16] == digest[:16]
    assert check_id_or_view(view) == view


def test_a_view_does_not_have_the_form_of_an_id() -> None:
    """An id is looked up in names that were written before photos had views, a view never is."""
    ids = [new_photo_id() for _ in range(200)]
    views = [derive_view(photo_id) for photo_id in ids]
    assert all(map(is_photo_id, ids))
    assert not any(map(is_photo_id, views))
    assert {view[-1] for view in views} == set("bfjnrvz5")


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/v1/photos", "/v1/photos/", "/v1/gifs", "/v1/uploads", "/v1/live", "/gifs/", "/photos"]
)
def test_no_path_lists_photos(server: Server, photo: bytes, path: str) -> None:
    document = server.order(photo, effects="blur", size=16)
    answer = raw_request(server, path)
    assert answer.status in (404, 405)
    assert document["id"].encode() not in answer.body
    assert document["view"].encode() not in answer.body


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/healthz", "/metrics", "/v1/effects", "/v1/openapi.json", "/config.json", "/"]
)
def test_server_information_contains_no_photo_ids(server: Server, photo: bytes, path: str) -> None:
    photo_id = server.order(photo, effects="blur", size=16)["id"]
    server.finished(photo_id)
    body = raw_request(server, path).body
    assert photo_id[:10].encode() not in body
    assert derive_view(photo_id)[:10].encode() not in body


@pytest.mark.slow
def test_ids_in_malformed_urls_are_not_logged(tmp_path: Path, photo: bytes) -> None:
    """tests/test_logs.py covers valid URLs."""
    made_up = new_photo_id()
    with (tmp_path / "log").open("w+") as log:
        with serving(tmp_path / "data", log=log) as server:
            photo_id = server.order(photo, effects="blur", size=16)["id"]
            view = derive_view(photo_id)
            for each in (view, photo_id, made_up):
                for target in (
                    f"/gifs%2f{each}",
                    f"/v1/photos/{each}%00",
                    f"/v1/photos/{each}%0a{each}",
                    f"/?photo={each}",
                    f"/{each}",
                    f"/v1/live?photo={each}",
                    f"/v1/photos/x/../{each}",
                    f"/gifs/{each}/\x01",
                ):
                    assert raw_request(server, target).status >= 200
                raw_request(server, f"/v1/photos/{each}", "BREW")
                raw_request(
                    server,
                    f"/v1/photos/{each}",
                    headers=f"Connection: close\r\nReferer: /{each}\r\nX-{each}: 1\r\n",
                )
                server.client.delete(f"/v1/photos/{each}")
        log.seek(0)
        logged = log.read()
    assert "answered" in logged
    assert photo_id not in logged
    assert view not in logged
    assert made_up not in logged
