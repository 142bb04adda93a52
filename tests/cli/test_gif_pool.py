"""GIFs of several photos at a time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.cli.command_runs import make

import gifmill.photo
import gifmill.rendering
from gifmill.errors import CannotFit
from gifmill.photo import open_photo
from gifmill.rendering import render_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from gifmill.effects import Effect
    from gifmill.photo import Photo
    from gifmill.rendering import Gif, Options

WAIT_S = 60
"""Only a broken pool waits so long."""


@pytest.fixture
def photos(cat: str, tmp_path: Path) -> list[str]:
    """Return the paths of six photos, a to f."""
    return [str(shutil.copy(cat, tmp_path / f"{name}.jpg")) for name in "abcdef"]


@pytest.fixture
def intercept(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str, int], None]], None]:
    """Return a function that makes each render call a function first, with its effect and its number."""

    def install(before: Callable[[str, int], None]) -> None:
        lock, number = threading.Lock(), 0

        def render(photo: Photo, effect: Effect, options: Options, **_: bool) -> Gif:
            nonlocal number
            with lock:
                number += 1
                mine = number
            before(effect.name, mine)
            return render_options(photo, effect, options)

        monkeypatch.setattr(gifmill.rendering, "render_options", render)

    return install


type Intercept = Callable[[Callable[[str, int], None]], None]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the number of photos in memory whenever one has been opened."""
    counts: list[int] = []
    pixels: list[weakref.ref[Any]] = []

    def count(*args: Any, **options: Any) -> Photo:
        photo = open_photo(*args, **options)
        pixels.append(weakref.ref(photo.pixels))
        counts.append(sum(each() is not None for each in pixels))
        return photo

    monkeypatch.setattr(gifmill.photo, "open_photo", count)
    return counts


def printed_names(output: str) -> list[str]:
    return [Path(line.split("  ")[0]).name for line in output.splitlines()]


def small(out: Path, jobs: int, *effects: str) -> list[str]:
    chosen = [argument for effect in effects for argument in ("-e", effect)]
    return ["-o", str(out), "--size", "16", "--jobs", str(jobs), *chosen]


def test_gifs_of_several_photos_are_made_at_a_time(
    photos: list[str], out: Path, intercept: Intercept
) -> None:
    all_begun = threading.Barrier(3)

    def wait(*_: object) -> None:
        all_begun.wait(WAIT_S)

    intercept(wait)

    assert make(*photos, *small(out, 3, "blur")) == 0
    assert len(list(out.iterdir())) == 6


def test_the_next_photo_begins_while_the_last_gif_of_a_photo_is_unfinished(
    photos: list[str], out: Path, intercept: Intercept
) -> None:
    fourth_begun = threading.Event()

    def wait(_: str, number: int) -> None:
        if number == 3:  # the last one of the first photo
            assert fourth_begun.wait(WAIT_S)
        elif number == 4:
            fourth_begun.set()

    intercept(wait)
    assert make(*photos[:2], *small(out, 2, "blur", "cyclic", "recursive")) == 0


