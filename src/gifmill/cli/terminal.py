"""Output of the command: a progress bar, and a line for each GIF; C libraries are silenced.

The bar is our own. With rich 15 in its place, the command took 11 to 13 % longer on a terminal for three GIFs
of a 12-megapixel photo, and 28 % longer for one GIF of a small photo, which is the time to import rich.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self, TextIO

from gifmill.cli.file_errors import OutputFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from gifmill.rendering import Gif

_STDERR = 2
_BAR_COLUMNS = 24
_UNKNOWN_COLUMNS = 80
_ERASE_LINE = "\r\x1b[2K"


class ProgressBar:
    """A bar on one line that is drawn over and over, and gone at the end.

    Args:
        total: number of steps.
        terminal: where to draw; nothing is drawn if it is no terminal, or cannot erase a line (TERM=dumb).
    """

    def __init__(self, total: int, terminal: TextIO) -> None:
        self._total = total
        self._done = 0
        draws = terminal.isatty() and os.environ.get("TERM") != "dumb"
        self._terminal = terminal if draws else None
        columns = os.get_terminal_size(terminal.fileno()).columns if self._terminal else 0
        self._columns = columns or _UNKNOWN_COLUMNS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, what: str) -> None:
        """Draw the bar with the current step."""
        filled = _BAR_COLUMNS * self._done // self._total
        bar = "█" * filled + "░" * (_BAR_COLUMNS - filled)
        line = f"{bar} {self._done}/{self._total} {escape_control_characters(what)}"
        self._draw(_ERASE_LINE + _cut(line, self._columns - 1))

    def advance(self, steps: int = 1) -> None:
        """Count steps as done, and clear the line for output."""
        self._done += steps
        self.clear()

    def clear(self) -> None:
        """Erase the bar."""
        self._draw(_ERASE_LINE)

    def _draw(self, text: str) -> None:
        if self._terminal:
            self._terminal.write(text)
            self._terminal.flush()


def _cut(line: str, columns: int) -> str:
    """Cut a line to at most `columns` columns: a line that wraps cannot be erased.

    Source: Unicode Standard Annex 11, East Asian Width; accents take no column of their own.
    """
    if line.isascii():
        return line[:columns]
    from unicodedata import category, east_asian_width

    for at, sign in enumerate(line):
        if category(sign) != "Mn":
            columns -= 2 if east_asian_width(sign) in "WF" else 1
        if columns < 0:
            return line[:at]
    return line


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
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def reopen_closed_streams() -> None:
    """Open the null device for each standard stream that the caller has closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 -- open until the process ends


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
    calmed = "  calmed: it would have flashed" if gif.calmed else ""
    less = f"  to fit: {', '.join(gif.given_up)}" if gif.given_up else ""
    name = escape_control_characters(str(path))
    return f"{name}  {size}  {gif.width} x {gif.height} px  {duration}{calmed}{less}"


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
            "calmed": gif.calmed,
            "given_up": gif.given_up,
            "seconds": round(seconds, 3),
        }
    )
