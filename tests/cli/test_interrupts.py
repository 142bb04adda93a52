"""Ctrl-C: the command ends at once with 130, and leaves no part of a file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.cli.command_runs import make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

pytestmark = pytest.mark.slow

WAIT_S = 60
"""Only a command that does not end waits so long."""

START = """
import os, signal, sys, threading, time
import gifmill.photo, gifmill.rendering
from gifmill.cli import main

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
"""


def command(*arguments: str | Path, code: str = "") -> list[str]:
    """Return the command as a process that runs this code before."""
    return [sys.executable, "-c", f"{START}{code}\nsys.exit(main())", "make", *map(str, arguments)]


def restore_interrupts() -> None:
    """Restore the default action of SIGINT: shells ignore it in background processes, as the tests may be."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*arguments: str | Path, code: str = "") -> AbstractContextManager[subprocess.Popen[bytes]]:
    return subprocess.Popen(
        command(*arguments, code=code),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=restore_interrupts,
    )


def run(*arguments: str | Path, code: str) -> tuple[int, bytes, bytes]:
    with start(*arguments, code=code) as process:
        out, err = process.communicate(timeout=WAIT_S)
    return process.returncode, out, err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the current folder, which is empty."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    yield tmp_path / "here"
    assert not list((tmp_path / "here").rglob("*.part"))


@pytest.mark.parametrize("output", ["out.gif", "-", "gifs/"])
@pytest.mark.parametrize("options", [(), ("--no-clobber",)])
def test_an_interrupt_while_a_gif_is_made_leaves_no_file(
    cat: str, folder: Path, output: str, options: tuple[str, ...]
) -> None:
    code = """
def render(*_, **__):
    interrupt()
    time.sleep(1000)

gifmill.rendering.render_options = render
"""
    assert run(cat, "-e", "blur", "-o", output, *options, code=code) == (130, b"", b"")
    assert not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("options", [(), ("--no-clobber",)])
@pytest.mark.parametrize("step", ["chmod", "replace", "hardlink_to", "unlink"])
def test_an_interrupt_while_a_file_is_written_leaves_the_whole_file(
    cat: str, folder: Path, step: str, options: tuple[str, ...]
) -> None:
    code = f"""
from pathlib import Path
call = Path.{step}

def {step}(*args, **named):
    interrupt()
    time.sleep(0.01)
    return call(*args, **named)

Path.{step} = {step}
"""
    if not options:
        (folder / "out.gif").write_bytes(b"old")
    code_, out, err = run(cat, "-e", "blur", "--size", "16", "-o", "out.gif", *options, code=code)

    interrupted = step == "unlink" or step in (("hardlink_to",) if options else ("chmod", "replace"))
    assert (code_, err) == (130 if interrupted else 0, b"")
    assert bool(out) != interrupted
    assert [path.name for path in folder.iterdir()] == ["out.gif"]
    assert (folder / "out.gif").read_bytes().startswith(b"GIF89a")
    assert (folder / "out.gif").read_bytes().endswith(b"\x3b")


@pytest.mark.parametrize("when", ["while it is written", "while it is read"])
def test_an_interrupt_does_not_wait_for_the_reader_of_standard_output(
    cat: str, folder: Path, when: str
) -> None:
    """The GIF is larger than a pipe, and nobody reads it."""
    arguments = (cat, "-e", "zoom", "-o", "-", "--preset", "crisp", "-p", "duration=6")
    whole = subprocess.run(command(*arguments), capture_output=True, check=True).stdout
    assert len(whole) > 200_000
    with start(*arguments) as process:
        assert process.stdout
        part = os.read(process.stdout.fileno(), 1) if when == "while it is read" else b""
        time.sleep(0.1 if part else 2)
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT_S) == 130
        assert process.stderr
        assert process.stderr.read() == b""
        assert len(process.stdout.read()) < len(whole)
    assert not list(folder.iterdir())


