"""Periodic background tasks, whose failures are logged and end nothing else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import anyio

from gifmill.errors import GifmillError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_log = logging.getLogger("gifmill")


async def guarded(task: Callable[[], Awaitable[None]]) -> None:
    """Run a task and log its failure. An exception here would end the engine with all its tasks."""
    try:
        await task()
    except GifmillError as error:
        _log.warning("postponed: %s", error)
    except Exception:
        _log.exception("a background task failed")


async def forever(task: Callable[[], Awaitable[None]], every_s: float) -> None:
    """Repeat a task forever, with a pause after each run."""
    while True:
        await guarded(task)
        await anyio.sleep(every_s)
