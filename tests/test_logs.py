"""Log lines of a real server: format, content, and no complete photo id."""

from __future__ import annotations

import io
import json
import logging
import re
import socket
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image
from tests.servers import serving
from websockets.exceptions import ConnectionClosed

from gifmill import logs
from gifmill.orders.capabilities import derive_view, new_photo_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import Server

pytestmark = pytest.mark.slow

COMPLETE_ID = re.compile(r"[a-z2-7]{26}")


def damaged_tiff() -> bytes:
    """Return a TIFF for which libtiff prints an error to standard error."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(file, "TIFF", compression="tiff_lzw")
    data = bytearray(file.getvalue())
    data[8:40] = bytes(32)
    return bytes(data)


def send_malformed_request(server: Server) -> str:
    """Send a malformed request line, and return the whole response."""
    address = httpx.URL(server.address)
    with socket.create_connection((address.host, address.port or 0), timeout=10) as client:
        client.sendall(b"GIVE ME GIFS\r\n\r\n")
        return client.makefile("rb").read().decode()


def send_requests_of_all_kinds(server: Server, photo: bytes) -> str:
    """Send requests of all kinds, including invalid ones, and return the id of a photo."""
    client = server.client
    photo_id: str = server.order(photo, size=64)["id"]
    view = derive_view(photo_id)
    with server.live(photo_id) as live:
        live.recv(10)
    gifs = server.finished(photo_id)["gifs"]
    for path in (
        gifs[0]["url"],
        "/",
        "/nothing%0Aof%20ours",
        f"/v1/photos/{photo_id}/",
        "/healthz",
        "/metrics",
    ):
        client.get(path)
    for path in (f"/v1/photos/{new_photo_id()}", f"/gifs/{view}/default/none.gif", "/v1/photos/a%1b[2J"):
        assert client.get(path).status_code == 404
    for content in (b"%PDF", photo[:-500], damaged_tiff()):
        assert client.post("/v1/photos", content=content).status_code >= 400
    with pytest.raises(ConnectionClosed), server.live("a\nb") as live:
        live.recv(10)
    form = client.post(
        "/v1/uploads", json={"size": len(photo), "type": "image/jpeg", "effects": "blur"}
    ).json()
    for _ in range(2):  # the second one is rejected
        client.post(form["url"], data=form["fields"], files={"file": photo})
    client.request("BREW", f"/v1/photos/{photo_id}")
    assert client.get(f"/v1/photos/{view}").status_code == 200
    assert client.delete(f"/v1/photos/{view}").status_code == 404
    send_malformed_request(server)
    client.delete(f"/v1/photos/{photo_id}")
    return photo_id


@pytest.fixture(scope="module")
def log_and_id(tmp_path_factory: pytest.TempPathFactory, photo: bytes) -> Iterator[tuple[str, str]]:
    """Yield the standard error of a server and the id of one photo."""
    folder = tmp_path_factory.mktemp("log")
    with (folder / "log").open("w+") as log:
        with serving(folder / "data", log=log) as server:
            photo_id = send_requests_of_all_kinds(server, photo)
            server.stop()
        log.seek(0)
        yield log.read(), photo_id


def log_lines(log_and_id: tuple[str, str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_and_id[0].splitlines()]


def request_lines(log_and_id: tuple[str, str]) -> list[dict[str, Any]]:
    return [line for line in log_lines(log_and_id) if line["message"] == "answered"]


def test_no_line_contains_a_complete_id(log_and_id: tuple[str, str]) -> None:
    assert COMPLETE_ID.findall(log_and_id[0]) == []


def test_no_line_contains_any_part_of_an_id(log_and_id: tuple[str, str]) -> None:
    assert log_and_id[1][:6] not in log_and_id[0]


def test_every_line_has_time_level_logger_and_message(log_and_id: tuple[str, str]) -> None:
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in log_lines(log_and_id))


def test_a_request_has_one_line_with_its_route_and_status(log_and_id: tuple[str, str]) -> None:
    deletions = [line for line in request_lines(log_and_id) if line["method"] == "DELETE"]
    [line] = [line for line in deletions if line["status"] == 204]
    assert line["route"] == "/v1/photos/{photo_id}"
    assert (line["bytes_out"], line["photo"]) == (0, derive_view(log_and_id[1])[:6])
    assert line["seconds"] > 0


def test_each_request_has_a_unique_id(log_and_id: tuple[str, str]) -> None:
    ids = [line["request"] for line in request_lines(log_and_id)]
    assert len({uuid.UUID(each) for each in ids}) == len(ids) > 20


def test_a_gif_is_logged_with_the_request_that_ordered_it(log_and_id: tuple[str, str]) -> None:
    [order] = [
        line for line in request_lines(log_and_id) if line["route"] == "/v1/photos" and line["status"] == 202
    ]
    made = [
        line
        for line in log_lines(log_and_id)
        if line["message"] == "made" and line["request"] == order["request"]
    ]
    assert {line["effect"] for line in made} == {"blur", "recursive", "cyclic"}
    assert {line["photo"] for line in made} == {derive_view(log_and_id[1])[:6]}


def test_a_websocket_has_a_line_after_it_is_closed(log_and_id: tuple[str, str]) -> None:
    [line] = [line for line in request_lines(log_and_id) if line["method"] == "SOCKET" and line.get("photo")]
    assert (line["route"], line["status"]) == ("/v1/live", 101)


def test_a_rejected_request_is_logged_with_its_code(log_and_id: tuple[str, str]) -> None:
    codes = {line.get("code") for line in request_lines(log_and_id)}
    assert {"not_a_photo", "damaged_photo", "invalid_key", "not_found", "method_not_allowed"} <= codes


def test_a_malformed_request_is_logged(log_and_id: tuple[str, str]) -> None:
    [line] = [line for line in log_lines(log_and_id) if line["message"] == "refused"]
    assert line["code"] == "invalid_request"
    assert str(uuid.UUID(line["request"])) == line["request"]


def test_the_response_to_a_malformed_request_has_a_request_id(server: Server) -> None:
    headers, _, body = send_malformed_request(server).partition("\r\n\r\n")
    assert headers.startswith("HTTP/1.1 400 ")
    [request_id] = re.findall(r"^x-request-id: (\S+)\r?$", headers, re.MULTILINE | re.IGNORECASE)
    assert json.loads(body)["instance"] == f"urn:uuid:{request_id}"


def test_an_unknown_method_is_not_logged(log_and_id: tuple[str, str]) -> None:
    assert {"other"} < {line["method"] for line in request_lines(log_and_id)}
    assert "BREW" not in log_and_id[0]


def test_the_text_format_has_one_line_per_event(tmp_path: Path, photo: bytes) -> None:
    with (tmp_path / "log").open("w+") as log:
        with serving(tmp_path / "data", environ={"GIFMILL_LOG_FORMAT": "text"}, log=log) as server:
            photo_id = send_requests_of_all_kinds(server, photo)
            server.stop()
        log.seek(0)
        text = log.read()
    shown = derive_view(photo_id)[:6]
    assert re.search(
        rf"^\d\d:\d\d:\d\d info answered request=\S+ photo={shown} method=DELETE", text, re.MULTILINE
    )
    assert COMPLETE_ID.findall(text) == []
    assert all(re.match(r"\d\d:\d\d:\d\d (?:info|warning) ", line) for line in text.splitlines())
    assert text.replace("\n", "").isprintable()


def test_every_response_has_the_id_of_its_request(server: Server) -> None:
    responses = [
        server.client.get(path) for path in ("/", "/v1/effects", "/v1/photos/none", "/none", "/healthz")
    ]
    assert len({uuid.UUID(response.headers["X-Request-Id"]) for response in responses}) == len(responses)


def test_a_request_id_sent_by_the_client_is_ignored(server: Server) -> None:
    response = server.client.get("/v1/effects", headers={"X-Request-Id": "mine"})
    assert response.headers.get_list("X-Request-Id") != ["mine"]
    assert len(response.headers.get_list("X-Request-Id")) == 1


def test_a_problem_document_has_the_request_id(server: Server) -> None:
    response = server.client.get("/v1/photos/none")
    assert response.json()["instance"] == f"urn:uuid:{response.headers['X-Request-Id']}"


SERVER_WITH_A_BUG = """
import sys
from starlette.applications import Starlette
from starlette.routing import Route
from gifmill.web import app as api
from gifmill.server import app as local
from gifmill.settings import Settings

