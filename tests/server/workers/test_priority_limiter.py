from __future__ import annotations

import anyio
import anyio.lowlevel

from gifmill.server.workers.priority_limiter import PriorityLimiter


def test_high_priority_callers_go_first() -> None:
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


def test_acquire_yields_whether_it_waited() -> None:
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


def test_every_fourth_slot_goes_to_a_low_priority_caller() -> None:
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


def test_a_cancelled_wait_loses_no_slot() -> None:
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
