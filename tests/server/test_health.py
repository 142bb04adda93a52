from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import psutil
import pytest
from tests.servers import serving

import gifmill
from gifmill.server import health
from gifmill.server.health import HealthChecker
from gifmill.server.workers.pool import WorkerPool
from gifmill.settings import Settings
from gifmill.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.slow


class CountingStore(Store):
    """A store that counts probes and can delay them."""

    def __init__(self) -> None:
        inner = open_store("memory://")
        super().__init__(inner._backend)
        self.probes = 0
        self.delay_s = 0.0

    def put(self, key: str, data: bytes) -> None:
        self.probes += 1
        time.sleep(self.delay_s)
        super().put(key, data)


def test_concurrent_health_checks_share_one_result() -> None:
    async def check() -> int:
        store, workers = CountingStore(), WorkerPool("memory://", 1, Settings())
        async with workers.running():
            checker = HealthChecker(store, workers)
            async with anyio.create_task_group() as tasks:
                for _ in range(100):
                    tasks.start_soon(checker.failing)
            assert await checker.failing() == {}
        return store.probes

    assert anyio.run(check) <= 3


def test_a_hanging_store_is_reported_in_time_and_uses_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        store, workers = CountingStore(), WorkerPool("memory://", 1, Settings())
        async with workers.running():
            await workers.warm()
            store.delay_s = 5
            checker = HealthChecker(store, workers)
            assert "did not respond within 1 s" in (await checker.failing())["store"]
            for _ in range(3):
                assert "has not responded" in (await checker.failing())["store"]
        assert store.probes == 1

    monkeypatch.setattr(health, "_TIMEOUT_S", 1)
    monkeypatch.setattr(health, "_CACHE_S", 0)
    anyio.run(check)


@contextmanager
def server_with_removable_python(tmp_path: Path) -> Iterator[Any]:
    """Run a server whose Python is a symbolic link; yields the server and the link."""
    name = tmp_path / "python"
    name.symlink_to(Path(sys.executable).resolve())
    paths = [str(Path(gifmill.__file__).parents[1]), *(each for each in sys.path if "site-packages" in each)]
    environ = {"PYTHONPATH": os.pathsep.join(paths)}
    with serving(tmp_path / "data", workers=1, environ=environ, python=str(name)) as server:
        yield server, name


def children(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children()


def get_health(address: str) -> httpx.Response:
    time.sleep(1.1)  # results are cached for a second
    return httpx.get(f"{address}healthz", timeout=30)


def test_healthz_gives_503_while_no_worker_can_be_started(tmp_path: Path, photo: bytes) -> None:
    with server_with_removable_python(tmp_path) as (server, name):
        server.finished(server.order(photo, effects="blur")["id"])
        assert get_health(server.address).status_code == 200
        name.rename(tmp_path / "gone")
        for worker in children(server.process.pid):
            worker.kill()
        answer = get_health(server.address)
        assert answer.status_code == 503
        assert answer.json()["parts"] == ["workers"]
        assert "No worker responds" in answer.json()["reason"]
        assert str(tmp_path) not in answer.text
        assert server.client.post("/v1/photos", content=photo).status_code == 503
        (tmp_path / "gone").rename(name)
        assert get_health(server.address).status_code == 200
        server.finished(server.order(photo, effects="blur")["id"])


def test_the_health_check_replaces_stopped_workers(tmp_path: Path, photo: bytes) -> None:
    with serving(tmp_path, workers=2) as server:
        server.finished(server.order(photo)["id"])
        for worker in children(server.process.pid):
            worker.send_signal(signal.SIGSTOP)
        assert get_health(server.address).status_code == 200
        server.finished(server.order(photo)["id"])


def test_healthz_is_ok_when_all_workers_are_busy(tmp_path: Path, large_photo: bytes) -> None:
    with serving(tmp_path, workers=1) as server:
        ids = [server.order(large_photo, effects="blur,cyclic", size=1080)["id"] for _ in range(3)]
        assert get_health(server.address).status_code == 200
        assert any(gif["state"] == "pending" for each in ids for gif in server.status(each)["gifs"])


def test_healthz_names_the_failing_store(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, workers=1) as server:
        shutil.rmtree(data)
        data.write_text("a file where a folder must be")
        answer = get_health(server.address)
        assert (answer.status_code, answer.json()["parts"]) == (503, ["store"])
        assert answer.headers["Cache-Control"] == "no-store"
