"""Photos that cannot be read, and output that cannot be written."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest
from tests.cli.command_runs import error_line, make

import gifmill.photo
import gifmill.rendering
from gifmill.cli.command import main

if TYPE_CHECKING:
    from gifmill.photo import Photo

type Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are relative to a folder of their own, so that `./` and `//` count."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.mark.parametrize(
    "name",
    [
        "nope.jpg",
        "./nope.jpg",
        ".//nope.jpg",
        "a//b",
        "a/./b.jpg",
        "../nope.jpg",
        "nope/",
        "nope.jpg//",
        "no folder/nope.jpg",
        "file.txt/nope.jpg",
        "file.txt/",
        "x" * 300 + ".jpg",
    ],
)
def test_a_missing_photo_is_missing_however_it_is_written(name: str, capsys: Capture) -> None:
    Path("file.txt").write_text("no photo")

    assert make(name) == 2

    expected = "This file is not an image" if name == "file.txt/" else "No such file"
    assert error_line(capsys).startswith(f"gifmill: {name}: {expected}")


def test_a_missing_photo_in_a_home_folder_that_was_not_expanded(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    assert make("~/cat.jpg") == 2

    line = "No such file. A ~ in quotes stays as it is: omit the quotes, or write /home/ada/cat.jpg."
    assert error_line(capsys) == f"gifmill: ~/cat.jpg: {line}\n"


def test_a_symlink_to_nothing_is_a_missing_photo(capsys: Capture) -> None:
    Path("link.jpg").symlink_to("gone.jpg")

    assert make("./link.jpg") == 2

    line = "No such file. It is a link to gone.jpg, which does not exist."
    assert error_line(capsys) == f"gifmill: ./link.jpg: {line}\n"


def test_a_symlink_to_itself_cannot_be_read(capsys: Capture) -> None:
    Path("link.jpg").symlink_to("link.jpg")

    assert make("link.jpg") == 2
    assert "Cannot read the file: Too many levels of symbolic links. Check that" in error_line(capsys)


def test_a_pattern_without_matches_is_a_missing_photo(capsys: Capture) -> None:
    assert make("photos/*.jpg") == 2
    assert "photos/*.jpg: No such file. No file matches the pattern." in error_line(capsys)


def test_a_photo_in_a_folder_that_may_not_be_entered_cannot_be_read(capsys: Capture) -> None:
    Path("closed").mkdir(mode=0)
    assert make("closed/nope.jpg", "-o", "/") == 2  # imports everything, as the superuser where it is one
    capsys.readouterr()
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        assert make("closed/nope.jpg", "-o", "/") == 2
    finally:
        os.seteuid(user)
    assert "closed/nope.jpg: Cannot read the file: Permission denied. Check" in error_line(capsys)


@pytest.mark.parametrize("folder", [".", "./", "../here", "/"])
def test_a_folder_is_not_a_photo(folder: str, capsys: Capture) -> None:
    assert make(folder) == 2
    assert f"gifmill: {folder}: This is a folder. Name its photos, such as " in error_line(capsys)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("https://example.com/cat.jpg", "Download the photo first"),
        ("HTTP://example.com/?photo=" + "x" * 300, "Download the photo first"),
        ("s3://bucket/cat.jpg", "Download the photo first and name the file."),
        ("file:///photos/cat.jpg", "Use the path of the file: /photos/cat.jpg."),
        ("file://localhost/photos/cat.jpg", "Use the path of the file: /photos/cat.jpg."),
    ],
)
def test_a_url_is_to_be_downloaded_first(url: str, advice: str, capsys: Capture) -> None:
    assert make(url) == 2
    assert f"gifmill: {url}: This is a URL. {advice}" in error_line(capsys)


def test_standard_input_that_cannot_be_read_is_an_input_error() -> None:
    command = [sys.executable, "-m", "gifmill", "make", "-"]
    with Path("/proc/self/mem").open("rb") as unreadable:
        completed = subprocess.run(command, stdin=unreadable, capture_output=True, text=True, check=False)

    assert completed.returncode == 2
    assert completed.stderr == "gifmill: standard input: Cannot read it: Input/output error.\n"


@pytest.mark.parametrize("name", ["cat-blur.gif", None])
def test_an_error_of_reading_is_never_one_of_writing(
    cat: str, out: Path, name: str | None, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name in an error of the system does not matter."""

    def fail(*_: object, **__: object) -> Photo:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name and str(out / name))

    monkeypatch.setattr(gifmill.photo, "open_photo", fail)
    assert make(cat, "-e", "blur", "-o", out) == 2
    assert error_line(capsys).startswith(f"gifmill: {cat}: Cannot read the file: No space left on device.")


@pytest.mark.parametrize("names_photo", [True, False])
def test_an_error_of_writing_is_never_one_of_reading(
    cat: str, out: Path, names_photo: bool, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), cat if names_photo else None)

    monkeypatch.setattr(gifmill.rendering.Gif, "save", fail)
    assert make(cat, "-e", "blur", "--size", "16", "-o", out) == 1

    advice = "Free some space, or choose another folder (-o)."
    problem = f"Cannot write {out / 'cat-blur.gif'}: No space left on device. {advice}"
    assert error_line(capsys) == f"gifmill: {cat}: {problem}\n"


def test_a_full_disk_is_not_an_input_error(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "mkdir", fail)
    assert make("cat.jpg", "-o", "out") == 1
    assert "Cannot create the folder out: No space left on device. Free some space" in error_line(capsys)


def test_a_full_device_as_standard_output_is_one_error(cat: str, out: Path) -> None:
    command = [sys.executable, "-m", "gifmill", "make", cat, "--size", "16", "-o", str(out)]
    with Path("/dev/full").open("wb") as full:
        completed = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert completed.returncode == 1
    problem = "Cannot write to standard output: No space left on device. Free some space."
    assert completed.stderr == f"gifmill: {problem}\n"


def test_an_output_name_that_is_too_long_is_an_input_error(out: Path, photo: bytes, capsys: Capture) -> None:
    name = "x" * 251 + ".jpg"
    Path(name).write_bytes(photo)

    assert make(name, "-e", "blur", "--size", "16", "-o", out) == 2
    assert "-blur.gif: File name too long. Choose a shorter name" in error_line(capsys)


def test_a_broken_pipe_is_no_error_of_a_photo(
    cat: str, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    class Closed(io.BytesIO):
        def write(self, _: object) -> int:
            raise BrokenPipeError

    class Output(io.TextIOWrapper):
        def fileno(self) -> int:
            return os.open(os.devnull, os.O_WRONLY)

    monkeypatch.setattr(sys, "stdout", Output(cast("BinaryIO", Closed()), write_through=True))
    assert main(["make", cat, "--size", "16", "-e", "blur"]) == 1
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("arguments", [["--help"], ["make", "--help"], ["--version"], ["effects"]])
def test_a_text_that_standard_output_cannot_take_is_an_error(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "gifmill", *arguments]
        completed = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert completed.returncode == 1
    problem = "Cannot write to standard output: No space left on device. Free some space."
    assert completed.stderr == f"gifmill: {problem}\n"
