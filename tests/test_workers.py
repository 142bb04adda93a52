from __future__ import annotations

import os
import time
from pathlib import Path

import anyio
import anyio.lowlevel
import psutil
import pytest

from gifmill.errors import NotAPhoto
from gifmill.keys import OrderKey, UploadKey, new_photo_id
from gifmill.options import Options
from gifmill.settings import Settings
from gifmill.store import open_store
from gifmill.workers import WorkerDied, WorkerFailed, Workers, _Slots


def die(log: str) -> None:
    """A codec that crashes."""
    with Path(log).open("a") as file:
        file.write("died\n")
    os.abort()


def die_once(log: str) -> str:
    """A codec that crashes the first time."""
    if Path(log).exists():
        return "made"
    die(log)
    return "not reached"


def hang(log: str) -> None:
    """A codec that never comes back."""
    with Path(log).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(60)


def stumble(log: str) -> None:
    """A bug of ours."""
    with Path(log).open("a") as file:
        file.write("stumbled\n")
    raise KeyError("a bug")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def workers(tmp_path: Path, count: int = 1) -> Workers:
    return Workers(str(tmp_path / "data"), count, Settings())


def test_a_crash_is_tried_once_more(tmp_path: Path, log: Path) -> None:
    assert anyio.run(workers(tmp_path)._call, die_once, 20, str(log)) == "made"


def test_a_second_crash_is_the_end_of_the_call_and_of_nothing_else(tmp_path: Path, log: Path) -> None:
    async def crash_and_go_on() -> None:
        one = workers(tmp_path)
        with pytest.raises(WorkerDied):
            await one._call(die, 20, str(log))
        await one.warm()

    anyio.run(crash_and_go_on)
    assert log.read_text() == "died\n" * 2


def test_an_idle_worker_that_was_killed_costs_nobody_anything(tmp_path: Path, log: Path) -> None:
    async def call_the_dead() -> None:
        two = workers(tmp_path, count=2)
        for _ in range(5):
            await two.warm()
            for process in psutil.Process().children():
                process.kill()
            with pytest.raises(WorkerDied):
                await two._call(die, 20, str(log))  # it died itself, twice

    anyio.run(call_the_dead)
    assert log.read_text() == "died\n" * 10


def test_a_hanging_worker_is_killed(tmp_path: Path, log: Path) -> None:
    async def hang_twice() -> None:
        with pytest.raises(WorkerDied):
            await workers(tmp_path)._call(hang, 1.5, str(log))

    anyio.run(hang_twice)
    pids = [int(line) for line in log.read_text().split()]
    assert len(set(pids)) == 2
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_a_bug_is_not_tried_again_and_comes_back_with_the_workers_traceback(
    tmp_path: Path, log: Path
) -> None:
    async def meet_bug() -> None:
        with pytest.raises(WorkerFailed) as raised:
            await workers(tmp_path)._call(stumble, 20, str(log))
        cause = raised.value.__cause__
        assert isinstance(cause, KeyError)
        assert 'raise KeyError("a bug")' in cause.__notes__[0]

    anyio.run(meet_bug)
    assert log.read_text() == "stumbled\n"


def test_a_refusal_is_not_tried_again_and_keeps_its_words(tmp_path: Path) -> None:
    async def refuse() -> None:
        photo_id = new_photo_id()
        upload = str(UploadKey(photo_id))
        open_store(str(tmp_path / "data")).put(upload, b"%PDF-1.7 an invoice")
        with pytest.raises(NotAPhoto, match="Send a JPEG"):
            await workers(tmp_path).take(upload, (OrderKey(photo_id, Options(), "blur"),))

    anyio.run(refuse)


def test_who_is_urgent_comes_before_all_who_wait() -> None:
    async def queue() -> list[str]:
        slots, came = _Slots(1), list[str]()

        async def come(name: str, urgent: bool) -> None:
            async with slots.taken(urgent):
                came.append(name)
                await anyio.sleep(0.01)

        async with anyio.create_task_group() as tasks:
            for name, urgent in [("first", False), ("second", False), ("third", False), ("urgent", True)]:
                tasks.start_soon(come, name, urgent)
                await anyio.lowlevel.checkpoint()
        return came

    assert anyio.run(queue) == ["first", "urgent", "second", "third"]


def test_a_place_is_not_lost_with_one_who_stops_waiting() -> None:
    async def queue() -> None:
        slots = _Slots(1)
        async with anyio.create_task_group() as tasks:
            async with slots.taken(urgent=False):
                tasks.start_soon(_wait_briefly, slots)
                await anyio.sleep(0.05)
            with anyio.fail_after(1):
                async with slots.taken(urgent=False):
                    pass

    async def _wait_briefly(slots: _Slots) -> None:
        with anyio.move_on_after(0.01):
            async with slots.taken(urgent=False):
                pass

    anyio.run(queue)
