"""Whether the server can do its work: its store can be used, and a worker answers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from gifmill.errors import StoreFailed
from gifmill.orders import UploadKey, new_photo_id
from gifmill.server.workers.pool import NoWorkerAvailable

if TYPE_CHECKING:
    from gifmill.server.workers.pool import WorkerPool
    from gifmill.store import Store

_log = logging.getLogger("gifmill")

_PATIENCE_S = 8
"""How long is waited for the store, and for a worker: one may have to be given up, another one started."""

_FRESH_S = 1
"""How long an answer is given again: who asks more often costs nothing."""


def probe(store: Store) -> None:
    """See whether the store can be written, read and listed.

    Raises:
        StoreFailed: it cannot.
    """
    key = str(UploadKey(new_photo_id()))
    store.put(key, b"probe")
    store.get(key)
    store.delete(key)
    next(store.list("uploads/"), None)


class Health:
    """Looks at the parts of a server, however often it is asked, once at a time."""

    def __init__(self, store: Store, workers: WorkerPool) -> None:
        self._store = store
        self._workers = workers
        self._lock = anyio.Lock()
        self._probing = False
        self._looked_s = float("-inf")
        self._failing: dict[str, str] = {}

    async def failing(self) -> dict[str, str]:
        """Which part fails, and why; nothing where all is well. It takes seconds at most."""
        async with self._lock:
            if anyio.current_time() >= self._looked_s + _FRESH_S:
                self._failing = {}
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._look_at_store)
                    tasks.start_soon(self._look_at_workers)
                self._looked_s = anyio.current_time()
            return self._failing

    async def _look_at_store(self) -> None:
        if self._probing:  # a store that hangs costs one thread and no more
            self._failing["store"] = "The store has not answered for a while."
            return
        self._probing = True
        try:
            with anyio.fail_after(_PATIENCE_S):
                await to_thread.run_sync(self._probe, abandon_on_cancel=True)
        except StoreFailed as error:
            self._failing["store"] = error.message
        except TimeoutError:
            self._failing["store"] = f"The store did not answer within {_PATIENCE_S} s."

    def _probe(self) -> None:
        try:
            probe(self._store)
        finally:
            self._probing = False

    async def _look_at_workers(self) -> None:
        try:
            await self._workers.check(_PATIENCE_S)
        except NoWorkerAvailable as error:
            _log.error("not healthy: %s", error)  # it says all, and again and again
            self._failing["workers"] = "No worker answers, and none can be started."
