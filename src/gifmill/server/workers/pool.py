"""Work in processes of their own: a codec that crashes or hangs takes its worker along and not the server.

Each process takes one call at a time, within limits of its own (`confinement`). It is killed when its call is
cancelled or takes too long, and ends by itself when the server does, however the server ends.
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
"""How often all of them are called, so that there is a new one where an idle one has died."""

_PING_S = 3
"""How long an idle worker may take to say that it is there."""

_WARM_S = 20
"""How long a fresh one may take to import what every GIF needs."""


class WorkerDied(Exception):
    """The worker crashed or took too long, twice over: the work may be to blame."""


class NoWorkerAvailable(Exception):
    """None can be had: whatever was started died at once, or could not even be started."""


class _TimeLimits(NamedTuple):
    """How long a call may take: of processor time, and by the clock."""

    cpu_s: int
    wall_s: float


_PING, _START = _TimeLimits(_PING_S, _PING_S), _TimeLimits(_WARM_S, _WARM_S)


class WorkerPool:
    """A number of processes, one call each at a time; further calls wait. Used from one event loop only.

    Args:
        location: the store, as `open_store` takes it; it must be one that processes share.
        count: how many processes.
        settings: what each of them may use.
        died: is told of each death: "crashed" or "hung".

    Attributes:
        count: how many processes there should be.
        busy: how many calls are being worked on.
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
        """Why none could be had when one was last looked for."""

    @property
    def alive(self) -> int:
        """How many processes there are."""
        return sum(process.alive for process in self._all)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """End all processes at the end of the block. Calls have to be over by then, or cancelled."""
        try:
            yield
        finally:
            for process in tuple(self._all):
                await process.kill()

    async def warm(self) -> None:
        """Start every process that is not there (any more)."""
        async with anyio.create_task_group() as group:
            for _ in range(self.count):
                group.start_soon(self._warm)

    async def check(self, patience_s: float) -> None:
        """See whether workers answer. Where all are at work nobody is asked: each of them has its time limit.

        Raises:
            NoWorkerAvailable: there is none, and none can be had within this time.
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
        """Decode an upload and keep it as a photo under each order.

        Raises:
            PhotoError: it is no photo that we can work with.
            WorkerDied: decoding it crashed or hung.
            WorkerFailed: it met a bug of ours.
            NoWorkerAvailable: it was not even tried.
        """
        names = tuple(str(key) for key in orders)
        work = (self._location, self._settings, upload, names)
        await self._call(self._intake_time(), tasks.intake, *work, high_priority=True)

    async def render(self, order: OrderKey, effect: str) -> str:
        """Make one GIF.

        Returns:
            A `pipeline.Outcome`: "made", or there is a marker that says why not.

        Raises:
            NotFound: the photo has been deleted.
            StoreFailed: try again later.
            WorkerDied: making it crashed or hung.
            WorkerFailed: it met a bug of ours.
            NoWorkerAvailable: it was not even tried.
        """
        time = _TimeLimits(self._settings.render_cpu_s, self._settings.render_timeout_s)
        outcome: str = await self._call(time, tasks.render, self._location, str(order), effect)
        if outcome not in get_args(Outcome):
            raise WorkerFailed(f"a worker says {outcome!r:.80}")
        return outcome

    async def _warm(self) -> None:
        try:
            await self._call(_PING, tasks.ping)
        except (WorkerDied, WorkerFailed, NoWorkerAvailable) as error:  # whoever needs one looks again
            _log.warning("no worker could be started ahead of time: %s", error)

    def _intake_time(self) -> _TimeLimits:
        return _TimeLimits(self._settings.intake_cpu_s, self._settings.intake_timeout_s)

    async def _call[*Args](
        self,
        time: _TimeLimits,
        function: Callable[[*Args], object],
        *args: *Args,
        high_priority: bool = False,
    ) -> Any:  # noqa: ANN401  # whatever JSON can say
        """Call in a worker; where it dies, hangs or meets a bug, once more: it may have been chance."""
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
        raise WorkerDied(f"twice over, {reason}") from reason

    async def _live_worker(self, *, just_now: bool = False) -> WorkerProcess:
        """A worker that lives: an idle one may have been killed, or stopped, by the system.

        Args:
            just_now: all were at work until now, so that whichever is idle has just answered, and need not be
                asked whether it does. Under load that saves one call of two.

        Raises:
            NoWorkerAvailable: not even a fresh one answers.
        """
        while self._idle:
            process = self._idle.pop()
            known = just_now and process.alive
            why = None if known else await self._failure_of(process, _PING, tasks.ping)
            if why is None:
                self._missing = None
                return process
            if isinstance(why, ProcessDied) and why.reason == "hung":
                break  # the others may hang as well, and each would have to be waited for
        reason: Exception | None = None
        for _ in range(2):  # a fresh one may be killed as well
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
        self._missing = NoWorkerAvailable(f"no worker can be had: {reason}")
        raise self._missing from reason

    async def _failure_of(
        self, process: WorkerProcess, time: _TimeLimits, function: Callable[[], None]
    ) -> ProcessDied | WorkerFailed | None:
        """Why a process is of no use; it is ended then."""
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
