"""What a worker process does: take a call from its pipe, within its limits, and answer it.

A call is a pickled function with its arguments, behind its length; the server alone writes them. An answer is
a line of JSON: what a worker says is data and nothing else, as a codec in it may have fallen to a photo.
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
from gifmill.server.workers.rlimits import confine, timed

if TYPE_CHECKING:
    from typing import BinaryIO

LENGTH_BYTES = 4
READY = b"ready\n"
MOST_ANSWER_BYTES = 65_536
_MOST_TEXT = 8_000
"""Of a message or a traceback; with quotes and escapes, two of them are less than an answer."""


def main() -> None:
    """Work until the pipe ends, as it does when the server does, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers itself
    calls, answers = _pipes()
    confine(int(sys.argv[1]))
    answers.write(READY)
    while length := calls.read(LENGTH_BYTES):
        answer = _answer(calls.read(int.from_bytes(length)))
        answers.write(json.dumps(answer).encode() + b"\n")


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the server alone: what a codec prints is lost."""
    calls, answers = os.dup(0), os.dup(1)
    with open(os.devnull, "r+b") as nothing:  # noqa: PTH123
        for each in (0, 1, 2):
            os.dup2(nothing.fileno(), each)
    return open(calls, "rb"), open(answers, "wb", buffering=0)  # noqa: PTH123


def _answer(call: bytes) -> dict[str, Any]:
    """What came of a call: `value`, or the `code` and `message` of an error of ours, or `failed`.

    Raises:
        MemoryError: there was not enough. The process ends with it, and with all that it holds.
    """
    try:
        path, function_and_arguments, cpu_s, wall_s = pickle.loads(call)  # noqa: S301  # the server wrote it
        sys.path[:] = path
        function, arguments = pickle.loads(function_and_arguments)  # noqa: S301
        with timed(cpu_s, wall_s):
            return {"value": function(*arguments)}
    except GifmillError as error:
        return {"code": error.code, "message": error.message[:_MOST_TEXT]}
    except MemoryError:
        raise
    except Exception as error:  # the edge between processes: whatever it was, the server hears of it
        told = f"{type(error).__name__}: {error}"
        return {"failed": told[:_MOST_TEXT], "traceback": traceback.format_exc()[-_MOST_TEXT:]}


if __name__ == "__main__":
    main()
