from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
import psutil
import pytest
from PIL import Image
from tests.server.workers import faulty_codecs as codecs
from tests.views import new_view

from gifmill.errors import NotAPhoto, TooManyPixels
from gifmill.orders.keys import OrderKey, UploadKey
from gifmill.rendering.options import Options
from gifmill.server.workers import tasks
from gifmill.server.workers.pool import (
    NoWorkerAvailable,
    WorkerDied,
    WorkerFailed,
    WorkerPool,
    _TimeLimits,
)
from gifmill.settings import Settings
from gifmill.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.slow

LONG = _TimeLimits(20, 20)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def deaths() -> list[str]:
    """Return a list for the reasons of worker deaths, in order."""
    return []


@asynccontextmanager
async def working(
    deaths: list[str], count: int = 1, location: str = "memory://", settings: Settings | None = None
) -> AsyncIterator[WorkerPool]:
    workers = WorkerPool(location, count, settings or Settings(), deaths.append)
    async with workers.running():
        yield workers


async def wait_for_text(log: Path) -> None:
    while not await anyio.Path(log).exists():
        await anyio.sleep(0.01)
    while not await anyio.Path(log).read_text():
        await anyio.sleep(0.01)


def test_a_call_is_retried_after_a_crash(log: Path, deaths: list[str]) -> None:
    async def crash_once() -> None:
        async with working(deaths) as workers:
            assert await workers._call(LONG, codecs.crash_once, str(log)) == "made"

    anyio.run(crash_once)
    assert deaths == ["crashed"]


def test_a_call_fails_after_two_crashes_and_the_pool_continues(log: Path, deaths: list[str]) -> None:
    async def crash_and_go_on() -> None:
        async with working(deaths) as workers:
            with pytest.raises(WorkerDied, match="twice, a worker crashed: exit code -6"):
                await workers._call(LONG, codecs.crash, str(log))
            assert await workers._call(LONG, codecs.print_and_return) == "the result"

    anyio.run(crash_and_go_on)
    assert log.read_text() == "died\n" * 2
    assert deaths == ["crashed"] * 2


def test_a_segmentation_fault_counts_as_a_crash(deaths: list[str]) -> None:
    async def crash() -> None:
        async with working(deaths) as workers:
            with pytest.raises(WorkerDied, match=f"exit code -{signal.SIGSEGV:d}"):
                await workers._call(LONG, codecs.read_null_pointer)

    anyio.run(crash)
    assert deaths == ["crashed"] * 2


def test_killed_idle_workers_are_replaced_without_a_failed_call(log: Path, deaths: list[str]) -> None:
    others = set(psutil.Process().children())

    async def call_killed() -> None:
        async with working(deaths, count=2) as workers:
            for _ in range(3):
                await workers.warm()
                for process in set(psutil.Process().children()) - others:
                    process.kill()
                with pytest.raises(WorkerDied):
                    await workers._call(LONG, codecs.crash, str(log))  # this call crashes twice

    anyio.run(call_killed)
    assert log.read_text() == "died\n" * 6


