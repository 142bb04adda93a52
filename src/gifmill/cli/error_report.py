"""Errors of the command: one line on standard error, and an exit code.

With `--json`, an error is an object on standard output, too: a program that reads it misses no photo.
"""

from __future__ import annotations

from gifmill.cli.exit_codes import BAD_INPUT, FAILED
from gifmill.cli.file_errors import STDIN, FileError
from gifmill.cli.terminal import escape_control_characters, print_line, write_stderr
from gifmill.errors import GifmillError, InputError

_SYSTEM_ERROR = "system_error"
"""The code of errors of the operating system that concern no file."""


def report_error(
    error: GifmillError | FileError | OSError, source: str | None = None, *, as_json: bool = False
) -> int:
    """Print an error in one line and return its exit code.

    Args:
        error: the error.
        source: the photo that it concerns, as named on the command line; None for the whole command.
        as_json: also print an object with `error` on standard output.

    Raises:
        OutputFailed, BrokenPipeError: standard output cannot be written to.
    """
    match error:
        case FileError():
            text, code = error.message, error.exit_code
        case InputError():
            text, code = error.message, BAD_INPUT
        case GifmillError():
            text, code = error.message, FAILED
        case _:
            name = f"{error.filename}: " if error.filename else ""
            text, code = f"{name}{error.strerror or error}.", FAILED
    subject = ""
    if source is not None:
        subject = "standard input: " if source == STDIN else f"{source}: "
    write_stderr(f"gifmill: {escape_control_characters(subject + text)}\n")
    if as_json:
        from json import dumps  # 9 ms

        kind = _SYSTEM_ERROR if isinstance(error, OSError) else error.code
        print_line(dumps({"photo": source, "error": {"code": kind, "message": text}}))
    return code
