"""Errors of the command: one line on standard error, and an exit code."""

from __future__ import annotations

import sys
from pathlib import Path

from gifmill.cli.output_paths import STDIN
from gifmill.cli.terminal import escape_control_characters
from gifmill.errors import GifmillError, InputError

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
"""Exit codes."""


def report_error(error: GifmillError | OSError, source: str | None = None) -> int:
    """Print an error in one line and return its exit code.

    Args:
        error: the error.
        source: the photo that it concerns, as named on the command line; None for the whole command.
    """
    match error:
        case InputError():
            text, code = error.message, BAD_INPUT
        case GifmillError():
            text, code = error.message, FAILED
        case FileNotFoundError() if source is not None and error.filename == source:
            text, code = "No such file. Check the name.", BAD_INPUT
        case IsADirectoryError() if source is not None and error.filename == source:
            photos = Path(source) / "*.jpg"
            text, code = f"This is a folder. Name its photos, such as {photos}.", BAD_INPUT
        case OSError() if source is not None and error.filename == source:
            text = (
                f"Cannot read the file: {error.strerror}. Check that it is a file and that you may read it."
            )
            code = BAD_INPUT
        case _ if source is not None and error.filename:
            text = f"Cannot write {error.filename}: {error.strerror}. Choose another folder (-o)."
            code = FAILED
        case _:
            text, code = f"Cannot write {error.filename or 'the output'}: {error.strerror}.", FAILED
    subject = ""
    if source is not None:
        subject = "standard input: " if source == STDIN else f"{source}: "
    sys.stderr.write(f"gifmill: {escape_control_characters(subject + text)}\n")
    return code
