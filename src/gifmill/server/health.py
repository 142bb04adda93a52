"""The health check: the store can be written and read, and a worker answers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from gifmill.errors import StoreFailed
from gifmill.orders import UploadKey, derive_view, new_photo_id
from gifmill.server.workers.pool import NoWorkerAvailable

if TYPE_CHECKING:
    from gifmill.server.workers.pool import WorkerPool
    from gifmill.store import Store

_log = logging.getLogger("gifmill")

_TIMEOUT_S = 8
"""Timeout for the store and for a worker; a hung worker may have to be replaced within it."""

_CACHE_S = 1
"""How long a result is cached, so that frequent checks cost nothing."""


def probe(store: Store) -> None:
    """Check that the store can be written, read and listed.

    Raises:
        StoreFailed: it cannot.
    """
    key = str(UploadKey(derive_view(new_photo_id())))
    store.put(key, b"probe")
    store.get(key)
    store.delete(key)
    next(store.list("uploads/"), None)


class HealthChecker:
    """Checks store and workers, one check at a time."""

    def __init__(self, store: Store, workers: WorkerPool) -> None:
        self._store = store
        self._workers = workers
        self._lock = anyio.Lock()
        self._probing = False
        self._checked_s = float("-inf")
        self._failing: dict[str, str] = {}

    async def failing(self) -> dict[str, str]:
        """Return the reason for each failing part; empty if all is well. Takes a few seconds at most."""
        async with self._lock:
            if anyio.current_time() >= self._checked_s + _CACHE_S:
                self._failing = {}
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._check_store)
                    tasks.start_soon(self._check_workers)
                self._checked_s = anyio.current_time()
            return self._failing

    async def _check_store(self) -> None:
        if self._probing:  # a hanging store occupies one thread only
            self._failing["store"] = "The store has not responded for a while."
            return
        self._probing = True
        try:
            with anyio.fail_after(_TIMEOUT_S):
                await to_thread.run_sync(self._probe, abandon_on_cancel=True)
        except StoreFailed as error:
            self._failing["store"] = error.message
        except TimeoutError:
            self._failing["store"] = f"The store did not respond within {_TIMEOUT_S} s."

    def _probe(self) -> None:
        try:
            probe(self._store)
        finally:
            self._probing = False

    async def _check_workers(self) -> None:
        try:
            await self._workers.check(_TIMEOUT_S)
        except NoWorkerAvailable as error:
            _log.error("not healthy: %s", error)  # the response must not show details
            self._failing["workers"] = "No worker responds, and none can be started."
