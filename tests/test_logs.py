"""The log of a real server: lines that programs read, with what there is to know and no whole id."""

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
from gifmill.orders.keys import new_photo_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import Server

pytestmark = pytest.mark.slow

WHOLE_ID = re.compile(r"[a-z2-7]{26}")


def damaged_tiff() -> bytes:
    """Return one of which libtiff complains on standard error."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(file, "TIFF", compression="tiff_lzw")
    data = bytearray(file.getvalue())
    data[8:40] = bytes(32)
    return bytes(data)


def no_http(server: Server) -> str:
    """What is events to somebody who does not speak HTTP."""
    address = httpx.URL(server.address)
    with socket.create_connection((address.host, address.port or 0), timeout=10) as client:
        client.sendall(b"GIVE ME GIFS\r\n\r\n")
        return client.makefile("rb").read().decode()


def traffic(server: Server, photo: bytes) -> str:
    """Return all kinds of it, errors included; returns the id of a photo."""
    client = server.client
    photo_id: str = server.order(photo, size=64)["id"]
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
    for path in (f"/v1/photos/{new_photo_id()}", f"/gifs/{photo_id}/default/none.gif", "/v1/photos/a%1b[2J"):
        assert client.get(path).status_code == 404
    for content in (b"%PDF", photo[:-500], damaged_tiff()):
        assert client.post("/v1/photos", content=content).status_code >= 400
    with pytest.raises(ConnectionClosed), server.live("a\nb") as live:
        live.recv(10)
    form = client.post(
        "/v1/uploads", json={"size": len(photo), "type": "image/jpeg", "effects": "blur"}
    ).json()
    for _ in range(2):  # the second time it is refused
        client.post(form["url"], data=form["fields"], files={"file": photo})
    client.request("BREW", f"/v1/photos/{photo_id}")
    no_http(server)
    client.delete(f"/v1/photos/{photo_id}")
    return photo_id


@pytest.fixture(scope="module")
def log_and_id(tmp_path_factory: pytest.TempPathFactory, photo: bytes) -> Iterator[tuple[str, str]]:
    """What a server has written to standard error, and the id of one photo."""
    folder = tmp_path_factory.mktemp("log")
    with (folder / "log").open("w+") as log:
        with serving(folder / "data", log=log) as server:
            photo_id = traffic(server, photo)
            server.stop()
        log.seek(0)
        yield log.read(), photo_id


def lines(log_and_id: tuple[str, str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_and_id[0].splitlines()]


def answered(log_and_id: tuple[str, str]) -> list[dict[str, Any]]:
    return [line for line in lines(log_and_id) if line["message"] == "answered"]


def test_no_line_contains_a_whole_id(log_and_id: tuple[str, str]) -> None:
    assert WHOLE_ID.findall(log_and_id[0]) == []


def test_every_line_is_an_object_with_time_level_logger_and_message(log_and_id: tuple[str, str]) -> None:
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines(log_and_id))


def test_a_request_has_one_line_with_its_route_and_how_it_was_answered(log_and_id: tuple[str, str]) -> None:
    [line] = [line for line in answered(log_and_id) if line["method"] == "DELETE"]
    assert line["route"] == "/v1/photos/{photo_id}"
    assert (line["status"], line["bytes_out"], line["photo"]) == (204, 0, log_and_id[1][:6])
    assert line["seconds"] > 0


def test_each_request_has_an_id_of_its_own(log_and_id: tuple[str, str]) -> None:
    ids = [line["request"] for line in answered(log_and_id)]
    assert len({uuid.UUID(each) for each in ids}) == len(ids) > 20


def test_a_gif_is_logged_with_the_request_that_ordered_it(log_and_id: tuple[str, str]) -> None:
    [order] = [
        line for line in answered(log_and_id) if line["route"] == "/v1/photos" and line["status"] == 202
    ]
    made = [
        line
        for line in lines(log_and_id)
        if line["message"] == "made" and line["request"] == order["request"]
    ]
    assert {line["effect"] for line in made} == {"blur", "recursive", "cyclic"}
    assert {line["photo"] for line in made} == {log_and_id[1][:6]}


def test_a_socket_has_a_line_once_it_is_closed(log_and_id: tuple[str, str]) -> None:
    [line] = [line for line in answered(log_and_id) if line["method"] == "SOCKET" and line.get("photo")]
    assert (line["route"], line["status"]) == ("/v1/live", 101)


def test_a_refusal_is_logged_with_its_code(log_and_id: tuple[str, str]) -> None:
    codes = {line.get("code") for line in answered(log_and_id)}
    assert {"not_a_photo", "damaged_photo", "invalid_key", "not_found", "method_not_allowed"} <= codes


def test_a_refused_connection_is_logged(log_and_id: tuple[str, str]) -> None:
    [line] = [line for line in lines(log_and_id) if line["message"] == "refused"]
    assert line["code"] == "invalid_request"
    assert str(uuid.UUID(line["request"])) == line["request"]


def test_a_refused_connection_gets_a_request_id(server: Server) -> None:
    headers, _, body = no_http(server).partition("\r\n\r\n")
    assert headers.startswith("HTTP/1.1 400 ")
    [request_id] = re.findall(r"^x-request-id: (\S+)\r?$", headers, re.MULTILINE | re.IGNORECASE)
    assert json.loads(body)["instance"] == f"urn:uuid:{request_id}"


def test_an_unknown_method_is_not_logged(log_and_id: tuple[str, str]) -> None:
    assert {"other"} < {line["method"] for line in answered(log_and_id)}
    assert "BREW" not in log_and_id[0]


def test_text_is_one_line_for_people(tmp_path: Path, photo: bytes) -> None:
    with (tmp_path / "log").open("w+") as log:
        with serving(tmp_path / "data", environ={"GIFMILL_LOG_FORMAT": "text"}, log=log) as server:
            photo_id = traffic(server, photo)
            server.stop()
        log.seek(0)
        text = log.read()
    assert re.search(
        rf"^\d\d:\d\d:\d\d info answered request=\S+ photo={photo_id[:6]} method=DELETE", text, re.MULTILINE
    )
    assert WHOLE_ID.findall(text) == []
    assert all(re.match(r"\d\d:\d\d:\d\d (?:info|warning) ", line) for line in text.splitlines())
    assert text.replace("\n", "").isprintable()


def test_every_answer_carries_the_id_of_its_request(server: Server) -> None:
    answers = [
        server.client.get(path) for path in ("/", "/v1/effects", "/v1/photos/none", "/none", "/healthz")
    ]
    assert len({uuid.UUID(answer.headers["X-Request-Id"]) for answer in answers}) == len(answers)


def test_the_id_that_a_client_sends_is_not_taken(server: Server) -> None:
    answer = server.client.get("/v1/effects", headers={"X-Request-Id": "mine"})
    assert answer.headers.get_list("X-Request-Id") != ["mine"]
    assert len(answer.headers.get_list("X-Request-Id")) == 1


def test_a_problem_document_names_the_request(server: Server) -> None:
    answer = server.client.get("/v1/photos/none")
    assert answer.json()["instance"] == f"urn:uuid:{answer.headers['X-Request-Id']}"


BREAKS = """
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


