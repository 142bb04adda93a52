"""Deleted photos leave no files, and expired photos cannot be read."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from tests.http_contract.api_client import post_form, receive_message, request_form
from tests.servers import serving
from websockets.exceptions import ConnectionClosed

from gifmill.orders.capabilities import derive_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server_and_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """Run a server with one worker, so that GIFs are queued; yields it and its folder."""
    folder = tmp_path_factory.mktemp("data")
    with serving(folder, workers=1) as server:
        yield server, folder


def paths_of(folder: Path, photo_id: str) -> list[str]:
    """Return all files and folders with the photo's view in their path."""
    view = derive_view(photo_id)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if view in str(path))


def files_of(folder: Path, photo_id: str) -> list[str]:
    """Return all files of a photo; empty folders may stay for an hour."""
    return [path for path in paths_of(folder, photo_id) if (folder / path).is_file()]


def wait_until(condition: Callable[[], object], timeout_s: float = 30) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.05)


def wait_until_idle(server: Server) -> None:
    """Wait until the queue is empty."""
    wait_until(lambda: "gifmill_queue 0.0" in server.client.get("/metrics").text, 60)


def assert_gone(server: Server, document: Any) -> None:
    """Assert that a photo's status and GIFs are 404."""
    paths = [f"/v1/photos/{document['id']}"]
    paths += [f"/gifs/{document['view']}/{gif['options']}/{gif['effect']}.gif" for gif in document["gifs"]]
    for path in (*paths, *(f"/v1{path}" for path in paths[1:])):
        assert server.client.get(path).status_code == 404


def test_deletion_removes_all_files_at_once(server_and_folder: tuple[Server, Path], photo: bytes) -> None:
    server, folder = server_and_folder
    document = server.finished(server.order(photo, effects="all", size=32)["id"])
    assert len(paths_of(folder, document["id"])) > 15
    (folder / f"gifs/{document['view']}/default").mkdir(exist_ok=True)
    (folder / f"gifs/{document['view']}/size=32/blur.gif#1").write_bytes(b"half a GIF of a killed worker")
    assert server.client.delete(f"/v1/photos/{document['id']}").status_code == 204
    assert_gone(server, document)
    assert files_of(folder, document["id"]) == []


def test_deletion_during_rendering_leaves_no_files(
    server_and_folder: tuple[Server, Path], large_photo: bytes
) -> None:
    server, folder = server_and_folder
    documents = []
    for pause_s in (0, 0.05, 0.2, 0.5, 1):
        document = server.order(large_photo, effects="all", size=200)
        documents.append(document)
        time.sleep(pause_s)
        address = f"/v1/photos/{document['id']}"
        assert server.client.delete(address).status_code == 204
        assert server.client.get(address).status_code == 404
    wait_until_idle(server)  # a worker may write the GIF that it was rendering, and then deletes it
    for document in documents:
        assert_gone(server, document)
        assert files_of(folder, document["id"]) == []


def test_deletion_during_orders_leaves_no_files(server_and_folder: tuple[Server, Path], photo: bytes) -> None:
    server, folder = server_and_folder
    for _ in range(4):
        document = server.order(photo, effects="blur", size=16)
        address = f"/v1/photos/{document['id']}"

        def order(size: int, address: str = address) -> int:
            body = {"effect": "blur", "size": size}
            return server.client.post(f"{address}/gifs", json=body).status_code

        with ThreadPoolExecutor(8) as pool:
            orders = [pool.submit(order, size) for size in range(17, 41)]
            assert server.client.delete(address).status_code == 204
            assert {each.result() for each in orders} <= {202, 404}
        wait_until_idle(server)
        assert_gone(server, document)
        assert files_of(folder, document["id"]) == []


def test_deletion_of_a_form_upload_leaves_no_files(
    server_and_folder: tuple[Server, Path], photo: bytes
) -> None:
    server, folder = server_and_folder
    upload_form = request_form(server, photo, effects="blur,cyclic")
    assert post_form(server, upload_form, photo).status_code == 204
    document = server.finished(upload_form["id"])
    assert server.client.delete(f"/v1/photos/{upload_form['id']}").status_code == 204
    assert_gone(server, document)
    assert files_of(folder, upload_form["id"]) == []


def test_deletion_during_a_form_upload_leaves_all_or_nothing(
    server_and_folder: tuple[Server, Path], photo: bytes
) -> None:
    server, folder = server_and_folder
    for pause_s in (0, 0.01, 0.02, 0.04, 0.08):
        upload_form = request_form(server, photo, effects="blur,cyclic,spin")
        address = f"/v1/photos/{upload_form['id']}"
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(post_form, server, upload_form, photo)
            time.sleep(pause_s)
            deleted = server.client.delete(address).status_code
            accepted = sent.result().status_code
        wait_until_idle(server)
        if (deleted, accepted) == (404, 204):  # the upload came after the deletion
            assert len(server.finished(upload_form["id"])["gifs"]) == 3
        else:
            assert (deleted, accepted) in {(204, 204), (204, 404), (204, 503), (404, 503)}
            assert server.client.get(address).status_code == 404
            assert files_of(folder, upload_form["id"]) == []


