"""Completion scripts in real shells, those that are installed."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from gifmill.cli.command import main
from gifmill.effects import EFFECTS, PACKS
from gifmill.gif import PRESETS
from gifmill.rendering import PLATFORMS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

SHELLS = ("bash", "zsh", "fish")

COMPLETED = [
    ("ma", {"make"}),
    ("compl", {"completion"}),
    ("completion z", {"zsh"}),
    ("effects kal", {"kaleidoscope"}),
    ("effects em", {"emoji"}),
    ("make cat.jpg -e kal", {"kaleidoscope"}),
    ("make --effect bou", {"bounce"}),
    ("make --pack cl", {"classic"}),
    ("make --preset ba", {"balanced"}),
    ("make --for slack", {"slack-emoji"}),
    ("make --format we", {"webp"}),
    ("make --max-b", {"--max-bytes"}),
    ("make holiday", {"holiday-photo.jpg"}),
    ("make cat.jpg -o gif", {"gifs/"}),
    ("serve --wor", {"--workers"}),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a photo and a folder for GIFs."""
    (tmp_path / "holiday-photo.jpg").touch()
    (tmp_path / "gifs").mkdir()
    return tmp_path


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


def installed(shell: str) -> str:
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"{shell} is not installed")
    return path


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_has_every_name(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    for name in (*PACKS, *PRESETS, *PLATFORMS, *(effect.name for effect in EFFECTS), *SHELLS):
        assert name in text


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_valid(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "script").write_text(script(shell, capsys))
    completed = subprocess.run([installed(shell), "-n", folder / "script"], capture_output=True, text=True)
    assert (completed.returncode, completed.stderr) == (0, "")


def test_bash_completes_names_and_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "script").write_text(script("bash", capsys))
    program = """
        source ./script
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
        COMP_POINT=${#COMP_LINE}
        _shtab_gifmill gifmill "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    for words, expected in COMPLETED:
        completed = subprocess.run(
            [installed("bash"), "--norc", "-c", program, "bash", "gifmill", *words.split()],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        assert {line.strip() for line in completed.stdout.splitlines()} == {
            name.removesuffix("/") for name in expected
        }, words


def test_fish_completes_names_and_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "script").write_text(script("fish", capsys))
    for words, expected in COMPLETED:
        completed = subprocess.run(
            [installed("fish"), "--no-config", "-c", f"source ./script; complete -C 'gifmill {words}'"],
            cwd=folder,
            env={**os.environ, "HOME": str(folder)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert {line.partition("\t")[0] for line in completed.stdout.splitlines()} == expected, words


def test_zsh_completes_names_and_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "functions").mkdir()
    (folder / "functions/_gifmill").write_text(script("zsh", capsys))
    shell = installed("zsh")
    start = "PS1='> '; fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -D\n"
    terminal, other_end = pty.openpty()
    with subprocess.Popen(
        [shell, "-f", "-i"],
        cwd=folder,
        env={**os.environ, "TERM": "dumb", "HOME": str(folder)},
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        start_new_session=True,
    ) as process:
        os.close(other_end)
        try:
            os.write(terminal, start.encode() + b"echo ready-$((1 + 1))\n")
            _read_until(terminal, "ready-2")
            for words, (expected,) in ((words, tuple(names)) for words, names in COMPLETED):
                os.write(terminal, f"gifmill {words}\t".encode())
                line = f"gifmill {words}".rpartition(" ")[0]
                _read_until(terminal, f"{line} {expected}")
                os.write(terminal, b"\x15")  # Ctrl-U erases the line
        finally:
            process.kill()
            os.close(terminal)


def _read_until(terminal: int, expected: str) -> None:
    """Read from a terminal until a text appears."""
    shown, deadline_s = "", time.monotonic() + 60
    while expected not in shown:
        ready, _, _ = select.select([terminal], [], [], max(deadline_s - time.monotonic(), 0))
        assert ready, f"{expected!r} is not in {shown!r}"
        shown += os.read(terminal, 4096).decode()
