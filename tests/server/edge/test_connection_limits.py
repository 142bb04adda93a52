from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gifmill.server.edge import connection_limits
from gifmill.server.edge.connection_limits import ConnectionLimits
from gifmill.settings import Settings

if TYPE_CHECKING:
    import pytest


class Line(asyncio.Transport):
    """A connection on which nothing happens."""

    def get_extra_info(self, name: str, default: object = None) -> object:
        return ("127.0.0.1", 1) if name == "peername" else default

    def get_write_buffer_size(self) -> int:
        return 0


def test_checks_of_slow_readers_never_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "_CHECK_S", 0.1)

    async def churn() -> int:
        looks = 0

        class Counted(ConnectionLimits):
            def _check(self) -> None:
                nonlocal looks
                looks += 1
                super()._check()

        counted = Counted(Settings(), lambda _: None)
        for _ in range(300):
            passing = Line()
            assert counted.admit(passing) is None
            counted.remove(passing)
        counted.admit(Line())
        await asyncio.sleep(0.35)
        return looks

    assert 1 <= asyncio.run(churn()) <= 4


def test_checks_resume_with_the_next_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "_CHECK_S", 0.1)

    async def come_back() -> bool:
        quiet = ConnectionLimits(Settings(), lambda _: None)
        first = Line()
        quiet.admit(first)
        quiet.remove(first)
        await asyncio.sleep(0.25)
        looks = asyncio.Event()
        quiet._check = looks.set  # type: ignore[method-assign]
        quiet.admit(Line())
        async with asyncio.timeout(5):
            return await looks.wait()

    assert asyncio.run(come_back())
