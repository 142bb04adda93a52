"""The local server: crash recovery, shutdown, expiry, health, metrics and the page."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
from PIL import Image
from tests.servers import serving
from websockets.sync.client import connect

from gifmill import open_photo
from gifmill.effects import find_effect
from gifmill.errors import StoreFailed
from gifmill.rendering.options import Options
from gifmill.rendering.renderer import render_options
from gifmill.server import recovery
from gifmill.server.app import _fit_to_machine, create_local_app
from gifmill.settings import Settings
from gifmill.store.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server


def wait_until(condition: object, timeout_s: float = 20) -> None:
    assert callable(condition)
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.05)


def workers_of(server: Server) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children(recursive=True)


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("processors", "workers", "threads"), [(8, 2, 4), (2, 2, 1), (2, 8, 1), (None, 1, 1)]
)
def test_idle_processors_become_decoder_threads(
    processors: int | None, workers: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)

    assert _fit_to_machine(Settings(), 10_000, workers).decoder_threads == threads
    assert _fit_to_machine(Settings(decoder_threads=6), 10_000, workers).decoder_threads == 6


@pytest.mark.slow
def test_every_accepted_order_is_finished_after_a_kill_and_a_restart(
    tmp_path: Path, large_photo: bytes
) -> None:
    with serving(tmp_path, workers=1) as server:
        ordered = [server.order(large_photo) for _ in range(4)]
        server.kill()
    lost = {each.order.view for each in recovery.unfinished(open_store(str(tmp_path)))}
    assert lost <= {document["view"] for document in ordered}
    assert lost, "all GIFs were finished before the kill"
    opened = open_photo(large_photo)
    effect = find_effect("cyclic")
    expected = render_options(opened, effect, Options()).data
    with serving(tmp_path) as server:
        for each in ordered:
            document = server.finished(each["id"])
            assert [gif["state"] for gif in document["gifs"]] == ["ready"] * 3
            assert server.client.get(document["gifs"][2]["url"]).content == expected


@pytest.mark.slow
def test_workers_exit_after_the_server_is_killed(tmp_path: Path, photo: bytes) -> None:
    with serving(tmp_path) as server:
        server.finished(server.order(photo)["id"])
        workers = workers_of(server)
        assert workers
        server.kill()
        wait_until(lambda: not any(worker.is_running() for worker in workers))


@pytest.mark.slow
def test_sigterm_stops_the_server_and_its_workers(tmp_path: Path, large_photo: bytes) -> None:
    with serving(tmp_path) as server:
        photo_id = server.order(large_photo)["id"]
        workers = workers_of(server)
        with connect(f"{server.address.replace('http', 'ws')}v1/live?photo={photo_id}"):
            assert server.stop() == 0
        wait_until(lambda: not any(worker.is_running() for worker in workers))


@pytest.mark.slow
def test_a_render_is_retried_after_its_worker_is_killed(tmp_path: Path, large_photo: bytes) -> None:
    with serving(tmp_path, workers=1) as server:
        photo_id = server.order(large_photo, size=1080)["id"]
        [worker] = workers_of(server)
        worker.kill()
        document = server.finished(photo_id)
        assert [gif["state"] for gif in document["gifs"]] == ["ready"] * 3
        assert server.client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.slow
def test_a_full_queue_gives_503_until_a_gif_is_finished(tmp_path: Path, large_photo: bytes) -> None:
    with serving(tmp_path, workers=1, environ={"GIFMILL_MAX_QUEUE": "3"}) as server:
        photo_id = server.order(large_photo, size=1080)["id"]
        answer = server.client.post("/v1/photos", content=large_photo)
        assert answer.status_code == 503
        assert answer.json()["code"] == "busy"
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert len(server.finished(photo_id)["gifs"]) == 3
        assert server.client.post("/v1/photos", content=large_photo).status_code == 202


@pytest.mark.slow
def test_multipart_uploads_give_503_while_temporary_files_cannot_be_written(tmp_path: Path) -> None:
    temporary, large = tmp_path / "temporary", bytes(2_000_000)  # more than is buffered in memory
    temporary.mkdir()
    with serving(tmp_path / "data", workers=1, environ={"TMPDIR": str(temporary)}) as server:
        assert server.client.post("/v1/photos", files={"photo": large}).json()["code"] == "not_a_photo"
        temporary.rmdir()
        answer = server.client.post("/v1/photos", files={"photo": large})
        assert (answer.status_code, answer.json()["code"]) == (503, "store_failed")
        assert int(answer.headers["Retry-After"]) > 0
        temporary.mkdir()
        assert server.client.post("/v1/photos", files={"photo": large}).json()["code"] == "not_a_photo"


@pytest.mark.slow
def test_all_gifs_of_concurrent_uploads_are_rendered(tmp_path: Path, photo: bytes) -> None:
    with serving(tmp_path) as server, ThreadPoolExecutor(8) as pool:
        documents = list(pool.map(lambda _: server.order(photo), range(24)))
        for document in documents:
            finished = server.finished(document["id"])
            assert [gif["state"] for gif in finished["gifs"]] == ["ready"] * 3


@pytest.mark.slow
def test_expired_files_are_deleted(tmp_path: Path, photo: bytes) -> None:
    environ = {"GIFMILL_PHOTO_LIFETIME_S": "2", "GIFMILL_SWEEP_INTERVAL_S": "1"}
    with serving(tmp_path, environ=environ) as server:
        photo_id = server.order(photo, effects="blur")["id"]
        wait_until(lambda: server.client.get(f"/v1/photos/{photo_id}").status_code == 404)
        wait_until(lambda: not files_below(tmp_path))


@pytest.mark.slow
def test_an_aborted_upload_leaves_no_files(tmp_path: Path, photo: bytes) -> None:
    with serving(tmp_path) as server:
        address = httpx.URL(server.address)
        with socket.create_connection((address.host, address.port or 0)) as half:
            half.sendall(
                b"POST /v1/photos HTTP/1.1\r\nHost: x\r\nContent-Length: 19000000\r\n\r\n" + bytes(8_000_000)
            )
            time.sleep(0.5)
        wait_until(lambda: not files_below(tmp_path))
        server.finished(server.order(photo, effects="blur")["id"])


@pytest.mark.slow
def test_a_rejected_photo_leaves_no_files(tmp_path: Path, photo: bytes) -> None:
    with serving(tmp_path) as server:
        for content in (b"%PDF-1.7", photo[:-500], bytes(25_000_001)):
            assert server.client.post("/v1/photos", content=content).status_code >= 400
        assert files_below(tmp_path) == []


def stalled_upload(server: Server) -> socket.socket:
    """Return a client that has sent a part of a photo and stalls."""
    address = httpx.URL(server.address)
    client = socket.create_connection((address.host, address.port or 0))
    client.sendall(b"POST /v1/photos HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n")
    client.sendall(bytes(12_000_000))  # more than is buffered in memory, so that a part is on disk
    return client


@pytest.mark.slow
def test_a_stalled_upload_gives_408_and_leaves_no_files(tmp_path: Path) -> None:
    environ = {"GIFMILL_UPLOAD_IDLE_S": "1"}
    with serving(tmp_path, environ=environ) as server, stalled_upload(server) as client:
        client.settimeout(20)
        answer = client.makefile("rb").read()  # to the end: the connection is closed
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"too_slow" in answer
        wait_until(lambda: not files_below(tmp_path))


@pytest.mark.slow
def test_shutdown_aborts_slow_uploads(tmp_path: Path) -> None:
    with serving(tmp_path) as server, stalled_upload(server) as client:
        wait_until(lambda: files_below(tmp_path))
        server.process.terminate()
        client.settimeout(20)
        assert client.recv(65_536).startswith(b"HTTP/1.1 503")
        assert server.process.wait(20) == 0


@pytest.mark.slow
def test_shutdown_aborts_a_slow_json_body(tmp_path: Path, photo: bytes) -> None:
    with serving(tmp_path) as server:
        photo_id = server.order(photo, effects="blur")["id"]
        address = httpx.URL(server.address)
        with socket.create_connection((address.host, address.port or 0)) as client:
            path = f"/v1/photos/{photo_id}/gifs".encode()
            client.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 16000\r\n\r\n ")
            time.sleep(0.3)
            server.process.terminate()
            client.settimeout(0.2)
            answer = b""
            while b"HTTP/1.1 503" not in answer:
                client.sendall(b" ")
                with suppress(TimeoutError):
                    answer += client.recv(65_536)
        assert server.process.wait(20) == 0


@pytest.mark.slow
def test_partial_uploads_of_a_killed_server_are_deleted_after_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as server, stalled_upload(server):
        wait_until(lambda: files_below(tmp_path))
        server.kill()
    assert files_below(tmp_path)
    time.sleep(1)
    with serving(tmp_path, environ={"GIFMILL_UPLOAD_LIFETIME_S": "1", "GIFMILL_SWEEP_INTERVAL_S": "1"}):
        wait_until(lambda: not files_below(tmp_path))


@pytest.mark.slow
def test_websockets_are_notified_when_a_photo_expires(tmp_path: Path, photo: bytes) -> None:
    environ = {"GIFMILL_PHOTO_LIFETIME_S": "4", "GIFMILL_SWEEP_INTERVAL_S": "1"}
    with serving(tmp_path, environ=environ) as server:
        photo_id = server.order(photo, effects="blur")["id"]
        with connect(f"{server.address.replace('http', 'ws')}v1/live?photo={photo_id}") as live:
            while "deleted" not in json.loads(live.recv(20)):
                pass


@pytest.mark.slow
def test_unrelated_files_in_the_folder_are_not_deleted(tmp_path: Path, photo: bytes) -> None:
    (tmp_path / "photos/2019-rome").mkdir(parents=True)
    unrelated = tmp_path / "photos/2019-rome/cat.png"
    unrelated.write_bytes(photo)
    os.utime(unrelated, (1, 1))
    with serving(tmp_path, environ={"GIFMILL_SWEEP_INTERVAL_S": "1"}) as server:
        server.finished(server.order(photo, effects="blur")["id"])
        time.sleep(1.5)
        assert unrelated.exists()


@pytest.mark.slow
def test_healthz_gives_503_when_the_store_is_gone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as server:
        shutil.rmtree(data)
        data.write_text("a file where a folder must be")
        answer = server.client.get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (503, "failing")


@pytest.mark.slow
def test_healthz_is_ok(server: Server) -> None:
    assert server.client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.slow
def test_the_metrics_count_photos_and_gifs(tmp_path: Path, photo: bytes) -> None:
    with serving(tmp_path) as server:
        server.finished(server.order(photo)["id"])
        server.client.post("/v1/photos", content=b"%PDF")
        text = server.client.get("/metrics").text
    for line in (
        'gifmill_photos_total{outcome="accepted"} 1.0',
        'gifmill_photos_total{outcome="not_a_photo"} 1.0',
        'gifmill_renders_total{effect="blur",outcome="made"} 1.0',
        "gifmill_queue 0.0",
        "gifmill_sockets 0.0",
    ):
        assert line in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/photos/aaaaaaaaaaaaaaaaaaaaaaaaaa", "DELETE, GET, HEAD, OPTIONS"),
        ("GET", "/v1/photos", "OPTIONS, POST"),
        ("DELETE", "/v1/effects", "GET, HEAD, OPTIONS"),
        ("POST", "/healthz", "GET, HEAD, OPTIONS"),
        ("POST", "/index.html", "GET, HEAD, OPTIONS"),
        ("GET", "/v1/uploads/aaaaaaaaaaaaaaaaaaaaaaaaaa", "OPTIONS, POST"),
    ],
)
def test_405_lists_the_allowed_methods(server: Server, method: str, path: str, allowed: str) -> None:
    answer = server.client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == allowed


@pytest.mark.slow
def test_the_page_is_served(server: Server) -> None:
    answer = server.client.get("/")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "gifmill" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.slow
def test_an_unchanged_page_gives_304(server: Server) -> None:
    etag = server.client.get("/").headers["ETag"]
    again = server.client.get("/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/main.js", "/page.css", "/manifest.webmanifest", "/v1/effects"])
def test_text_is_compressed(server: Server, path: str) -> None:
    plain = server.client.get(path, headers={"Accept-Encoding": "identity"})
    answer = server.client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.content == plain.content
    assert "Content-Encoding" not in plain.headers
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) < len(plain.content) / 2


@pytest.mark.slow
def test_an_unchanged_compressed_file_gives_304(server: Server) -> None:
    headers = {"Accept-Encoding": "gzip"}
    etag = server.client.get("/main.js", headers=headers).headers["ETag"]
    assert server.client.get("/main.js", headers={**headers, "If-None-Match": etag}).status_code == 304


@pytest.mark.slow
def test_images_are_not_compressed_again(server: Server, photo: bytes) -> None:
    gif = server.finished(server.order(photo, effects="blur")["id"])["gifs"][0]["url"]
    for path in ("/samples/chelsea.jpg", "/icon-512.png", gif):
        answer = server.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers


@pytest.mark.slow
def test_the_manifest_has_its_content_type(server: Server) -> None:
    answer = server.client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"


@pytest.mark.slow
def test_a_sideways_photo_is_served_upright(server: Server) -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 30), "teal").save(file, "JPEG", exif=exif)
    document = server.order(file.getvalue(), effects="blur")
    assert document["photo"] == {"width": 30, "height": 60}


def start_error(*arguments: str, code: int = 2) -> str:
    command = [sys.executable, "-m", "gifmill", "serve", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line


@pytest.mark.slow
def test_a_port_in_use_is_rejected_with_advice(server: Server, tmp_path: Path) -> None:
    port = server.address.rstrip("/").rpartition(":")[2]
    error = start_error("--port", port, "--data", str(tmp_path / "data"))
    assert f"127.0.0.1:{port}: The port is in use. Choose another --port" in error
    assert not (tmp_path / "data").exists()


def test_an_unusable_bucket_is_rejected_with_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_store: object) -> None:
        raise StoreFailed("No access.") from PermissionError()

    monkeypatch.setattr("gifmill.server.app.probe", fail)
    with pytest.raises(StoreFailed) as caught:
        create_local_app("s3://none", 1, Settings())

    reason = "s3://none cannot be read or written (PermissionError)."
    assert caught.value.message == f"{reason} Check the bucket's name, region and credentials."


@pytest.mark.slow
@pytest.mark.parametrize("data", ["memory://", "nonsense://x"])
def test_an_unsuitable_store_is_rejected(data: str) -> None:
    error = start_error("--port", "0", "--data", data)
    assert f"{data!r} cannot be used" in error
    assert "s3://bucket" in error


@pytest.mark.slow
def test_a_store_that_cannot_be_written_fails_at_start(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file where a folder must be")
    error = start_error("--port", "0", "--data", str(tmp_path), code=1)
    assert f"{tmp_path} cannot be read or written (" in error
    assert error.endswith("write to this folder and the disk has space.")


@pytest.mark.slow
def test_an_invalid_setting_is_rejected_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIFMILL_MAX_QUEUE", "many")
    assert "GIFMILL_MAX_QUEUE" in start_error("--port", "0", "--data", str(tmp_path))
