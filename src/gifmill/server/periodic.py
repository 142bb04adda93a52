"""Work that goes on beside all else, and whose failures end nothing but themselves."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import anyio

from gifmill.errors import GifmillError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_log = logging.getLogger("gifmill")


async def guarded(task: Callable[[], Awaitable[None]]) -> None:
    """Do a task; what goes wrong is logged. An exception here would end the engine, and all its tasks."""
    try:
        await task()
    except GifmillError as error:
        _log.warning("put off: %s", error)
    except Exception:
        _log.exception("the server cannot look after itself")


async def forever(task: Callable[[], Awaitable[None]], every_s: float) -> None:
    """Do a task again and again, with pauses between."""
    while True:
        await guarded(task)
        await anyio.sleep(every_s)
