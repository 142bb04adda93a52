"""The pool of worker processes: a codec that crashes or hangs ends a worker, not the server.

Each process handles one call at a time, within its own resource limits (`rlimits`). It is killed when its
call is cancelled or takes too long, and ends by itself when the server ends, for whatever reason.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import anyio

from gifmill.orders import Outcome
from gifmill.server.workers import tasks
from gifmill.server.workers.priority_limiter import PriorityLimiter
from gifmill.server.workers.process import ProcessDied, WorkerFailed, WorkerProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from gifmill.orders import OrderKey
    from gifmill.settings import Settings

__all__ = ["KEEP_WARM_S", "NoWorkerAvailable", "WorkerDied", "WorkerFailed", "WorkerPool"]

_log = logging.getLogger("gifmill")

KEEP_WARM_S = 30
"""Interval of pings to all workers, so that a dead idle one is replaced."""

_PING_S = 3
"""Timeout of a ping to an idle worker."""

_WARM_S = 20
"""Timeout of a new worker's first imports."""


class WorkerDied(Exception):
    """The worker crashed or took too long, twice: the input may be the cause."""


class NoWorkerAvailable(Exception):
    """No worker can be started, or each died at once."""


class _TimeLimits(NamedTuple):
    """Limits of a call: processor time and wall time."""

    cpu_s: int
    wall_s: float


_PING, _START = _TimeLimits(_PING_S, _PING_S), _TimeLimits(_WARM_S, _WARM_S)


class WorkerPool:
    """A fixed number of processes with one call each; further calls wait. Used from one event loop only.

    Args:
        location: the store, as `open_store` takes it; not in memory, which processes do not share.
        count: number of processes.
        settings: resource limits of each process.
        died: called with "crashed" or "hung" when a worker dies.

    Attributes:
        count: number of processes.
        busy: number of calls in progress.
    """

    def __init__(
        self, location: str, count: int, settings: Settings, died: Callable[[str], None] = lambda _: None
    ) -> None:
        self.count = count
        self.busy = 0
        self._location = location
        self._settings = settings
        self._died = died
        self._limiter = PriorityLimiter(count)
        self._all: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._missing: NoWorkerAvailable | None = None
        """Why no worker was available at the last attempt."""

    @property
    def alive(self) -> int:
        """Number of running processes."""
        return sum(process.alive for process in self._all)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Kill all processes at the end of the block. Calls must have ended by then, or be cancelled."""
        try:
            yield
        finally:
            for process in tuple(self._all):
                await process.kill()

    async def warm(self) -> None:
        """Start every missing process."""
        async with anyio.create_task_group() as group:
            for _ in range(self.count):
                group.start_soon(self._warm)

    async def check(self, patience_s: float) -> None:
        """Check that a worker answers. If all are busy, none is pinged, as each call has its own time limit.

        Raises:
            NoWorkerAvailable: no worker answers, and none can be started in time.
        """
        if not self._limiter.free:
            if self._missing is not None and not self.busy:
                raise self._missing
            return
        with anyio.move_on_after(patience_s):
            async with self._limiter.acquire(high_priority=True):
                self._idle.append(await self._live_worker())
            return
        raise NoWorkerAvailable(f"no worker answers within {patience_s:g} s")

    async def intake(self, upload: str, orders: tuple[OrderKey, ...]) -> None:
        """Decode an upload and store it as a photo under each order.

        Raises:
            PhotoError: the upload cannot be read as a photo.
            WorkerDied: decoding crashed or hung.
            WorkerFailed: decoding raised an unexpected error.
            NoWorkerAvailable: nothing was tried.
        """
        names = tuple(str(key) for key in orders)
        work = (self._location, self._settings, upload, names)
        await self._call(self._intake_time(), tasks.intake, *work, high_priority=True)

    async def render(self, order: OrderKey, effect: str) -> str:
        """Render one GIF.

        Returns:
            An `orders.Outcome`: "made", or else the store has a failure marker.

        Raises:
            NotFound: the photo was deleted.
            StoreFailed: the store failed; try again later.
            WorkerDied: rendering crashed or hung.
            WorkerFailed: rendering raised an unexpected error.
            NoWorkerAvailable: nothing was tried.
        """
        time = _TimeLimits(self._settings.render_cpu_s, self._settings.render_timeout_s)
        outcome: str = await self._call(time, tasks.render, self._location, str(order), effect)
        if outcome not in get_args(Outcome):
            raise WorkerFailed(f"a worker returned {outcome!r:.80}")
        return outcome

    async def _warm(self) -> None:
        try:
            await self._call(_PING, tasks.ping)
        except (WorkerDied, WorkerFailed, NoWorkerAvailable) as error:  # the next call tries again
            _log.warning("starting a worker ahead of time failed: %s", error)

    def _intake_time(self) -> _TimeLimits:
        return _TimeLimits(self._settings.intake_cpu_s, self._settings.intake_timeout_s)

    async def _call[*Args](
        self,
        time: _TimeLimits,
        function: Callable[[*Args], object],
        *args: *Args,
        high_priority: bool = False,
    ) -> Any:  # noqa: ANN401  # whatever JSON can say
        """Call a function in a worker; retry once if the worker dies or fails, as that may be chance."""
        reason: ProcessDied | WorkerFailed | None = None
        for _ in range(2):
            async with self._limiter.acquire(high_priority) as waited:
                process = await self._live_worker(just_now=waited)
                self.busy += 1
                try:
                    return await process.call(function, *time, *args)
                except ProcessDied as error:
                    self._died(error.reason)
                    reason = error
                except WorkerFailed as error:
                    reason = error
                finally:
                    self.busy -= 1
                    self._put_back(process)
        if isinstance(reason, WorkerFailed):
            raise reason
        raise WorkerDied(f"twice, {reason}") from reason

    async def _live_worker(self, *, just_now: bool = False) -> WorkerProcess:
        """Return a worker that responds: an idle one may have been killed or stopped by the system.

        Args:
            just_now: all workers were busy until now, so an idle one has just answered and needs no ping.
                Under load that saves every second call.

        Raises:
            NoWorkerAvailable: even a new one does not respond.
        """
        while self._idle:
            process = self._idle.pop()
            known = just_now and process.alive
            why = None if known else await self._failure_of(process, _PING, tasks.ping)
            if why is None:
                self._missing = None
                return process
            if isinstance(why, ProcessDied) and why.reason == "hung":
                break  # the others may hang too, and each would cost a timeout
        reason: Exception | None = None
        for _ in range(2):  # a new one may be killed too
            try:
                process = await WorkerProcess.started(self._settings.worker_memory_mb)
            except (ProcessDied, OSError) as error:
                reason = error
                continue
            self._all.add(process)
            reason = await self._failure_of(process, _START, tasks.warm)
            if reason is None:
                self._missing = None
                return process
        self._missing = NoWorkerAvailable(f"no worker can be started: {reason}")
        raise self._missing from reason

    async def _failure_of(
        self, process: WorkerProcess, time: _TimeLimits, function: Callable[[], None]
    ) -> ProcessDied | WorkerFailed | None:
        """Call a function; on failure kill the process and return the reason."""
        try:
            await process.call(function, *time)
        except (ProcessDied, WorkerFailed) as error:
            await process.kill()
            self._died(error.reason if isinstance(error, ProcessDied) else "crashed")
            return error
        finally:
            if not process.alive:
                self._all.discard(process)
        return None

    def _put_back(self, process: WorkerProcess) -> None:
        if process.alive:
            self._idle.append(process)
        else:
            self._all.discard(process)
