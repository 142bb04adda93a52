"""What is deleted is gone, and what has expired is as good as gone: not only from the status."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from tests.http_contract import fill, form, receive_message
from tests.servers import serving
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server with one worker, so that work waits, and its folder."""
    folder = tmp_path_factory.mktemp("data")
    with serving(folder, workers=1) as server:
        yield server, folder


def left_of(folder: Path, photo_id: str) -> list[str]:
    """Every file or folder that has the photo's id anywhere in its path."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if photo_id in str(path))


def files_of(folder: Path, photo_id: str) -> list[str]:
    """Every file of a photo; folders of orders that were never written may stay for an hour."""
    return [path for path in left_of(folder, photo_id) if (folder / path).is_file()]


def wait_until(condition: Callable[[], object], timeout_s: float = 30) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def settled(server: Server) -> None:
    """Wait until nothing is being made any more."""
    wait_until(lambda: "gifmill_queue 0.0" in server.client.get("/metrics").text, 60)


def gone(server: Server, document: Any) -> None:
    """Nothing of a photo can be reached."""
    paths = [f"/v1/photos/{document['id']}"]
    paths += [f"/gifs/{document['id']}/{gif['options']}/{gif['effect']}.gif" for gif in document["gifs"]]
    for path in (*paths, *(f"/v1{path}" for path in paths[1:])):
        assert server.client.get(path).status_code == 404


def test_deletion_removes_all_files_at_once(place: tuple[Server, Path], photo: bytes) -> None:
    server, folder = place
    document = server.finished(server.order(photo, effects="all", size=32)["id"])
    assert len(left_of(folder, document["id"])) > 15
    (folder / f"gifs/{document['id']}/default").mkdir(exist_ok=True)
    (folder / f"gifs/{document['id']}/size=32/blur.gif#1").write_bytes(b"half a GIF of a killed worker")
    assert server.client.delete(f"/v1/photos/{document['id']}").status_code == 204
    gone(server, document)
    assert files_of(folder, document["id"]) == []


def test_deletion_during_rendering_leaves_no_files(place: tuple[Server, Path], large_photo: bytes) -> None:
    server, folder = place
    ids = []
    for pause_s in (0, 0.05, 0.2, 0.5, 1):
        document = server.order(large_photo, effects="all", size=200)
        ids.append(document["id"])
        time.sleep(pause_s)
        assert server.client.delete(f"/v1/photos/{document['id']}").status_code == 204
        gone(server, document)
    settled(server)
    assert [path for each in ids for path in files_of(folder, each)] == []


def test_deletion_during_orders_leaves_no_files(place: tuple[Server, Path], photo: bytes) -> None:
    server, folder = place
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
        settled(server)
        gone(server, document)
        assert files_of(folder, document["id"]) == []


def test_deletion_of_a_form_upload_leaves_no_files(place: tuple[Server, Path], photo: bytes) -> None:
    server, folder = place
    handed_out = form(server, photo, effects="blur,cyclic")
    assert fill(server, handed_out, photo).status_code == 204
    document = server.finished(handed_out["id"])
    assert server.client.delete(f"/v1/photos/{handed_out['id']}").status_code == 204
    gone(server, document)
    assert files_of(folder, handed_out["id"]) == []


def test_deletion_during_a_form_upload_leaves_all_or_nothing(
    place: tuple[Server, Path], photo: bytes
) -> None:
    server, folder = place
    for pause_s in (0, 0.01, 0.02, 0.04, 0.08):
        handed_out = form(server, photo, effects="blur,cyclic,spin")
        address = f"/v1/photos/{handed_out['id']}"
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(fill, server, handed_out, photo)
            time.sleep(pause_s)
            deleted = server.client.delete(address).status_code
            accepted = sent.result().status_code
        settled(server)
        if (deleted, accepted) == (404, 204):  # it had not come yet
            assert len(server.finished(handed_out["id"])["gifs"]) == 3
        else:
            assert (deleted, accepted) in {(204, 204), (204, 404), (204, 503), (404, 503)}
            assert server.client.get(address).status_code == 404
            assert files_of(folder, handed_out["id"]) == []


def test_websockets_are_notified_of_deletion_and_closed(place: tuple[Server, Path], photo: bytes) -> None:
    server, _ = place
    photo_id = server.order(photo, effects="blur", size=16)["id"]
    with server.live(photo_id) as one, server.live(photo_id) as other:
        for live in (one, other):
            receive_message(live)
        server.client.delete(f"/v1/photos/{photo_id}")
        for live in (one, other):
            assert json.loads(list(live)[-1]) == {"id": photo_id, "deleted": True}  # to the end


def test_deletion_does_not_affect_other_photos(place: tuple[Server, Path], photo: bytes) -> None:
    server, folder = place
    kept, deleted = (server.finished(server.order(photo, effects="blur", size=16)["id"]) for _ in range(2))
    before = left_of(folder, kept["id"])
    server.client.delete(f"/v1/photos/{deleted['id']}")
    assert left_of(folder, kept["id"]) == before
    assert server.client.get(kept["gifs"][0]["url"]).status_code == 200


@pytest.mark.parametrize("made_up", ["bqfjt5xmszodl4qupy4tklof5a", "*", "x", "%2e%2e"])
def test_deletion_with_a_guessed_id_is_404(place: tuple[Server, Path], photo: bytes, made_up: str) -> None:
    server, folder = place
    photo_id = server.order(photo, effects="blur", size=16)["id"]
    assert server.client.delete(f"/v1/photos/{made_up}").status_code == 404
    assert server.finished(photo_id)["gifs"][0]["state"] == "ready"
    assert left_of(folder, photo_id)


def test_expired_photos_are_404_before_and_after_the_sweep(tmp_path: Path, photo: bytes) -> None:
    environ = {"GIFMILL_PHOTO_LIFETIME_S": "3", "GIFMILL_SWEEP_INTERVAL_S": "6"}
    with serving(tmp_path, environ=environ) as server:
        photo_id = server.order(photo, effects="blur", size=16)["id"]
        address = f"/v1/photos/{photo_id}"
        wait_until(lambda: server.client.get(address).status_code == 404)
        before = {path: (tmp_path / path).stat().st_mtime_ns for path in left_of(tmp_path, photo_id)}
        for body in ({"effect": "blur", "size": 16}, {"effect": "cyclic"}):
            answer = server.client.post(f"{address}/gifs", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        with server.live(photo_id) as live, pytest.raises(ConnectionClosed) as closed:
            live.recv(10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4404
        if before:  # it has not been swept meanwhile
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
            assert time.monotonic() < end, "it lives for ever"
            size = 17 + (size - 16) % 8
            time.sleep(0.3)
        assert answer.status_code == 404
        wait_until(lambda: [path for path in tmp_path.rglob("*") if path.is_file()] == [])