def test_an_interrupt_does_not_wait_for_the_reader_of_a_pipe(cat: str, folder: Path) -> None:
    os.mkfifo("pipe.gif")
    code = """
write = gifmill.rendering.Gif.save

def save(*args, **named):
    threading.Timer(0.5, interrupt).start()
    return write(*args, **named)

gifmill.rendering.Gif.save = save
"""
    assert run(cat, "-e", "blur", "--size", "16", "-o", "pipe.gif", code=code) == (130, b"", b"")
    assert [path.name for path in folder.iterdir()] == ["pipe.gif"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_batch_continues_where_it_stopped(
    cat: str, folder: Path, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    photos = [str(shutil.copy(cat, folder.parent / f"{name}.jpg")) for name in "abcd"]
    small = ("-e", "blur", "-e", "cyclic", "--size", "16", "--jobs", str(jobs))
    assert make(*photos, *small, "-o", "expected") == 0
    capsys.readouterr()
    code = """
render, number = gifmill.rendering.render_options, 0

def interrupt_fifth(*args, **options):
    global number
    number += 1
    if number >= 5:
        interrupt()
        time.sleep(1000)
    return render(*args, **options)

gifmill.rendering.render_options = interrupt_fifth
"""
    code_, _, err = run(*photos, *small, "-o", "gifs", "--no-clobber", code=code)
    assert (code_, err) == (130, b"")
    before = len(list(Path("gifs").iterdir()))
    assert 0 < before < 8

    assert make(*photos, *small, "-o", "gifs", "--no-clobber") == 0

    assert capsys.readouterr().out.count("exists, skipped") == before
    made, expected = (
        {path.name: path.read_bytes() for path in Path(name).iterdir()} for name in ("gifs", "expected")
    )
    assert made == expected


def test_an_interrupt_while_the_command_starts_prints_no_traceback() -> None:
    code = """
class Interrupt:
    def find_spec(self, name, *_):
        if name == "gifmill.cli.make":
            interrupt()
            time.sleep(1000)

sys.meta_path.insert(0, Interrupt())
"""
    assert run("cat.jpg", code=code) == (130, b"", b"")


def test_an_interrupt_while_the_photo_is_awaited_on_standard_input() -> None:
    code = """
threading.Timer(1, interrupt).start()
"""
    process = subprocess.Popen(
        command("-", "-o", "-", "-e", "blur", code=code),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=restore_interrupts,
    )
    with process:
        assert process.wait(WAIT_S) == 130
        assert process.stdout
        assert process.stderr
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")


def test_an_interrupt_after_another_error_does_not_wait_for_unfinished_gifs(cat: str, folder: Path) -> None:
    code = """
render, first = gifmill.rendering.render_options, threading.Lock()
second_begun = threading.Event()

def render_one(*args, **options):
    if first.acquire(blocking=False):
        second_begun.wait()
        return render(*args, **options)
    second_begun.set()
    threading.Timer(0.5, interrupt).start()
    time.sleep(1000)

gifmill.rendering.render_options = render_one
"""
    dog = shutil.copy(cat, folder.parent / "dog.jpg")
    arguments = command(cat, dog, "-e", "blur", "--size", "16", "--jobs", "2", code=code)
    with Path("/dev/full").open("wb") as full:
        completed = subprocess.run(
            arguments,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=WAIT_S,
            preexec_fn=restore_interrupts,
        )
    assert completed.returncode == 130


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_while_numpy_is_imported_is_no_broken_installation(
    cat: str, folder: Path, jobs: str
) -> None:
    """numpy's core imports datetime, and reports any error of this as an ImportError of its own."""
    code = """
import os, signal, sys, time

class Interrupter:
    def find_spec(self, name, path=None, target=None):
        if name == "datetime":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupter())
from gifmill.cli import main
assert not {"datetime", "numpy"} & set(sys.modules)
sys.exit(main(sys.argv[1:]))
"""
    arguments = ["make", cat, "-e", "blur,zoom", "--size", "16", "--jobs", jobs]
    completed = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        check=False,
        timeout=WAIT_S,
        preexec_fn=restore_interrupts,
    )
    assert (completed.returncode, completed.stdout, completed.stderr) == (130, b"", b"")
    assert not list(folder.iterdir())


def test_an_interrupt_of_the_first_import_prints_no_traceback() -> None:
    code = """
import os, signal, sys
import gifmill

class Interrupter:
    def find_spec(self, name, path=None, target=None):
        if name == "pathlib":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupter())
sys.modules.pop("pathlib", None)
from gifmill.cli import main
sys.exit(main(["effects"]))
"""
    completed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, preexec_fn=restore_interrupts
    )
    assert (completed.returncode, completed.stdout, completed.stderr) == (130, b"", b"")
