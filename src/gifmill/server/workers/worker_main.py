"""The worker process: reads calls from a pipe, runs them within resource limits, writes results.

A call is a pickled function with its arguments, after its length; only the server writes calls. A result is a
line of JSON, never a pickle: a photo may have taken over a codec in this process.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any

from gifmill.errors import GifmillError
from gifmill.server.workers.rlimits import limit_process, time_limits

if TYPE_CHECKING:
    from typing import BinaryIO

LENGTH_BYTES = 4
READY = b"ready\n"
MAX_ANSWER_BYTES = 65_536
_MAX_TEXT = 8_000
"""Maximum length of a message or traceback; with quotes and escapes, two of them fit into a result."""


def main() -> None:
    """Run calls until the pipe is closed, which happens whenever the server ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers
    calls, answers = _pipes()
    limit_process(int(sys.argv[1]))
    answers.write(READY)
    while length := calls.read(LENGTH_BYTES):
        answer = _answer(calls.read(int.from_bytes(length)))
        answers.write(json.dumps(answer).encode() + b"\n")


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Reserve standard input and output for the server: what a codec prints is discarded."""
    calls, answers = os.dup(0), os.dup(1)
    with open(os.devnull, "r+b") as nothing:  # noqa: PTH123
        for each in (0, 1, 2):
            os.dup2(nothing.fileno(), each)
    return open(calls, "rb"), open(answers, "wb", buffering=0)  # noqa: PTH123


def _answer(call: bytes) -> dict[str, Any]:
    """Run a call and return `value`, or `code` and `message` of a GifmillError, or `failed`.

    Raises:
        MemoryError: the process ends, which frees all its memory.
    """
    try:
        path, function_and_arguments, cpu_s, wall_s = pickle.loads(call)  # noqa: S301  # the server wrote it
        sys.path[:] = path
        function, arguments = pickle.loads(function_and_arguments)  # noqa: S301
        with time_limits(cpu_s, wall_s):
            return {"value": function(*arguments)}
    except GifmillError as error:
        return {"code": error.code, "message": error.message[:_MAX_TEXT]}
    except MemoryError:
        raise
    except Exception as error:  # the process boundary: the server gets every error
        text = f"{type(error).__name__}: {error}"
        return {"failed": text[:_MAX_TEXT], "traceback": traceback.format_exc()[-_MAX_TEXT:]}


if __name__ == "__main__":
    main()
