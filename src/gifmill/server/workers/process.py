"""The server's side of one worker process: start, call, kill."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import anyio
from anyio.streams.buffered import BufferedByteReceiveStream

from gifmill.errors import GifmillError, all_errors
from gifmill.server.workers.rlimits import ENDED_BY_LIMIT
from gifmill.server.workers.worker_main import LENGTH_BYTES, MAX_ANSWER_BYTES, READY

if TYPE_CHECKING:
    from collections.abc import Callable

    from anyio.abc import Process

_START_S = 20
"""Timeout of a process's start."""

_EXIT_S = 1
"""Timeout for the exit code of a process that has closed its pipe."""

_KILL_S = 5
"""How long to wait for a killed process: one that hangs in the kernel dies when the kernel allows it."""


_ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""One heap for all threads of a worker: heaps of the store's threads would keep 40 MB of large uploads.

Source: mallopt(3), M_ARENA_MAX; other C libraries ignore it."""


class ProcessDied(Exception):
    """The process crashed or took too long.

    Attributes:
        reason: "crashed" or "hung".
    """

    def __init__(self, reason: str, details: str) -> None:
        super().__init__(f"a worker {reason}: {details}")
        self.reason = reason


class WorkerFailed(Exception):
    """A function raised an unexpected error; the worker lives on. The traceback is in the notes."""


class WorkerProcess:
    """A process that handles one call at a time. Used from one task at a time."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._ended = False
        self._calls = process.stdin
        self._answers = BufferedByteReceiveStream(process.stdout)

    @classmethod
    async def started(cls, memory_mb: int) -> WorkerProcess:
        """Start a process.

        Args:
            memory_mb: limit of its address space, in megabytes.

        Raises:
            ProcessDied: it ended or hung before it was ready.
            OSError: it could not be started.
        """
        command = [sys.executable, "-P", "-m", "gifmill.server.workers.worker_main", str(memory_mb)]
        environ = {**os.environ, **_ONE_HEAP}
        process = await anyio.open_process(command, stderr=subprocess.DEVNULL, env=environ)
        worker = cls(process)
        try:
            with anyio.fail_after(_START_S):
                ready = await worker._line()
            if ready + b"\n" != READY:
                raise ProcessDied("crashed", "its first line is not a worker's")
        except TimeoutError as error:
            await worker.kill()
            raise ProcessDied("hung", f"no start within {_START_S} s") from error
        except BaseException:
            await worker.kill()
            raise
        return worker

    @property
    def alive(self) -> bool:
        """Whether it can take calls."""
        return not self._ended and self._process.returncode is None

    async def call[*Args](
        self, function: Callable[[*Args], object], cpu_s: int, wall_s: float, *args: *Args
    ) -> Any:  # noqa: ANN401  # any JSON value
        """Call a function in the process.

        Returns:
            Its result, as JSON.

        Raises:
            GifmillError: raised by the function.
            WorkerFailed: the function raised any other error.
            ProcessDied: the process crashed or took too long. It is ended, also when this call is cancelled.
        """
        work = pickle.dumps((function, args))
        call = pickle.dumps((sys.path, work, cpu_s, wall_s))
        try:
            with anyio.fail_after(wall_s):
                answer = await self._send(len(call).to_bytes(LENGTH_BYTES) + call)
        except TimeoutError as error:
            await self.kill()
            raise ProcessDied("hung", f"no answer within {wall_s:g} s") from error
        except BaseException:
            await self.kill()
            raise
        return _value(answer)

    async def kill(self) -> None:
        """Kill the process."""
        self._ended = True
        if self._process.returncode is None:
            self._process.kill()
        with anyio.move_on_after(_KILL_S, shield=True):
            await self._process.aclose()

    async def _send(self, call: bytes) -> dict[str, Any]:
        try:
            await self._calls.send(call)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise await self._dead() from error
        line = await self._line()
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise ProcessDied("crashed", "its answer cannot be read") from error
        if not isinstance(answer, dict):
            raise ProcessDied("crashed", "its answer is not an object")
        return answer

    async def _line(self) -> bytes:
        try:
            return await self._answers.receive_until(b"\n", MAX_ANSWER_BYTES)
        except anyio.DelimiterNotFound as error:
            raise ProcessDied("crashed", "its answer has no end") from error
        except (anyio.IncompleteRead, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise await self._dead() from error

    async def _dead(self) -> ProcessDied:
        """Return the reason of its death, by its exit code."""
        with anyio.move_on_after(_EXIT_S):
            await self._process.wait()
        code = self._process.returncode
        return ProcessDied(
            "hung" if code is not None and -code in ENDED_BY_LIMIT else "crashed", f"exit code {code}"
        )


def _value(answer: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return a function's result, or raise its error.

    Raises:
        GifmillError: the function raised it.
        WorkerFailed: the function raised any other error.
    """
    if "value" in answer:
        return answer["value"]
    if (kind := _error_of(answer.get("code"))) is not None:
        raise kind(str(answer.get("message")))
    failed = WorkerFailed(str(answer.get("failed")))
    failed.add_note(str(answer.get("traceback")))
    raise failed


def _error_of(code: object) -> type[GifmillError] | None:
    return next((kind for kind in all_errors() if kind.code == code), None)