def broken(request):
    raise RuntimeError("a bug with " + request.path_params["photo_id"])

create = local.create_local_app
def with_a_bug(*arguments):
    app = create(*arguments)
    app.router.routes.insert(0, Route("/bug/{photo_id}", broken))
    return app
local.create_local_app = with_a_bug
local.serve("127.0.0.1", 0, sys.argv[1], 1)
"""


def test_an_internal_error_is_logged_with_traceback_and_request_id(
    tmp_path: Path,
) -> None:
    photo_id = new_photo_id()
    command = [sys.executable, "-c", SERVER_WITH_A_BUG, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split(" is at ")[1].split()[0]
        response = httpx.get(f"{address}bug/{photo_id}")
    finally:
        process.terminate()
        _, log = process.communicate(timeout=20)
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    events = [json.loads(line) for line in log.splitlines()]
    [bug] = [line for line in events if line["level"] == "error"]
    [line] = [line for line in events if line["message"] == "answered"]
    assert bug["logger"] == "uvicorn.error"
    assert bug["error"].rstrip().endswith(f"RuntimeError: a bug with {photo_id[:6]}…")
    assert bug["request"] == line["request"] == response.headers["X-Request-Id"]
    assert (line["status"], line["code"]) == (500, "internal")
    assert photo_id not in log


@pytest.mark.parametrize("template", ["{}", "uploads/{}", "x{}", "{}{}", "photo={},", "\n{}\n"])
def test_a_complete_id_is_shortened_in_any_context(template: str) -> None:
    photo_id = new_photo_id()
    shortened = logs.redact(template.replace("{}", photo_id))
    assert COMPLETE_ID.findall(shortened) == []
    assert photo_id[6:] not in shortened


@pytest.mark.parametrize(
    "text",
    [
        "gifs/x/caption={},size=64/blur.gif",
        "gifs/x/caption={}/blur.gif",
        "?effects=blur&caption={}&size=64",
        '"caption={}"',
        "size=1 caption={}",
    ],
)
def test_captions_are_removed_in_any_context(text: str) -> None:
    redacted = logs.redact(text.replace("{}", "jbuq"))
    assert redacted == text.replace("{}", "…")


@pytest.mark.parametrize("separator", [",", "/", "'", "+", "%20"])
def test_a_caption_in_a_query_is_removed_whole(separator: str) -> None:
    redacted = logs.redact(f"/v1/photos?caption=one{separator}two&size=64 and more")
    assert redacted == "/v1/photos?caption=…&size=64 and more"


def test_text_contains_no_control_characters() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "a\x1b[2J\nb\u2028c", (), None)
    assert logs._TextFormatter().format(record).endswith(" warning a [2J b c")
