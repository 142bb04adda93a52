from __future__ import annotations

import anyio
import anyio.lowlevel

from gifmill.server.workers.priority_limiter import PriorityLimiter


def test_high_priority_callers_go_first() -> None:
    async def run() -> list[str]:
        limiter, order = PriorityLimiter(1), list[str]()

        async def call(name: str, high: bool) -> None:
            async with limiter.acquire(high):
                order.append(name)
                await anyio.sleep(0.01)

        async with anyio.create_task_group() as tasks:
            for name, high in [("first", False), ("second", False), ("third", False), ("high", True)]:
                tasks.start_soon(call, name, high)
                await anyio.lowlevel.checkpoint()
        return order

    assert anyio.run(run) == ["first", "high", "second", "third"]


def test_acquire_yields_whether_it_waited() -> None:
    async def run() -> list[bool]:
        limiter, waited = PriorityLimiter(1), list[bool]()

        async def call() -> None:
            async with limiter.acquire(high_priority=False) as has_waited:
                waited.append(has_waited)
                await anyio.sleep(0.001)

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(call)
        return waited

    assert anyio.run(run) == [False, True, True]


def test_every_fourth_slot_goes_to_a_low_priority_caller() -> None:
    async def run() -> list[str]:
        limiter, order = PriorityLimiter(1), list[str]()

        async def call(name: str, high: bool) -> None:
            async with limiter.acquire(high):
                order.append(name)
                await anyio.sleep(0.001)

        async with anyio.create_task_group() as tasks:
            for name, high in [("l", False), ("l", False), ("l", False), *[("h", True)] * 8]:
                tasks.start_soon(call, name, high)
                await anyio.lowlevel.checkpoint()
        return order

    assert "".join(anyio.run(run)) == "lhhhlhhhlhh"


def test_a_cancelled_wait_loses_no_slot() -> None:
    async def run() -> None:
        limiter = PriorityLimiter(1)
        async with anyio.create_task_group() as tasks:
            async with limiter.acquire(high_priority=False):
                tasks.start_soon(_wait_briefly, limiter)
                await anyio.sleep(0.05)
            with anyio.fail_after(1):
                async with limiter.acquire(high_priority=False):
                    pass

    async def _wait_briefly(limiter: PriorityLimiter) -> None:
        with anyio.move_on_after(0.01):
            async with limiter.acquire(high_priority=False):
                pass

    anyio.run(run)
