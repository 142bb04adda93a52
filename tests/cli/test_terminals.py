"""The command on real terminals: narrow, dumb, resized, in ASCII, or for one of its two streams only."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.slow

ERASE = "\r\x1b[2K"

WIDE_NAMES = ("猫" * 20, "❤️" * 20, "👩🏽‍🚀" * 10, "e\u0301\u20dd" * 20, "🇩🇪" * 20)


def run(
    *arguments: str,
    columns: int = 60,
    terminal: str = "stderr",
    resized: int | None = None,
    stdin: bytes = b"",
    environ: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, str]:
    """Run the command with one stream on a terminal and the other one on a pipe.

    Args:
        arguments: of the command.
        columns: width of the terminal.
        terminal: the stream on the terminal: stdout or stderr.
        resized: width of the terminal after the first output, before standard input is sent.
        stdin: standard input.
        environ: variables of the environment; it has no other of a locale.

    Returns:
        What it printed to standard output, and to standard error.
    """
    main_end, other_end = pty.openpty()
    termios.tcsetwinsize(other_end, (24, columns))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    variables = {**kept, "TERM": "xterm", "LANG": "C.UTF-8", **environ}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, terminal: other_end}
    command = [sys.executable, "-m", "gifmill", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=variables, **streams) as process:  # type: ignore[call-overload]
        drawn = b""
        if resized is not None:
            drawn += os.read(main_end, 4096)
            termios.tcsetwinsize(other_end, (24, resized))
        assert process.stdin
        process.stdin.write(stdin)
        process.stdin.close()
        os.close(other_end)
        while part := _read(main_end):
            drawn += part
        pipe = process.stdout or process.stderr
        piped = pipe.read()
        assert process.wait() == 0, (drawn, piped)
    os.close(main_end)
    streams_read = {terminal: drawn.decode(), "stderr" if terminal == "stdout" else "stdout": piped.decode()}
    return streams_read["stdout"], streams_read["stderr"]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux reports the closed other end as an error
        return b""


@pytest.fixture
def make(cat: str, out: Path) -> list[str]:
    return ["make", cat, "-e", "blur", "-e", "cyclic", "--size", "16", "-o", str(out), "--jobs", "1"]


def test_with_its_errors_on_a_terminal_the_bar_is_there_and_lines_are_in_the_pipe(make: list[str]) -> None:
    out, err = run(*make, terminal="stderr")

    assert [line.split("  ")[0].rpartition("/")[2] for line in out.splitlines()] == [
        "cat-blur.gif",
        "cat-cyclic.gif",
    ]
    assert "\x1b" not in out
    assert "0/2 cat-blur.gif" in err
    assert err.endswith(ERASE)


def test_with_its_output_on_a_terminal_and_errors_in_a_pipe_there_is_no_bar(make: list[str]) -> None:
    out, err = run(*make, terminal="stdout")

    assert out.count("\n") == 2
    assert "\x1b" not in out
    assert err == ""


def test_a_dumb_terminal_gets_no_bar(make: list[str]) -> None:
    assert run(*make, environ={"TERM": "dumb"})[1] == ""


def test_no_color_changes_nothing_because_there_are_no_colours(make: list[str]) -> None:
    drawn = run(*make)[1]

    assert run(*make, environ={"NO_COLOR": "1"})[1] == drawn
    assert "\x1b[" not in drawn.replace(ERASE, "")


def test_quiet_draws_no_bar(make: list[str]) -> None:
    assert run(*make, "--quiet") == ("", "")


@pytest.mark.parametrize(
    "variables",
    [{"LC_ALL": "C"}, {"LANG": "POSIX", "LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "ascii"}],
    ids=str,
)
def test_an_ascii_terminal_gets_ascii(
    variables: dict[str, str], cat: str, out: Path, make: list[str]
) -> None:
    wide = Path(cat).with_name("猫.jpg")
    Path(cat).rename(wide)
    _, err = run("make", str(wide), *make[2:], environ=variables)

    assert err.isascii()
    assert "." * 24 + r" 0/2 \u732b-blur.gif" in err
    assert "#" * 12 + "." * 12 + " 1/2" in err
    assert len(list(out.iterdir())) == 2


@pytest.mark.parametrize("columns", [1, 2, 3, 10, 16, 17, 30])
def test_a_narrow_terminal_gets_no_line_that_wraps(columns: int, make: list[str]) -> None:
    _, err = run(*make, columns=columns)

    assert max(len(line) for line in err.split(ERASE)) <= columns - 1


@pytest.mark.parametrize("name", WIDE_NAMES)
def test_a_name_of_any_characters_is_drawn_and_made(name: str, cat: str, out: Path, make: list[str]) -> None:
    photo = Path(cat).with_name(f"{name}.jpg")
    Path(cat).rename(photo)
    _, err = run("make", str(photo), *make[2:], columns=40)

    assert "0/2 " in err
    assert max(len(line) for line in err.split(ERASE)) <= 39 * 3  # a sign has up to three characters here
    assert (out / f"{name}-blur.gif").exists()


def test_a_terminal_that_becomes_narrower_gets_shorter_lines(photo: bytes, make: list[str]) -> None:
    _, err = run("make", "-", *make[2:], columns=60, resized=20, stdin=photo)

    lines = [line for line in err.split(ERASE) if line]
    assert len(lines[0]) > 20
    assert len(lines[-1]) <= 19


@pytest.mark.parametrize("stderr", ["/dev/full", "closed"])
def test_errors_that_nobody_can_read_change_no_exit_code(stderr: str, make: list[str]) -> None:
    if stderr == "closed":
        read_end, write_end = os.pipe()
        os.close(read_end)
    else:
        write_end = os.open(stderr, os.O_WRONLY)
    completed = subprocess.run(
        [sys.executable, "-m", "gifmill", *make, "none.jpg"], stdout=subprocess.PIPE, stderr=write_end
    )
    os.close(write_end)

    assert completed.returncode == 2
    assert completed.stdout.count(b"\n") == 2
