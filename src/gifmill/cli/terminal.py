"""Output of the command: a line for each GIF, and errors; C libraries are silenced."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from io import UnsupportedOperation
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.cli.file_errors import OutputFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from gifmill.rendering import Gif

_STDERR = 2


def escape_control_characters(text: str) -> str:
    """Return the text with control characters escaped: a terminal would obey them, or begin a new line."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def print_line(line: str) -> None:
    """Print a line and flush: a reader may be waiting. File names that cannot be encoded are escaped."""
    encoding = sys.stdout.encoding
    with stdout_errors():
        sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()


@contextmanager
def stdout_errors() -> Iterator[None]:
    """Report a failure of standard output, such as a full disk, as an error of the output.

    Raises:
        OutputFailed: standard output cannot be written to.
        BrokenPipeError: its reader has closed it.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_stdout()
        raise OutputFailed.of_stdout(error) from error


def discard_stdout() -> None:
    """Discard the rest of standard output: what is in its buffer must not fail again at exit."""
    discard(sys.stdout)


def discard(stream: TextIO) -> None:
    """Discard what a stream has in its buffer, and all that follows."""
    with suppress(UnsupportedOperation):  # a program that calls `main` may have replaced it
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write_stderr(text: str) -> None:
    """Write to standard error. If nobody can read it, the exit code alone reports the error."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        discard(sys.stderr)


def reopen_closed_streams() -> None:
    """Open the null device for each standard stream that the caller has closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 -- open until the process ends


def is_closed(stream: TextIO) -> bool:
    """Return whether the caller has closed a standard stream, so that the null device takes its place."""
    return getattr(stream, "name", None) == os.devnull  # `> /dev/null` has another name


@contextmanager
def silenced_stderr() -> Iterator[None]:
    """Discard standard error during the block: libtiff reports damage there itself, line by line.

    This affects the file descriptor of the whole process, so only a command may use it, never a library, and
    only in the main thread, which is the only one that prints.
    """
    kept = os.dup(_STDERR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)


def format_summary(gif: Gif, path: Path) -> str:
    """Return the line that describes a finished GIF."""
    size, duration = f"{len(gif.data) / 1000:.0f} kB", f"{gif.duration_ms / 1000:g} s"
    flashes = "  flashes dangerously" if gif.flashes else ""
    calmed = f"  {_calming(gif)} because it would flash dangerously" if gif.calmed else ""
    less = f"  to fit: {', '.join(gif.given_up)}" if gif.given_up else ""
    name = escape_control_characters(str(path))
    return f"{name}  {size}  {gif.width} x {gif.height} px  {duration}{flashes}{calmed}{less}"


def _calming(gif: Gif) -> str:
    """Return how a GIF was slowed and softened."""
    done = []
    if gif.duration_ms > gif.requested_ms:
        done.append(f"slowed from {gif.requested_ms / 1000:g} s to {gif.duration_ms / 1000:g} s")
    if gif.softened:
        done.append(f"softened {gif.softened} of {gif.frames} frames")
    return " and ".join(done)


def format_json(gif: Gif, source: str, path: Path, seconds: float) -> str:
    """Return the description of a finished GIF as one line of JSON.

    Args:
        gif: the finished GIF.
        source: the photo, as named on the command line.
        path: the file that was written.
        seconds: time to make it.
    """
    from json import dumps  # 9 ms

    return dumps(
        {
            "photo": source,
            "effect": gif.effect,
            "path": str(path),
            "bytes": len(gif.data),
            "format": gif.format,
            "frames": gif.frames,
            "width": gif.width,
            "height": gif.height,
            "duration_ms": gif.duration_ms,
            "requested_ms": gif.requested_ms,
            "calmed": gif.calmed,
            "softened": gif.softened,
            "flashes": gif.flashes,
            "given_up": gif.given_up,
            "seconds": round(seconds, 3),
            "skipped": False,
        }
    )


def format_skipped(path: Path) -> str:
    """Return the line about a file that exists and is kept."""
    return f"{escape_control_characters(str(path))}  exists, skipped"


def format_skipped_json(source: str, effect: str, path: Path, size: int) -> str:
    """Return the description of a file that exists and is kept as one line of JSON."""
    from json import dumps

    return dumps({"photo": source, "effect": effect, "path": str(path), "bytes": size, "skipped": True})
