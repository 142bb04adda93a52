from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gifmill.server.edge import connection_limits
from gifmill.server.edge.connection_limits import ConnectionLimits
from gifmill.settings import Settings

if TYPE_CHECKING:
    import pytest


class IdleTransport(asyncio.Transport):
    """A transport without traffic."""

    def get_extra_info(self, name: str, default: object = None) -> object:
        return ("127.0.0.1", 1) if name == "peername" else default

    def get_write_buffer_size(self) -> int:
        return 0


def test_checks_of_slow_readers_never_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "_CHECK_S", 0.1)

    async def churn() -> int:
        checks = 0

        class CountingLimits(ConnectionLimits):
            def _check(self) -> None:
                nonlocal checks
                checks += 1
                super()._check()

        limits = CountingLimits(Settings(), lambda _: None)
        for _ in range(300):
            transport = IdleTransport()
            assert limits.admit(transport) is None
            limits.remove(transport)
        limits.admit(IdleTransport())
        await asyncio.sleep(0.35)
        return checks

    assert 1 <= asyncio.run(churn()) <= 4


def test_checks_resume_with_the_next_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "_CHECK_S", 0.1)

    async def reconnect() -> bool:
        limits = ConnectionLimits(Settings(), lambda _: None)
        first = IdleTransport()
        limits.admit(first)
        limits.remove(first)
        await asyncio.sleep(0.25)
        checks = asyncio.Event()
        limits._check = checks.set  # type: ignore[method-assign]
        limits.admit(IdleTransport())
        async with asyncio.timeout(5):
            return await checks.wait()

    assert asyncio.run(reconnect())
