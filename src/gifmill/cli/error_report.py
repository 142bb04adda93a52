"""Errors of the command: one line on standard error, and an exit code."""

from __future__ import annotations

import sys

from gifmill.cli.file_errors import BAD_INPUT, FAILED, STDIN, FileError
from gifmill.cli.terminal import escape_control_characters
from gifmill.errors import GifmillError, InputError


def report_error(error: GifmillError | FileError | OSError, source: str | None = None) -> int:
    """Print an error in one line and return its exit code.

    Args:
        error: the error.
        source: the photo that it concerns, as named on the command line; None for the whole command.
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
    sys.stderr.write(f"gifmill: {escape_control_characters(subject + text)}\n")
    return code
