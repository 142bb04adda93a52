"""The destination of GIFs, which `-o` chooses: a folder, one file, or standard output."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.cli.file_errors import OutputFailed
from gifmill.cli.named_format import format_of_name
from gifmill.cli.terminal import is_closed, print_line, write_stderr
from gifmill.errors import InvalidRequest

if TYPE_CHECKING:
    from argparse import Namespace

_STDOUT = "-"


@dataclass(frozen=True, slots=True)
class OutputTarget:
    """The destination of GIFs.

    Attributes:
        text: the value of `-o`.
        folder: the folder of the files; None for standard output.
        name: the name of the only file; None if GIFs are named after their photos, or have no names.
    """

    text: str
    folder: Path | None
    name: str | None = None

    @classmethod
    def parse(cls, text: str) -> OutputTarget:
        """Parse the value of `-o`.

        A name that ends in `.gif` or `.webp` is that of a file, unless it is that of a folder that exists.

        Raises:
            InvalidRequest: it is empty, or the shell has not expanded `~`.
        """
        if text == _STDOUT:
            return cls(text, None)
        if not text:
            raise InvalidRequest("-o is empty. Give a folder or a file; . is the current folder.")
        home = Path(text).parts[:1]
        # Path.expanduser() raises an error for unknown users, which the function does not.
        expanded = os.path.expanduser(text)  # noqa: PTH111
        if expanded != text and not Path(*home).exists():
            advice = f"Write it without quotes and after a space, or write -o {expanded}."
            raise InvalidRequest(f"The ~ in -o {text} stays as it is. {advice}")
        path = Path(text)
        if format_of_name(text) and not os.path.isdir(text):  # noqa: PTH112 -- takes any name
            return cls(text, path.parent, path.name)
        return cls(text, path)

    @property
    def is_stdout(self) -> bool:
        """GIFs go to standard output."""
        return self.folder is None

    def check(self, photos: int, effects: int, arguments: Namespace) -> None:
        """Check that the destination can take all GIFs of a command line.

        Raises:
            InvalidRequest: it takes one GIF, and there are more; it is a terminal, or closed; or another
                argument contradicts it.
        """
        if self.folder and not self.name:
            return
        where = f"-o {self.text} "
        if photos * effects > 1:
            one = "names one file" if self.name else "writes one file"
            advice = "Choose one with -e" if photos == 1 else "Choose a folder, such as -o gifs/"
            each = f"{_count(effects, 'effect')} of {_count(photos, 'photo')} make {photos * effects}"
            raise InvalidRequest(f"{where}{one}, but {each}. {advice}.")
        if arguments.name_template is not None:
            advice = "Omit --name, or choose a folder"
            raise InvalidRequest(f"{where}and --name contradict each other. {advice}.")
        if self.name is None and arguments.json:
            raise InvalidRequest(f"{where}and --json both write to standard output. Choose one of them.")
        if self.name is None and sys.stdout.isatty():
            raise InvalidRequest("A terminal cannot show a GIF. Add > cat.gif, or name the file: -o cat.gif.")
        if self.name is None and is_closed(sys.stdout):
            raise InvalidRequest("Standard output is closed. Name the file: -o cat.gif.")

    def print_line(self, line: str) -> None:
        """Print a line about a GIF: to standard error if the GIF is on standard output."""
        if self.is_stdout:
            write_stderr(f"{line}\n")
        else:
            print_line(line)

    def create_folder(self) -> None:
        """Create the folder and those that it is in.

        Raises:
            OutputFailed: this is not possible.
        """
        if self.folder is None:
            return
        try:
            # A link to a folder that does not exist yet is followed, as one to a file is.
            Path(os.path.realpath(self.folder)).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputFailed.of_folder(str(self.folder), error) from error


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number > 1)}"
