"""Work in processes of their own: a codec that crashes or hangs takes its worker along and not the server.

The processes are anyio's: each holds one call at a time over a pipe, is killed when its call is cancelled,
and ends by itself when the server does, however the server ends.
"""

from __future__ import annotations

import time
import traceback
from collections import deque
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import anyio
from anyio import BrokenWorkerProcess, CapacityLimiter, to_process

from gifmill import pipeline
from gifmill.effects import effect_named, every_effect
from gifmill.errors import GifmillError
from gifmill.keys import OrderKey, parse_order
from gifmill.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from gifmill.settings import Settings

KEEP_WARM_S = 120
"""anyio ends a worker that has been idle for 300 s; calling all of them more often than that keeps them."""

_NOD_S = 10
"""How long a worker may take to say that it is there, its start included."""


class WorkerDied(Exception):
    """The worker crashed or took too long, twice over: the work may be to blame."""


class WorkerFailed(Exception):
    """A worker could not be started, or met a bug of ours: the work is not to blame. Its cause says more."""


class Done(NamedTuple):
    """What became of one rendering.

    Attributes:
        made: there is a GIF; if not, there is a marker that says why.
        seconds: how long the worker was busy with it.
    """

    made: bool
    seconds: float


class Workers:
    """A number of processes, one call each at a time; further calls wait.

    Args:
        location: the store, as `open_store` takes it; it must be one that processes share.
        count: how many processes.
    """

    def __init__(self, location: str, count: int, settings: Settings) -> None:
        self.count = count
        self._location = location
        self._settings = settings
        self._slots = _Slots(count)
        self._limiter = CapacityLimiter(count)  # anyio's own default is the number of processors

    async def warm(self) -> None:
        """Start every process that is not there yet, with its imports done."""
        async with anyio.create_task_group() as tasks:
            for _ in range(self.count):
                tasks.start_soon(self._call, _warm, self._settings.intake_timeout_s)

    async def take(self, upload: str, orders: tuple[OrderKey, ...]) -> None:
        """Decode an upload and keep it as a photo under each order.

        Raises:
            PhotoError: it is no photo that we can work with.
            WorkerDied: decoding it crashed or hung.
            WorkerFailed: it was not even tried.
        """
        names = tuple(str(key) for key in orders)
        timeout_s = self._settings.intake_timeout_s
        await self._call(_take, timeout_s, self._location, self._settings, upload, names, urgent=True)

    async def render(self, order: OrderKey, effect: str) -> Done:
        """Make one GIF.

        Raises:
            NotFound: the photo has been deleted.
            StoreFailed: try again later.
            WorkerDied: making it crashed or hung.
            WorkerFailed: it was not even tried.
        """
        return await self._call(_render, self._settings.render_timeout_s, self._location, str(order), effect)

    async def _meet(self) -> None:
        """See to it that the worker whose turn it is lives: an idle one may have been killed by the system.

        The one that answers last is the first to be called again.

        Raises:
            WorkerFailed: not even a fresh one answers.
        """
        reason: Exception | None = None
        for _ in range(self.count + 1):
            try:
                with anyio.fail_after(_NOD_S):
                    await to_process.run_sync(_nod, cancellable=True, limiter=self._limiter)
            except (BrokenWorkerProcess, TimeoutError) as error:
                reason = error
            else:
                return
        raise WorkerFailed("no worker answers") from reason

    async def _call[*Args, T](
        self, function: Callable[[*Args], T], timeout_s: float, *args: *Args, urgent: bool = False
    ) -> T:
        """Call in a worker; where it dies or hangs, once more in another one."""
        reason: Exception | None = None
        for _ in range(2):
            async with self._slots.taken(urgent):
                try:
                    await self._meet()
                    with anyio.fail_after(timeout_s):
                        return await to_process.run_sync(
                            _traced, function, *args, cancellable=True, limiter=self._limiter
                        )
                except (GifmillError, WorkerFailed):
                    raise
                except (BrokenWorkerProcess, TimeoutError) as error:
                    reason = error
                except Exception as error:  # the edge between processes: whatever it was, the server goes on
                    raise WorkerFailed(f"{type(error).__name__}: {error}") from error
        raise WorkerDied(f"a worker died or hung twice: {type(reason).__name__}") from reason


class _Slots:
    """A number of places. Who is urgent gets the next one that comes free: a person waits for the answer."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._urgent: deque[anyio.Event] = deque()
        self._patient: deque[anyio.Event] = deque()

    @asynccontextmanager
    async def taken(self, urgent: bool) -> AsyncIterator[None]:
        """Wait for a place and keep it for the time of the block."""
        if self._free:
            self._free -= 1
        else:
            queue = self._urgent if urgent else self._patient
            queue.append(turn := anyio.Event())
            try:
                await turn.wait()
            except BaseException:
                if turn.is_set():  # the place had been handed over already
                    self._pass_on()
                else:
                    queue.remove(turn)
                raise
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        queue = self._urgent or self._patient
        if queue:
            queue.popleft().set()
        else:
            self._free += 1


def _nod() -> None:
    """Answer."""


def _warm() -> None:
    """Import what every GIF needs."""
    import_module("gifmill.rendering")
    for effect in every_effect():
        effect.load()


def _traced[*Args, T](function: Callable[[*Args], T], *args: *Args) -> T:
    """Call; an unexpected error keeps its traceback as a note, which survives the way back to the server."""
    try:
        return function(*args)
    except GifmillError:
        raise
    except Exception as error:
        error.add_note(traceback.format_exc())
        raise


def _take(location: str, settings: Settings, upload: str, orders: tuple[str, ...]) -> None:
    store = _store(location)
    pipeline.intake(store, settings, tuple(_order(name) for name in orders), store.get(upload))


def _render(location: str, order: str, effect: str) -> Done:
    started = time.monotonic()
    made = pipeline.render_order(_store(location), _order(order), effect_named(effect))
    return Done(made, time.monotonic() - started)


def _order(name: str) -> OrderKey:
    key = parse_order(name)
    assert key is not None  # `Workers` wrote it
    return key


@cache
def _store(location: str) -> Store:
    """One store a worker: opening one reads the environment anew."""
    return open_store(location)
