"""A progress bar on one line of a terminal.

The bar is our own. With rich 15 in its place, the command took 11 to 13 % longer on a terminal for three GIFs
of a 12-megapixel photo, and 28 % longer for one GIF of a small photo, which is the time to import rich.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self, TextIO

from gifmill.cli.terminal import discard, escape_control_characters

if TYPE_CHECKING:
    from types import TracebackType

_BAR_COLUMNS = 24
_MIN_COLUMNS_FOR_BAR = 16
_UNKNOWN_COLUMNS = 80
_ERASE_LINE = "\r\x1b[2K"

_BLOCKS, _ASCII = ("█", "░"), ("#", ".")
"""Steps that are done, and those that are not."""

_WIDE_LANGUAGES = ("ja", "ko", "zh")
"""Languages in which terminals may show characters of ambiguous width, blocks among them, in two columns."""

_EMOJI_STYLE = "\ufe0f"
_FIRST_FLAG_LETTER, _LAST_FLAG_LETTER = "\U0001f1e6", "\U0001f1ff"


class ProgressBar:
    """A bar on one line that is drawn over and over, and gone at the end.

    It has no colours, so NO_COLOR changes nothing. A failure to draw it is no error of the command.

    Args:
        total: number of steps.
        terminal: where to draw; nothing is drawn if it is None or no terminal, or cannot erase a line
            (TERM=dumb).
    """

    def __init__(self, total: int, terminal: TextIO | None) -> None:
        self._total = total
        self._done = 0
        draws = terminal is not None and terminal.isatty()
        self._terminal = terminal if draws and os.environ.get("TERM") not in ("dumb", "unknown") else None
        self._locale = _locale() if self._terminal else ""
        self._encoding = _encoding(self._terminal, self._locale) if self._terminal else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, what: str) -> None:
        """Draw the bar with the current step."""
        if self._terminal is None:
            return
        columns = self._columns() - 1  # a terminal may wrap after its last column
        line = f"{self._done}/{self._total} {self._encodable(escape_control_characters(what))}"
        if columns >= _MIN_COLUMNS_FOR_BAR:
            line = f"{self._bar(min(_BAR_COLUMNS, columns // 2))} {line}"
        self._draw(_ERASE_LINE + _cut(line, columns, wide_ambiguous=self._wide_ambiguous))

    def advance(self, steps: int = 1) -> None:
        """Count steps as done, and clear the line for output."""
        self._done += steps
        self.clear()

    def clear(self) -> None:
        """Erase the bar."""
        self._draw(_ERASE_LINE)

    @property
    def _wide_ambiguous(self) -> bool:
        return self._locale.startswith(_WIDE_LANGUAGES)

    def _columns(self) -> int:
        """Return the terminal's width now: it may have been resized."""
        try:
            columns = os.get_terminal_size(self._terminal.fileno()).columns if self._terminal else 0
        except OSError:
            columns = 0
        return columns or _UNKNOWN_COLUMNS

    def _bar(self, columns: int) -> str:
        blocks = not self._wide_ambiguous and self._encodable(_BLOCKS[0]) == _BLOCKS[0]
        done, left = _BLOCKS if blocks else _ASCII
        filled = columns * self._done // self._total
        return done * filled + left * (columns - filled)

    def _encodable(self, text: str) -> str:
        return text.encode(self._encoding, "backslashreplace").decode(self._encoding)

    def _draw(self, text: str) -> None:
        if self._terminal is None:
            return
        try:
            self._terminal.write(text)
            self._terminal.flush()
        except OSError:  # the terminal is gone; the GIFs are made all the same
            discard(self._terminal)
            self._terminal = None


def _locale() -> str:
    """Return the locale of texts, such as "de_DE.UTF-8"; empty if none is set."""
    return next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := os.environ.get(name))), "")


def _encoding(terminal: TextIO, locale: str) -> str:
    """Return the encoding of what a terminal shows.

    In the locale C, Python writes UTF-8 all the same (PEP 540), but the terminal may show nothing but ASCII.
    """
    return "ascii" if locale in ("C", "POSIX") else terminal.encoding or "utf-8"


def _cut(line: str, columns: int, *, wide_ambiguous: bool) -> str:
    """Cut a line to at most `columns` columns: a line that wraps cannot be erased.

    Where terminals differ, a character has the larger width.

    Source: Unicode Standard Annex 11, East Asian Width; Annex 51, Emoji.
    """
    if line.isascii():
        return line[:columns]
    from unicodedata import category, east_asian_width

    wide = "WFA" if wide_ambiguous else "WF"
    for at, sign in enumerate(line):
        if sign == _EMOJI_STYLE:
            columns -= 1  # it makes the sign before it wide
        elif _FIRST_FLAG_LETTER <= sign <= _LAST_FLAG_LETTER:
            columns -= 2  # half a flag, or a letter of two columns
        elif category(sign) not in ("Mn", "Me"):
            columns -= 2 if east_asian_width(sign) in wide else 1
        if columns < 0:
            return line[:at]
    return line
