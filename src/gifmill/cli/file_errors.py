"""Errors of the files that the command reads and writes.

An `OSError` does not identify the photo or GIF at fault: its name may be missing, or changed. So each is
wrapped where it happens.
"""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import ClassVar

from gifmill.cli.exit_codes import BAD_INPUT, FAILED

STDIN = "-"
"""Name of standard input on the command line."""

_FULL = (errno.ENOSPC, errno.EDQUOT)

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
"""The scheme of a URL (RFC 3986, section 3.1)."""


class FileError(Exception):
    """A file cannot be read or written.

    Attributes:
        code: stable, snake case; programs may rely on it.
        message: one or two sentences for the user: what is wrong, then what to do.
        exit_code: of the command.
    """

    code: ClassVar[str]

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code


class PhotoUnreadable(FileError):
    """A photo is missing, or the system does not let the command read it."""

    code = "photo_unreadable"

    @classmethod
    def of(cls, source: str, error: OSError) -> PhotoUnreadable:
        """Return the error of a photo, as named on the command line."""
        return cls(_reading_problem(source, error), BAD_INPUT)


class OutputFailed(FileError):
    """A GIF or a line of output cannot be written."""

    code = "output_failed"

    @classmethod
    def of(cls, path: Path, error: OSError) -> OutputFailed:
        """Return the error of a file that cannot be written."""
        problem = f"Cannot write {path}: {_reason(error)}."
        if error.errno == errno.ENAMETOOLONG:
            return cls(f"{problem} Choose a shorter name (-o or --name).", BAD_INPUT)
        advice = "Free some space, or choose" if error.errno in _FULL else "Choose"
        return cls(f"{problem} {advice} another folder (-o).", FAILED)

    @classmethod
    def of_folder(cls, folder: str, error: OSError) -> OutputFailed:
        """Return the error of an output folder that cannot be created."""
        if isinstance(error, FileExistsError | NotADirectoryError):
            names = "a folder, a file that ends in .gif or .webp, or - for standard output"
            return cls(f"{folder} is not a folder. Choose {names} (-o).", BAD_INPUT)
        problem = f"Cannot create the folder {folder}: {_reason(error)}."
        if error.errno in _FULL:
            return cls(f"{problem} Free some space, or choose another folder (-o).", FAILED)
        return cls(f"{problem} Choose another folder (-o).", BAD_INPUT)

    @classmethod
    def of_stdout(cls, error: OSError) -> OutputFailed:
        """Return the error of standard output."""
        advice = " Free some space." if error.errno in _FULL else ""
        return cls(f"Cannot write to standard output: {_reason(error)}.{advice}", FAILED)


def _reading_problem(source: str, error: OSError) -> str:
    if source == STDIN:
        return f"Cannot read it: {_reason(error)}."
    scheme, is_url, rest = source.partition("://")
    if is_url and _SCHEME.fullmatch(scheme):
        if scheme.lower() == "file":
            return f"This is a URL. Use the path of the file: {rest.removeprefix('localhost')}."
        example = ", for example with curl -LO," if scheme.lower() in ("http", "https") else ""
        return f"This is a URL. Download the photo first{example} and name the file."
    match error:
        case IsADirectoryError():
            return f"This is a folder. Name its photos, such as {Path(source) / '*.jpg'}."
        case FileNotFoundError() | NotADirectoryError():
            return f"No such file. {_advice_on_missing(source)}"
        case _ if error.errno == errno.ENAMETOOLONG:
            return "No such file: no name is this long. Check the name."
    return f"Cannot read the file: {_reason(error)}. Check that it is a file and that you may read it."


def _advice_on_missing(source: str) -> str:
    expanded = os.path.expanduser(source)  # noqa: PTH111 -- `Path` would change the name
    if expanded != source:
        return f"A ~ in quotes stays as it is: omit the quotes, or write {expanded}."
    if Path(source).is_symlink():
        return f"It is a link to {Path(source).readlink()}, which does not exist."
    if any(sign in source for sign in "*?["):
        return "No file matches the pattern. Check the folder and the ending."
    return "Check the name."


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