def test_a_call_that_waited_for_a_worker_sends_no_ping(
    deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def count_pings(calls: int) -> int:
        async with working(deaths) as workers:
            await workers.warm()
            pings = []
            answers = workers._failure_of

            async def counted(*args: object) -> object:
                pings.append(args)
                return await answers(*args)  # type: ignore[arg-type]

            monkeypatch.setattr(workers, "_failure_of", counted)
            async with anyio.create_task_group() as group:
                for _ in range(calls):
                    group.start_soon(workers._call, LONG, codecs.worker_pid)
            return len(pings)

    assert anyio.run(count_pings, 1) == 1
    assert anyio.run(count_pings, 5) == 1


def test_a_stopped_idle_worker_is_replaced(deaths: list[str]) -> None:
    async def call_the_stopped() -> None:
        async with working(deaths) as workers:
            stopped = await workers._call(LONG, codecs.worker_pid)
            os.kill(stopped, signal.SIGSTOP)
            assert await workers._call(LONG, codecs.worker_pid) != stopped
            assert not psutil.pid_exists(stopped)

    anyio.run(call_the_stopped)
    assert deaths == ["hung"]


def test_a_hanging_worker_is_killed(log: Path, deaths: list[str]) -> None:
    async def hang_twice() -> None:
        async with working(deaths) as workers:
            with pytest.raises(WorkerDied, match=r"no answer within 3 s"):
                await workers._call(_TimeLimits(20, 3), codecs.hang, str(log))

    anyio.run(hang_twice)
    assert deaths == ["hung"] * 2
    pids = [int(line) for line in log.read_text().split()]
    assert len(set(pids)) == 2
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_a_busy_loop_ends_at_the_processor_time_limit(deaths: list[str]) -> None:
    async def spin_twice() -> None:
        async with working(deaths) as workers:
            with pytest.raises(WorkerDied, match=f"exit code -{signal.SIGXCPU:d}"):
                await workers._call(_TimeLimits(1, 90), codecs.loop_endlessly)

    anyio.run(spin_twice)
    assert deaths == ["hung"] * 2


def test_the_processor_time_limit_applies_to_each_call(deaths: list[str]) -> None:
    async def work_again_and_again() -> None:
        async with working(deaths) as workers:
            for call in range(1, 4):  # together they exceed the limit of one call
                await workers._call(_TimeLimits(2, 90), codecs.use_cpu, 1.5 * call)

    anyio.run(work_again_and_again)
    assert deaths == []


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit address space")
def test_a_runaway_allocation_ends_at_the_memory_limit(
    deaths: list[str],
) -> None:
    async def allocate_twice() -> None:
        async with working(deaths, settings=Settings(worker_memory_mb=800)) as workers:
            with pytest.raises(WorkerDied):
                await workers._call(LONG, codecs.allocate_endlessly)

    anyio.run(allocate_twice)
    assert deaths == ["crashed"] * 2


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit address space")
def test_a_photo_over_the_workers_memory_limit_is_rejected_with_advice(
    tmp_path: Path, deaths: list[str]
) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (9000, 9000)).save(file, "TIFF", compression="tiff_deflate")

    async def intake() -> None:
        location = str(tmp_path / "data")
        settings = Settings(worker_memory_mb=500)
        async with working(deaths, location=location, settings=settings) as workers:
            view = new_view()
            upload = str(UploadKey(view))
            open_store(location).put(upload, file.getvalue())
            with pytest.raises(TooManyPixels, match="more memory than is available"):
                await workers.intake(upload, (OrderKey(view, Options(), "blur"),))

    anyio.run(intake)
    assert deaths == []


def test_an_unexpected_error_is_retried_and_raised_with_the_workers_traceback(
    log: Path, deaths: list[str]
) -> None:
    async def raise_bug() -> None:
        async with working(deaths) as workers:
            with pytest.raises(WorkerFailed, match="KeyError: 'a bug'") as raised:
                await workers._call(LONG, codecs.raise_bug, str(log))
            assert 'raise KeyError("a bug")' in raised.value.__notes__[0]

    anyio.run(raise_bug)
    assert log.read_text() == "stumbled\n" * 2
    assert deaths == []


def test_a_photo_error_is_not_retried_and_keeps_its_message(tmp_path: Path, deaths: list[str]) -> None:
    async def refuse() -> None:
        location = str(tmp_path / "data")
        async with working(deaths, location=location) as workers:
            view = new_view()
            upload = str(UploadKey(view))
            open_store(location).put(upload, b"%PDF-1.7 an invoice")
            with pytest.raises(NotAPhoto, match="This is a PDF"):
                await workers.intake(upload, (OrderKey(view, Options(), "blur"),))

    anyio.run(refuse)


def test_output_of_a_codec_is_discarded(deaths: list[str]) -> None:
    async def call() -> None:
        async with working(deaths) as workers:
            assert await workers._call(LONG, codecs.print_and_return) == "the result"

    anyio.run(call)


