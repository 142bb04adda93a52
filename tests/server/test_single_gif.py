"""`POST /v1/gifs` on a real server: curl's one line, and waits that end early or hold nothing."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from PIL import Image
from tests.http_contract.api_client import UNKNOWN_ID
from tests.requirement_checks import skip_or_fail
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from tests.servers import Server

GUIDE = (Path(__file__).parents[2] / "docs/guides/http-api.md").read_text()

_SLOW = {"effect": "droste", "size": "1080", "preset": "crisp", "duration": "10"}
"""Options of a GIF that takes seconds: a test can intervene."""


def wait_until(condition: Callable[[], object], timeout_s: float = 60) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.05)


def metric(server: Server, name: str) -> float:
    """Return the value of a metric without labels."""
    lines = server.client.get("/metrics").text.splitlines()
    [value] = [line.split()[1] for line in lines if line.startswith(f"{name} ")]
    return float(value)


def log_entries(log: IO[str], route: str) -> list[dict[str, Any]]:
    """Return the log's entries about requests to a route."""
    log.seek(0)
    entries = [json.loads(line) for line in log.read().splitlines() if line.startswith("{")]
    return [entry for entry in entries if entry.get("route") == route]


def run_curl(folder: Path, *arguments: str) -> None:
    """Run curl without the user's configuration."""
    if not shutil.which("curl"):
        skip_or_fail("curl is missing: apt-get install curl, or brew install curl")
    command = ["curl", "--disable", "--silent", "--show-error", *arguments]
    subprocess.run(command, cwd=folder, check=True, timeout=120)


@pytest.mark.parametrize(("query", "format_"), [("effect=spin", "GIF"), ("effect=spin&format=webp", "WEBP")])
def test_one_line_of_curl_makes_a_gif_of_a_photo(
    server: Server, cat: str, tmp_path: Path, query: str, format_: str
) -> None:
    run_curl(tmp_path, "-L", "-F", f"photo=@{cat}", f"{server.address}v1/gifs?{query}", "-o", "cat.gif")
    with Image.open(tmp_path / "cat.gif") as image:
        assert (image.format, image.size) == (format_, (120, 80))
        assert image.n_frames > 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["sh", "python"])
def test_the_first_examples_of_the_guide_work(
    server: Server, cat: str, tmp_path: Path, language: str
) -> None:
    example = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert example
    code = example[1].replace("http://127.0.0.1:8000/", server.address)
    assert cat == str(tmp_path / "cat.jpg")
    if language == "sh":
        curl, *arguments = shlex.split(code)
        assert curl == "curl"
        run_curl(tmp_path, *arguments)
    else:
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, timeout=120)
    with Image.open(tmp_path / "cat.gif") as image:
        assert (image.format, image.n_frames > 1) == ("GIF", True)  # type: ignore[attr-defined]


def test_one_line_of_curl_reports_a_failed_gif_with_its_exit_code(
    server: Server, cat: str, tmp_path: Path
) -> None:
    url = f"{server.address}v1/gifs?effect=blur&max_bytes=100"
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run_curl(tmp_path, "-L", "--fail-with-body", "-F", f"photo=@{cat}", url, "-o", "problem.json")
    assert failed.value.returncode == 22  # an error status
    assert json.loads((tmp_path / "problem.json").read_text())["code"] == "cannot_fit"


def test_the_one_line_works_behind_a_reverse_proxy_with_a_path(server: Server, photo: bytes) -> None:
    response = server.client.post("/v1/gifs?effect=blur", content=photo)
    assert response.status_code == 303
    address = response.url.copy_with(path="/cats/v1/gifs").join(response.headers["Location"])
    assert address.path.startswith("/cats/v1/gifs/")
    status = response.url.copy_with(path="/cats/v1/gifs").join(response.links["status"]["url"])
    assert status.path == f"/cats/v1/photos/{response.json()['id']}"


@pytest.mark.slow
def test_a_wait_holds_no_slot_and_ends_with_its_client_or_the_server(
    tmp_path: Path, large_photo: bytes
) -> None:
    limits = {"GIFMILL_CLIENT_UPLOADS": "1", "GIFMILL_GIF_WAIT_S": "3600"}
    with (
        tempfile.TemporaryFile("w+") as log,
        serving(tmp_path, workers=1, environ=limits, log=log) as server,
        ThreadPoolExecutor(1) as pool,
    ):
        connection = _post(server, large_photo)
        with connection, _stopped_worker(server):
            # With the client's one slot the wait would make this 429.
            assert server.client.delete(f"/v1/photos/{UNKNOWN_ID}").status_code == 404
            connection.close()
            wait_until(lambda: [entry["status"] for entry in log_entries(log, "/v1/gifs")] == [499])
        wait_until(lambda: metric(server, "gifmill_queue") == 0)

        waiting = pool.submit(server.client.post, "/v1/gifs", params=_SLOW, content=large_photo)
        with _stopped_worker(server):
            server.process.terminate()
            answer = waiting.result(60)
        assert (answer.status_code, answer.json()["gifs"][0]["state"]) == (202, "pending")
        assert server.process.wait(60) == 0


def _post(server: Server, photo: bytes) -> socket.socket:
    """Order a slow GIF over a connection of its own."""
    url = server.client.base_url.copy_with(path="/v1/gifs", params=_SLOW)
    head = (
        f"POST {url.raw_path.decode()} HTTP/1.1\r\nHost: {url.host}\r\nContent-Length: {len(photo)}\r\n\r\n"
    )
    connection = socket.create_connection((url.host, url.port))
    connection.sendall(head.encode() + photo)
    return connection


@contextmanager
def _stopped_worker(server: Server) -> Iterator[None]:
    """Stop the worker during the block, once it renders the one ordered GIF."""
    wait_until(lambda: metric(server, "gifmill_queue") == 1)
    workers = psutil.Process(server.process.pid).children(recursive=True)
    for worker in workers:
        worker.suspend()
    try:
        yield
    finally:
        for worker in workers:
            worker.resume()


def test_the_route_has_its_own_metrics(server: Server, photo: bytes) -> None:
    server.client.post("/v1/gifs?effect=blur", content=photo)
    text = server.client.get("/metrics").text
    assert 'gifmill_requests_total{method="POST",route="/v1/gifs",status="303"}' in text
    assert 'gifmill_request_seconds_count{route="/v1/gifs"}' in text
    assert 'gifmill_photos_total{outcome="accepted"}' in text