def test_websockets_are_notified_of_deletion_and_closed(
    server_and_folder: tuple[Server, Path], photo: bytes
) -> None:
    server, _ = server_and_folder
    photo_id = server.order(photo, effects="blur", size=16)["id"]
    with server.live(photo_id) as one, server.live(photo_id) as other:
        for live in (one, other):
            receive_message(live)
        server.client.delete(f"/v1/photos/{photo_id}")
        for live in (one, other):
            assert json.loads(list(live)[-1]) == {
                "view": derive_view(photo_id),
                "deleted": True,
            }  # until it is closed


def test_an_operator_deletes_a_photo_by_the_folders_of_its_view(
    server_and_folder: tuple[Server, Path], photo: bytes
) -> None:
    server, folder = server_and_folder
    document = server.finished(server.order(photo, effects="blur,cyclic", size=16)["id"])
    for room in ("photos", "gifs"):
        shutil.rmtree(folder / room / document["view"])
    assert_gone(server, document)
    wait_until_idle(server)
    assert paths_of(folder, document["id"]) == []


def test_deletion_does_not_affect_other_photos(server_and_folder: tuple[Server, Path], photo: bytes) -> None:
    server, folder = server_and_folder
    other, deleted = (server.finished(server.order(photo, effects="blur", size=16)["id"]) for _ in range(2))
    before = paths_of(folder, other["id"])
    server.client.delete(f"/v1/photos/{deleted['id']}")
    assert paths_of(folder, other["id"]) == before
    assert server.client.get(other["gifs"][0]["url"]).status_code == 200


@pytest.mark.parametrize("made_up", ["bqfjt5xmszodl4qupy4tklof5a", "*", "x", "%2e%2e"])
def test_deletion_with_a_guessed_id_gives_404(
    server_and_folder: tuple[Server, Path], photo: bytes, made_up: str
) -> None:
    server, folder = server_and_folder
    photo_id = server.order(photo, effects="blur", size=16)["id"]
    assert server.client.delete(f"/v1/photos/{made_up}").status_code == 404
    assert server.finished(photo_id)["gifs"][0]["state"] == "ready"
    assert paths_of(folder, photo_id)


def test_expired_photos_give_404_before_and_after_the_sweep(tmp_path: Path, photo: bytes) -> None:
    environ = {"GIFMILL_PHOTO_LIFETIME_S": "3", "GIFMILL_SWEEP_INTERVAL_S": "6"}
    with serving(tmp_path, environ=environ) as server:
        photo_id = server.order(photo, effects="blur", size=16)["id"]
        address = f"/v1/photos/{photo_id}"
        wait_until(lambda: server.client.get(address).status_code == 404)
        before = {path: (tmp_path / path).stat().st_mtime_ns for path in paths_of(tmp_path, photo_id)}
        for body in ({"effect": "blur", "size": 16}, {"effect": "cyclic"}):
            answer = server.client.post(f"{address}/gifs", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        with server.live(photo_id) as live, pytest.raises(ConnectionClosed) as closed:
            live.recv(10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4404
        if before:  # the sweep has not run yet
            now = {
                path: (tmp_path / path).stat().st_mtime_ns for path in before if (tmp_path / path).exists()
            }
            assert now.items() <= before.items()
        wait_until(lambda: [path for path in tmp_path.rglob("*") if path.is_file()] == [])


def test_further_orders_do_not_extend_the_lifetime(tmp_path: Path, photo: bytes) -> None:
    environ = {"GIFMILL_PHOTO_LIFETIME_S": "6", "GIFMILL_SWEEP_INTERVAL_S": "1"}
    with serving(tmp_path, environ=environ) as server:
        document = server.order(photo, effects="blur", size=16)
        address = f"/v1/photos/{document['id']}"
        end = time.monotonic() + 30
        size = 17
        while (
            answer := server.client.post(f"{address}/gifs", json={"effect": "blur", "size": size})
        ).is_success:
            assert answer.json()["expires"] == document["expires"]
            assert time.monotonic() < end, "the photo does not expire"
            size = 17 + (size - 16) % 8
            time.sleep(0.3)
        assert answer.status_code == 404
        wait_until(lambda: [path for path in tmp_path.rglob("*") if path.is_file()] == [])