def test_no_more_gifs_than_jobs_are_made_at_a_time(
    photos: list[str], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Semaphore(2)

    def render(*args: Any, **_: bool) -> Gif:
        assert free.acquire(blocking=False)
        try:
            return render_options(*args)
        finally:
            free.release()

    monkeypatch.setattr(gifmill.rendering, "render_options", render)
    assert make(*photos, *small(out, 2, "blur", "cyclic")) == 0


@pytest.mark.parametrize("jobs", [1, 2, 16])
def test_lines_are_in_the_order_of_photos_and_effects(
    photos: list[str], out: Path, intercept: Intercept, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    third_begun = threading.Event()

    def wait(_: str, number: int) -> None:
        if number == 3:
            third_begun.set()
        elif number == 1 and jobs > 1:  # a later GIF is finished first
            assert third_begun.wait(WAIT_S)

    intercept(wait)
    assert make(*photos, *small(out, jobs, "cyclic", "blur")) == 0

    expected = [f"{photo}-{effect}.gif" for photo in "abcdef" for effect in ("cyclic", "blur")]
    assert printed_names(capsys.readouterr().out) == expected


def test_json_lines_are_in_the_order_of_photos_and_effects(
    photos: list[str], out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(*photos, *small(out, 3, "cyclic", "blur"), "--json") == 0

    made = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    expected = [(photo, effect) for photo in photos for effect in ("cyclic", "blur")]
    assert [(gif["photo"], gif["effect"]) for gif in made] == expected


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_error_of_a_photo_is_reported_between_the_lines_of_its_neighbours(
    photos: list[str],
    out: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    jobs: int,
) -> None:
    Path(photos[1]).unlink()
    Path(photos[2]).write_text("no photo")
    monkeypatch.setattr(sys, "stderr", sys.stdout)

    assert make(*photos[:4], *small(out, jobs, "blur")) == 2

    first, missing, text, last = capsys.readouterr().out.splitlines()
    assert "a-blur.gif" in first
    assert missing == f"gifmill: {photos[1]}: No such file. Check the name."
    assert text.startswith(f"gifmill: {photos[2]}: This file is not an image")
    assert "d-blur.gif" in last


def test_gifs_finished_after_an_error_of_their_photo_are_printed_before_it(
    photos: list[str],
    out: Path,
    intercept: Intercept,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cyclic_begun = threading.Event()

    def fail_second(effect: str, number: int) -> None:
        if effect == "recursive" and number <= 3:
            assert cyclic_begun.wait(WAIT_S)
            raise CannotFit("It does not fit.")
        if effect == "cyclic":
            cyclic_begun.set()

    intercept(fail_second)
    monkeypatch.setattr(sys, "stderr", sys.stdout)

    assert make(photos[0], *small(out, 2, "blur", "recursive", "cyclic")) == 2

    assert printed_names(capsys.readouterr().out) == [
        "a-blur.gif",
        "a-cyclic.gif",
        "a.jpg: It does not fit.",
    ]
    assert sorted(path.name for path in out.iterdir()) == ["a-blur.gif", "a-cyclic.gif"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_after_an_error_no_more_gifs_of_the_photo_are_begun_but_those_of_the_next(
    photos: list[str],
    out: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    jobs: int,
) -> None:
    failed = threading.Event()
    rendered: list[str] = []

    def render(photo: Photo, effect: Effect, options: Options, **_: bool) -> Gif:
        if not failed.is_set() and effect.name == "blur":
            failed.set()
            raise CannotFit("It does not fit.")
        assert failed.wait(WAIT_S)
        rendered.append(effect.name)
        return render_options(photo, effect, options)

    monkeypatch.setattr(gifmill.rendering, "render_options", render)
    effects = ("blur", "cyclic", "recursive", "zoom", "spin")
    assert make(*photos[:2], *small(out, jobs, *effects)) == 2

    printed = capsys.readouterr()
    assert printed.err == f"gifmill: {photos[0]}: It does not fit.\n"
    assert "a-spin.gif" not in printed.out
    assert [name for name in printed_names(printed.out) if name.startswith("b-")] == [
        f"b-{effect}.gif" for effect in effects
    ]
    assert len(rendered) == printed.out.count("\n") == len(list(out.iterdir()))


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("effects", [("blur",), ("blur", "cyclic", "recursive")])
def test_at_most_one_photo_more_than_jobs_is_in_memory(
    photos: list[str], out: Path, opened: list[int], jobs: int, effects: tuple[str, ...]
) -> None:
    assert make(*photos, *small(out, jobs, *effects)) == 0

    assert len(opened) == 6
    assert max(opened) <= (jobs + 1 if jobs > 1 else 1)


def test_an_error_that_awaits_its_report_keeps_no_photo_in_memory(
    photos: list[str], out: Path, opened: list[int], intercept: Intercept
) -> None:
    last_begun = threading.Event()

    def fail_all_but_first(_: str, number: int) -> None:
        if number == 1:
            assert last_begun.wait(WAIT_S)
            return
        if number == 6:
            last_begun.set()
        raise CannotFit("It does not fit.")

    intercept(fail_all_but_first)
    assert make(*photos, *small(out, 2, "blur")) == 2

    assert len(opened) == 6
    assert max(opened) <= 3


def test_one_job_uses_no_threads(photos: list[str], out: Path, intercept: Intercept) -> None:
    threads: set[threading.Thread] = set()
    intercept(lambda *_: threads.add(threading.current_thread()))

    assert make(*photos[:2], *small(out, 1, "blur", "cyclic")) == 0
    assert threads == {threading.main_thread()}


def run_patched(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process that runs this code before."""
    start = "import os, signal, sys, threading, time, gifmill.rendering\n"
    start += "from gifmill.cli import main\n"
    start += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command = [sys.executable, "-c", f"{start}{code}\nsys.exit(main())", "make", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S, check=False)


@pytest.mark.slow
def test_an_interrupt_does_not_wait_for_unfinished_gifs(photos: list[str], out: Path) -> None:
    code = """
first = threading.Lock()

def render(*_, **__):
    if first.acquire(blocking=False):
        os.kill(os.getpid(), signal.SIGINT)
    threading.Event().wait()

gifmill.rendering.render_options = render
"""
    completed = run_patched(code, *photos, *small(out, 2, "blur"))

    assert (completed.returncode, completed.stdout, completed.stderr) == (130, "", "")


@pytest.mark.slow
def test_an_interrupt_waits_for_files_that_are_being_written(photos: list[str], out: Path) -> None:
    code = """
first = threading.Lock()

def save(gif, path, **_):
    if first.acquire(blocking=False):
        for _ in range(2):  # the second one is sent while the command waits
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)
    path.write_bytes(gif.data)

gifmill.rendering.Gif.save = save
"""
    completed = run_patched(code, *photos, *small(out, 2, "blur"))

    assert (completed.returncode, completed.stderr) == (130, "")
    assert list(out.iterdir())
