from __future__ import annotations

import io
import os
import pty
import termios
from typing import TYPE_CHECKING

import pytest

from gifmill.cli.terminal import ProgressBar, silenced_stderr

if TYPE_CHECKING:
    from collections.abc import Iterator

ERASE = "\r\x1b[2K"


class Terminal(io.StringIO):
    """Recorded output, with the width of a real terminal."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._number = descriptor

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def fileno(self) -> int:
        return self._number

    @property
    def lines(self) -> list[str]:
        return self.getvalue().split(ERASE)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A terminal that is 60 columns wide."""
    monkeypatch.setenv("TERM", "xterm")
    ends = pty.openpty()
    termios.tcsetwinsize(ends[1], (24, 60))
    yield Terminal(ends[1])
    for end in ends:
        os.close(end)


def test_the_bar_grows_with_each_step(terminal: Terminal) -> None:
    with ProgressBar(2, terminal) as progress:
        progress.show("one")
        progress.advance()
        progress.show("two")

    assert terminal.lines[1] == "░" * 24 + " 0/2 one"
    assert terminal.lines[3] == "█" * 12 + "░" * 12 + " 1/2 two"


def test_the_bar_is_erased_at_the_end(terminal: Terminal) -> None:
    with ProgressBar(1, terminal) as progress:
        progress.show("one")

    assert terminal.getvalue().endswith(ERASE)


def test_a_long_name_is_truncated_so_that_the_bar_fits_on_one_line(terminal: Terminal) -> None:
    with ProgressBar(1, terminal) as progress:
        progress.show("x" * 500)

    assert max(len(line) for line in terminal.lines) == 59


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("猫" * 100, "猫" * 15),  # two columns each
        ("🐈" * 100, "🐈" * 15),
        ("e\u0301" * 100, "e\u0301" * 30),  # one column each, in two characters
    ],
    ids=["wide", "emoji", "accents"],
)
def test_a_long_name_is_truncated_by_its_width_in_columns(terminal: Terminal, name: str, shown: str) -> None:
    with ProgressBar(1, terminal) as progress:
        progress.show(name)

    assert terminal.lines[1] == "░" * 24 + " 0/1 " + shown


def test_a_terminal_that_cannot_erase_a_line_gets_no_bar(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with ProgressBar(1, terminal) as progress:
        progress.show("one")
        progress.advance()

    assert terminal.getvalue() == ""


def test_a_terminal_of_unknown_width_has_80_columns(terminal: Terminal) -> None:
    termios.tcsetwinsize(terminal.fileno(), (0, 0))
    with ProgressBar(1, terminal) as progress:
        progress.show("x" * 500)

    assert max(len(line) for line in terminal.lines) == 79


def test_without_a_terminal_nothing_is_drawn() -> None:
    file = io.StringIO()
    with ProgressBar(1, file) as progress:
        progress.show("one")
        progress.advance()

    assert file.getvalue() == ""


def test_output_of_c_libraries_is_discarded_while_stderr_is_silenced(
    capfd: pytest.CaptureFixture[str],
) -> None:
    os.write(2, b"before ")
    with silenced_stderr():
        os.write(2, b"silenced ")
    os.write(2, b"after")

    assert capfd.readouterr().err == "before after"