def test_a_bug_is_logged_with_its_traceback_and_request_and_answered_with_the_requests_id(
    tmp_path: Path,
) -> None:
    photo_id = new_photo_id()
    command = [sys.executable, "-c", BREAKS, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split(" is at ")[1].split()[0]
        answer = httpx.get(f"{address}bug/{photo_id}")
    finally:
        process.terminate()
        _, log = process.communicate(timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    events = [json.loads(line) for line in log.splitlines()]
    [bug] = [line for line in events if line["level"] == "error"]
    [line] = [line for line in events if line["message"] == "answered"]
    assert bug["logger"] == "uvicorn.error"
    assert bug["error"].rstrip().endswith(f"RuntimeError: a bug with {photo_id[:6]}…")
    assert bug["request"] == line["request"] == answer.headers["X-Request-Id"]
    assert (line["status"], line["code"]) == (500, "internal")
    assert photo_id not in log


@pytest.mark.parametrize("around", ["{}", "uploads/{}", "x{}", "{}{}", "photo={},", "\n{}\n"])
def test_a_whole_id_is_shortened_in_any_context(around: str) -> None:
    photo_id = new_photo_id()
    cut = logs.redact_ids(around.replace("{}", photo_id))
    assert WHOLE_ID.findall(cut) == []
    assert photo_id[6:] not in cut


def test_text_contains_no_control_characters() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "a\x1b[2J\nb\u2028c", (), None)
    assert logs._TextFormatter().format(record).endswith(" warning a [2J b c")