def test_results_of_a_worker_are_never_executed(
    tmp_path: Path, deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def call() -> None:
        async with working(deaths) as workers:
            with pytest.raises(WorkerDied, match="cannot be read"):
                await workers._call(LONG, codecs.write_invalid_messages)

    monkeypatch.chdir(tmp_path)
    anyio.run(call)
    assert not (tmp_path / "fallen").exists()


def test_an_unknown_outcome_is_rejected(deaths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "render", codecs.return_invalid_outcome)

    async def call() -> None:
        async with working(deaths) as workers:
            with pytest.raises(WorkerFailed, match="a worker returned"):
                await workers.render(OrderKey(new_view(), Options(), "blur"), "blur")

    anyio.run(call)


def test_workers_write_no_core_dumps_and_open_few_files(deaths: list[str]) -> None:
    async def call() -> None:
        async with working(deaths) as workers:
            limits = await workers._call(LONG, codecs.worker_limits)
            assert limits == {"RLIMIT_CORE": 0, "RLIMIT_NOFILE": 256}

    anyio.run(call)


def test_a_worker_exits_after_its_server_is_killed(log: Path) -> None:
    script = (
        "import anyio\nfrom tests.server.workers import faulty_codecs\n"
        "from gifmill.settings import Settings\n"
        "from gifmill.server.workers.pool import WorkerPool, _TimeLimits\n"
        "call = WorkerPool('memory://', 1, Settings())._call\n"
        f"anyio.run(call, _TimeLimits(20, 4), faulty_codecs.hang, {str(log)!r})\n"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as server:
        while not log.exists() or not log.read_text().endswith("\n"):
            assert server.poll() is None
            time.sleep(0.01)
        server.kill()
    worker = int(log.read_text().split()[0])
    end = time.monotonic() + 20
    while psutil.pid_exists(worker):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_cancelled_call_kills_its_worker(log: Path, deaths: list[str]) -> None:
    async def cancel() -> None:
        async with working(deaths) as workers:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(workers._call, LONG, codecs.hang, str(log))
                await wait_for_text(log)
                assert (workers.alive, workers.busy) == (1, 1)
                tasks.cancel_scope.cancel()
            assert (workers.alive, workers.busy) == (0, 0)

    anyio.run(cancel)
    assert not psutil.pid_exists(int(log.read_text()))
    assert deaths == []


def test_all_workers_are_killed_at_the_end(deaths: list[str]) -> None:
    others = set(psutil.Process().children())

    async def start_and_stop() -> None:
        async with working(deaths, count=3) as workers:
            await workers.warm()
            assert (workers.alive, workers.busy) == (3, 0)
            assert len(set(psutil.Process().children()) - others) == 3
        assert workers.alive == 0

    anyio.run(start_and_stop)
    assert set(psutil.Process().children()) <= others


def test_check_passes_and_replaces_killed_workers(deaths: list[str]) -> None:
    others = set(psutil.Process().children())

    async def check() -> None:
        async with working(deaths, count=2) as workers:
            await workers.check(20)
            for process in set(psutil.Process().children()) - others:
                process.kill()
            await workers.check(20)

    anyio.run(check)


def test_check_passes_while_all_workers_are_busy(log: Path, deaths: list[str]) -> None:
    async def check() -> None:
        async with working(deaths) as workers, anyio.create_task_group() as tasks:
            tasks.start_soon(workers._call, LONG, codecs.hang, str(log))
            await wait_for_text(log)
            with anyio.fail_after(1):
                await workers.check(20)
            tasks.cancel_scope.cancel()

    anyio.run(check)


def test_check_fails_when_no_worker_can_be_started(
    deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check() -> None:
        async with working(deaths) as workers:
            with pytest.raises(NoWorkerAvailable, match="no worker can be started"):
                await workers.check(20)
            monkeypatch.undo()
            await workers.check(20)

    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    anyio.run(check)


def test_warm_tolerates_workers_that_cannot_be_started(
    deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def warm() -> None:
        async with working(deaths) as workers:
            await workers.warm()
            assert workers.alive == 0
            monkeypatch.undo()
            await workers.warm()
            assert workers.alive == 1

    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    anyio.run(warm)


def test_a_new_worker_that_dies_at_once_is_replaced(
    tmp_path: Path, deaths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def call() -> None:
        async with working(deaths) as workers:
            assert await workers._call(LONG, codecs.worker_pid) > 0

    dies_once = tmp_path / "python"
    dies_once.write_text(f'#!/bin/sh\nmkdir {tmp_path}/died && kill -9 $$\nexec {sys.executable} "$@"\n')
    dies_once.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dies_once))
    anyio.run(call)


def test_too_low_a_memory_limit_is_reported(deaths: list[str]) -> None:
    async def check() -> None:
        async with working(deaths, settings=Settings(worker_memory_mb=60)) as workers:
            with pytest.raises(NoWorkerAvailable, match="no worker can be started"):
                await workers.check(20)

    if sys.platform != "darwin":
        anyio.run(check)
