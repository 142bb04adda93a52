from __future__ import annotations

import io
import os
import pty
import termios
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

import pytest

from gifmill.cli.progress_bar import ProgressBar

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
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
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


@pytest.mark.parametrize("columns", range(1, 40))
@pytest.mark.parametrize(
    "name", ["cat-blur.gif", "猫" * 30, "❤️" * 30, "🇩🇪" * 30, "👩🏽\u200d🚀" * 30, "e\u20dd" * 30]
)
def test_a_narrow_terminal_gets_no_more_than_its_width(terminal: Terminal, columns: int, name: str) -> None:
    termios.tcsetwinsize(terminal.fileno(), (24, columns))
    with ProgressBar(10, terminal) as progress:
        progress.show(name)
        progress.advance(5)
        progress.show(name)

    for line in terminal.lines:
        assert _columns(line) <= max(columns - 1, 0)


def _columns(line: str) -> int:
    """Return the width of a line on the terminal that makes it widest: emojis and flags two columns each."""
    wide = [sign for sign in line if east_asian_width(sign) in "WF" or "🇦" <= sign <= "🇿" or sign == "\ufe0f"]
    return sum(not category(sign).startswith("M") for sign in line) + len(wide)


def test_the_width_is_that_of_the_moment(terminal: Terminal) -> None:
    with ProgressBar(1, terminal) as progress:
        progress.show("x" * 100)
        termios.tcsetwinsize(terminal.fileno(), (24, 30))
        progress.show("x" * 100)
        termios.tcsetwinsize(terminal.fileno(), (24, 90))
        progress.show("x" * 100)

    assert [len(line) for line in terminal.lines] == [0, 59, 29, 89, 0]


@pytest.mark.parametrize(
    ("variable", "value"),
    [("LC_ALL", "C"), ("LC_ALL", "POSIX"), ("LC_ALL", "ja_JP.UTF-8"), ("LC_ALL", "zh_CN.UTF-8")],
)
def test_a_terminal_that_may_not_show_blocks_as_one_column_gets_ascii(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with ProgressBar(2, terminal) as progress:
        progress.advance()
        progress.show("one")

    assert terminal.lines[2] == "#" * 12 + "." * 12 + " 1/2 one"


def test_names_are_escaped_for_an_ascii_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    with ProgressBar(1, terminal) as progress:
        progress.show("猫" * 100)

    assert terminal.lines[1] == ("." * 24 + " 0/1 " + r"\u732b" * 10)[:59]


def test_the_bar_has_no_colours(terminal: Terminal) -> None:
    with ProgressBar(1, terminal) as progress:
        progress.show("\x1b[31mred")
        progress.advance()

    assert "\x1b" not in terminal.getvalue().replace(ERASE, "")


def test_a_terminal_that_is_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    main_end, other_end = pty.openpty()
    with os.fdopen(other_end, "w") as terminal, ProgressBar(1, terminal) as progress:
        progress.show("one")
        os.close(main_end)
        progress.show("two")
        progress.advance()
        progress.show("three")
