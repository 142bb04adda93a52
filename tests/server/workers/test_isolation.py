"""A fault in a worker costs one retry of one order, and does not affect the server or other orders."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import Server

pytestmark = pytest.mark.slow

FAULTY_EFFECTS = """
import ctypes
import os
import time

from gifmill.effects import Effect


def allocates(photo):
    blocks = []
    while True:
        blocks.append(bytearray(50_000_000))


def loops(photo):
    while True:
        pass


def hangs(photo):
    time.sleep(3600)


def aborts(photo):
    os.abort()


def exits(photo):
    os._exit(0)


def segfaults(photo):
    ctypes.string_at(0)


def floods(photo):
    for each in range(3, 30):
        try:
            os.write(each, b"x" * 200_000)
        except OSError:
            continue
    time.sleep(3600)


EFFECTS = [
    Effect(name=each.__name__, summary="fails", module="faulty")
    for each in (allocates, loops, hangs, aborts, exits, segfaults, floods)
]
ALLOCATES, LOOPS, HANGS, ABORTS, EXITS, SEGFAULTS, FLOODS = EFFECTS
"""
CRASHING = ["aborts", "exits", "segfaults", "floods"]
HANGING = ["loops", "hangs"]
ALLOCATING = ["allocates"] if sys.platform != "darwin" else []  # macOS does not limit address space
ALL = [*ALLOCATING, *HANGING, *CRASHING]


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, log_file: Path) -> Iterator[Server]:
    """Yield a server with faulty effects and short time limits."""
    folder = tmp_path_factory.mktemp("faulty")
    info = folder / "site/faulty-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "site/faulty.py").write_text(FAULTY_EFFECTS)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty\nVersion: 1.0\n")
    points = "".join(f"{name} = faulty:{name.upper()}\n" for name in ALL)
    (info / "entry_points.txt").write_text(f"[gifmill.effects]\n{points}")
    environ = {
        "PYTHONPATH": os.pathsep.join([str(folder / "site"), *filter(None, sys.path)]),
        "GIFMILL_RENDER_CPU_S": "3",
        "GIFMILL_RENDER_TIMEOUT_S": "8",
        "GIFMILL_WORKER_MEMORY_MB": "1000",
    }
    with log_file.open("w+") as log, serving(folder / "data", environ=environ, log=log) as running:
        yield running
        log.truncate(0)  # the server logs failures of workers with a traceback


def deaths(server: Server) -> dict[str, float]:
    text = server.client.get("/metrics").text
    found = re.findall(r'^gifmill_worker_deaths_total\{reason="(\w+)"\} (\S+)$', text, re.MULTILINE)
    return {reason: float(count) for reason, count in found}


def metric(server: Server, name: str) -> float:
    [value] = re.findall(rf"^gifmill_{name} (\S+)$", server.client.get("/metrics").text, re.MULTILINE)
    return float(value)


def workers_of(server: Server) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children(recursive=True)


def test_faulty_effects_fail_and_all_others_render(faulty: Server, photo: bytes, log_file: Path) -> None:
    before = deaths(faulty)
    faulty_photo = faulty.order(photo, effects=",".join(ALL))
    other_photos = [faulty.order(photo, effects="blur,cyclic", size=32) for _ in range(3)]
    for each in other_photos:
        assert [gif["state"] for gif in faulty.finished(each["id"])["gifs"]] == ["ready"] * 2
    for gif in faulty.finished(faulty_photo["id"], timeout_s=110)["gifs"]:
        assert (gif["state"], gif["problem"]["code"]) == ("failed", "render_failed"), gif["effect"]
    assert all(f"rendering {name} failed" in log_file.read_text() for name in [*HANGING, *CRASHING])
    after = deaths(faulty)
    assert after["hung"] - before["hung"] == 2 * len(HANGING)
    # A worker that runs out of memory raises MemoryError and continues.
    assert after["crashed"] - before["crashed"] == 2 * len(CRASHING)
    assert faulty.client.get("/healthz").status_code == 200


def test_the_server_responds_while_all_workers_hang(faulty: Server, photo: bytes) -> None:
    photo_id = faulty.order(photo, effects="hangs,loops")["id"]
    while metric(faulty, "workers_busy") < 2:
        time.sleep(0.01)
    assert faulty.client.get("/healthz").status_code == 200
    assert faulty.client.get("/").status_code == 200
    assert {gif["state"] for gif in faulty.status(photo_id)["gifs"]} == {"pending"}
    assert faulty.client.delete(f"/v1/photos/{photo_id}").status_code == 204


def order_during(server: Server, photo: bytes, action: Any) -> None:
    """Order photos, call `action` after each, and check that all GIFs are rendered."""
    ids = []
    for number in range(8):
        ids.append(server.order(photo, effects="blur,recursive", size=200)["id"])
        action(number)
    for photo_id in ids:
        assert [gif["state"] for gif in server.finished(photo_id)["gifs"]] == ["ready"] * 2


def test_all_gifs_are_rendered_although_workers_are_killed(tmp_path: Path, photo: bytes) -> None:
    with serving(tmp_path, workers=2) as server:
        server.finished(server.order(photo)["id"])
        before = deaths(server)

        for _ in range(4):  # all GIFs are finished before the next kill: none is interrupted twice
            ids = [server.order(photo, effects="blur,recursive", size=200)["id"] for _ in range(3)]
            victim = workers_of(server)[0]
            victim.kill()
            victim.wait(10)
            for photo_id in ids:
                assert [gif["state"] for gif in server.finished(photo_id)["gifs"]] == ["ready"] * 2
        assert deaths(server)["crashed"] > before["crashed"]
        assert deaths(server)["hung"] == before["hung"]


def test_a_stopped_worker_does_not_block_other_orders(tmp_path: Path, photo: bytes) -> None:
    environ = {"GIFMILL_RENDER_TIMEOUT_S": "8", "GIFMILL_INTAKE_TIMEOUT_S": "8"}
    with serving(tmp_path, workers=2, environ=environ) as server:
        server.finished(server.order(photo)["id"])
        stopped = workers_of(server)[0]

        def stop(number: int) -> None:
            if number == 1:
                stopped.send_signal(signal.SIGSTOP)

        order_during(server, photo, stop)
        stopped.wait(60)
        assert deaths(server)["hung"] >= 1
