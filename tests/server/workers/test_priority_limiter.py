from __future__ import annotations

import anyio
import anyio.lowlevel

from gifmill.server.workers.priority_limiter import PriorityLimiter


def test_who_is_urgent_comes_before_all_who_wait() -> None:
    async def queue() -> list[str]:
        slots, came = PriorityLimiter(1), list[str]()

        async def come(name: str, urgent: bool) -> None:
            async with slots.acquire(urgent):
                came.append(name)
                await anyio.sleep(0.01)

        async with anyio.create_task_group() as tasks:
            for name, urgent in [("first", False), ("second", False), ("third", False), ("urgent", True)]:
                tasks.start_soon(come, name, urgent)
                await anyio.lowlevel.checkpoint()
        return came

    assert anyio.run(queue) == ["first", "urgent", "second", "third"]


def test_who_has_waited_is_told_so() -> None:
    async def queue() -> list[bool]:
        slots, waited = PriorityLimiter(1), list[bool]()

        async def come() -> None:
            async with slots.acquire(high_priority=False) as has_waited:
                waited.append(has_waited)
                await anyio.sleep(0.001)

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(come)
        return waited

    assert anyio.run(queue) == [False, True, True]


def test_however_many_are_urgent_every_fourth_place_is_for_one_who_is_patient() -> None:
    async def queue() -> list[str]:
        slots, came = PriorityLimiter(1), list[str]()

        async def come(name: str, urgent: bool) -> None:
            async with slots.acquire(urgent):
                came.append(name)
                await anyio.sleep(0.001)

        async with anyio.create_task_group() as tasks:
            for name, urgent in [("p", False), ("p", False), ("p", False), *[("u", True)] * 8]:
                tasks.start_soon(come, name, urgent)
                await anyio.lowlevel.checkpoint()
        return came

    assert "".join(anyio.run(queue)) == "puuupuuupuu"


def test_a_place_is_not_lost_with_one_who_stops_waiting() -> None:
    async def queue() -> None:
        slots = PriorityLimiter(1)
        async with anyio.create_task_group() as tasks:
            async with slots.acquire(high_priority=False):
                tasks.start_soon(_wait_briefly, slots)
                await anyio.sleep(0.05)
            with anyio.fail_after(1):
                async with slots.acquire(high_priority=False):
                    pass

    async def _wait_briefly(slots: PriorityLimiter) -> None:
        with anyio.move_on_after(0.01):
            async with slots.acquire(high_priority=False):
                pass

    anyio.run(queue)
