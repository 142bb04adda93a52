"""The option -o: a folder, one file, or standard output."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from tests.cli.command_runs import error_line, make

from gifmill.cli.output_target import OutputTarget

type Capture = pytest.CaptureFixture[str]

COMMAND = [sys.executable, "-m", "gifmill", "make"]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def files() -> list[str]:
    return sorted(str(path) for path in Path().rglob("*") if path.is_file())


def format_of(path: str) -> str | None:
    with Image.open(path) as image:
        return image.format


@pytest.mark.parametrize("name", ["out.gif", "./out.GIF", "new/folder/out.gif", "{braces}.gif"])
def test_a_name_that_ends_in_gif_is_one_file(cat: str, name: str, capsys: Capture) -> None:
    assert make(cat, "-e", "blur", "--size", "16", "-o", name) == 0

    assert files() == [str(Path(name))]
    assert format_of(name) == "GIF"
    assert capsys.readouterr().out.startswith(f"{Path(name)}  ")


@pytest.mark.parametrize("name", ["gifs", "gifs/", "out.gif/", "a/b", "animated.d"])
def test_any_other_name_is_a_folder(cat: str, name: str) -> None:
    assert make(cat, "-e", "blur", "--size", "16", "-o", name) == 0
    assert files() == [str(Path(name) / "cat-blur.gif")]


def test_a_folder_that_exists_is_a_folder_whatever_its_name(cat: str) -> None:
    Path("out.gif").mkdir()

    assert make(cat, "-e", "blur", "--size", "16", "-o", "out.gif") == 0
    assert files() == ["out.gif/cat-blur.gif"]


def test_the_end_of_the_name_decides_the_format(cat: str, capsys: Capture) -> None:
    assert make(cat, "-e", "blur", "--size", "16", "-o", "out.webp", "--json") == 0

    assert format_of("out.webp") == "WEBP"
    document = json.loads(capsys.readouterr().out)
    assert (document["path"], document["format"]) == ("out.webp", "webp")


@pytest.mark.parametrize(
    ("options", "name", "given"),
    [
        (("--format", "webp"), "out.gif", "webp"),
        (("--format", "gif"), "out.webp", "gif"),
        (("-p", "format=webp"), "out.gif", "webp"),
        (("--for", "whatsapp-sticker"), "out.gif", "webp"),
        (("--for", "slack-emoji"), "out.webp", "gif"),
    ],
)
def test_a_name_that_contradicts_the_format_is_rejected(
    cat: str, options: tuple[str, ...], name: str, given: str, capsys: Capture
) -> None:
    assert make(cat, "-e", "blur", "-o", name, *options) == 2

    expected = f"gifmill: -o {name} contradicts the format, which is {given}. Let it end in .{given}"
    assert error_line(capsys).startswith(expected)
    assert files() == []


@pytest.mark.parametrize(
    ("options", "name"), [(("--format", "webp"), "a.webp"), (("--for", "whatsapp-sticker"), "a.webp")]
)
def test_a_name_that_agrees_with_the_format_is_accepted(
    cat: str, options: tuple[str, ...], name: str
) -> None:
    assert make(cat, "-e", "blur", "-o", name, *options) == 0
    assert format_of(name) == "WEBP"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("{cat}",), "-o out.gif names one file, but 3 effects of 1 photo make 3. Choose one with -e."),
        (
            ("{cat}", "dog.jpg", "-e", "blur"),
            "1 effect of 2 photos make 2. Choose a folder, such as -o gifs/.",
        ),
        (
            ("{cat}", "-e", "blur", "--name", "a.gif"),
            "-o out.gif and --name contradict each other. Omit --name, or",
        ),
    ],
)
def test_one_file_takes_one_gif(cat: str, arguments: tuple[str, ...], expected: str, capsys: Capture) -> None:
    assert make(*(argument.format(cat=cat) for argument in arguments), "-o", "out.gif") == 2
    assert expected in error_line(capsys)


def test_standard_output_takes_one_gif(cat: str, capsys: Capture) -> None:
    assert make(cat, "-o", "-") == 2
    assert "-o - writes one file, but 3 effects of 1 photo make 3." in error_line(capsys)


def test_one_file_is_no_photo_of_the_command(photo: bytes, capsys: Capture) -> None:
    Path("cat.gif").write_bytes(photo)

    assert make("./cat.gif", "-e", "blur", "-o", "cat.gif") == 2

    assert "cat.gif is one of the photos" in error_line(capsys)
    assert Path("cat.gif").read_bytes() == photo


def test_one_file_that_is_a_link_stays_a_link(cat: str) -> None:
    Path("link.gif").symlink_to("new.gif")

    assert make(cat, "-e", "blur", "--size", "16", "-o", "link.gif") == 0

    assert Path("link.gif").is_symlink()
    assert format_of("new.gif") == "GIF"


@pytest.mark.parametrize(("options", "format"), [((), "GIF"), (("--format", "webp"), "WEBP")])
def test_standard_output_gets_the_file_alone(cat: str, options: tuple[str, ...], format: str) -> None:  # noqa: A002
    command = [*COMMAND, cat, "-e", "blur", "--size", "16", "-o", "-", *options]
    completed = subprocess.run(command, capture_output=True, check=True)

    with Image.open(io.BytesIO(completed.stdout)) as image:
        assert image.format == format
    assert completed.stderr.startswith(b"-  ")
    assert completed.stderr.count(b"\n") == 1
    assert files() == []


def test_json_and_a_gif_are_not_mixed_on_standard_output(cat: str, capsys: Capture) -> None:
    assert make(cat, "-e", "blur", "-o", "-", "--json") == 2

    printed = capsys.readouterr()
    problem = "-o - and --json both write to standard output. Choose one of them."
    assert printed.err == f"gifmill: {problem}\n"
    assert json.loads(printed.out)["error"]["message"] == problem


def test_quiet_prints_no_line_about_a_gif_on_standard_output(cat: str) -> None:
    command = [*COMMAND, cat, "-e", "blur", "--size", "16", "-o", "-", "--quiet", "--no-clobber"]
    completed = subprocess.run(command, capture_output=True, check=True)

    assert completed.stdout.startswith(b"GIF89a")
    assert completed.stderr == b""


def test_a_photo_can_go_through_pipes(photo: bytes) -> None:
    command = [*COMMAND, "-", "-e", "blur", "--size", "16", "-o", "-"]
    completed = subprocess.run(command, input=photo, capture_output=True, check=True)
    assert completed.stdout.startswith(b"GIF89a")


def test_a_terminal_gets_no_gif(cat: str) -> None:
    main_end, other_end = pty.openpty()
    command = [*COMMAND, cat, "-e", "blur", "-o", "-"]
    completed = subprocess.run(command, stdout=other_end, stderr=subprocess.PIPE, check=False)
    os.close(other_end)
    os.close(main_end)

    assert completed.returncode == 2
    expected = b"gifmill: A terminal cannot show a GIF. Add > cat.gif, or name the file: -o cat.gif.\n"
    assert completed.stderr == expected


@pytest.mark.parametrize(("redirection", "code"), [(">&-", 2), ("> /dev/null", 0)])
def test_standard_output_that_is_closed_gets_no_gif(cat: str, redirection: str, code: int) -> None:
    command = f'"$0" -m gifmill make "$1" -e blur --size 16 -o - {redirection}'
    completed = subprocess.run(
        ["sh", "-c", command, sys.executable, cat], stderr=subprocess.PIPE, check=False
    )

    assert completed.returncode == code
    assert (b"Standard output is closed. Name the file" in completed.stderr) == (code == 2)


def test_standard_output_that_is_full_is_one_error(cat: str) -> None:
    command = [*COMMAND, cat, "-e", "blur", "--size", "16", "-o", "-"]
    with Path("/dev/full").open("wb") as full:
        completed = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert completed.returncode == 1
    problem = "Cannot write to standard output: No space left on device. Free some space."
    assert completed.stderr == f"gifmill: {cat}: {problem}\n"


def test_a_home_folder_that_was_not_expanded_is_not_created(
    cat: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    assert make(cat, "-o", "~/gifs") == 2

    advice = "Write it without quotes and after a space, or write -o /home/ada/gifs."
    assert error_line(capsys) == f"gifmill: The ~ in -o ~/gifs stays as it is. {advice}\n"
    Path("~").mkdir()
    assert OutputTarget.parse("~/gifs").folder == Path("~/gifs")


def test_an_empty_destination_is_rejected(cat: str, capsys: Capture) -> None:
    assert make(cat, "-o", "") == 2

    expected = "gifmill: -o is empty. Give a folder or a file; . is the current folder.\n"
    assert error_line(capsys) == expected
    assert files() == []


@pytest.mark.parametrize("name", ["file", "file/", "file/out.gif", "file/folder"])
def test_a_file_is_not_a_folder(cat: str, name: str, capsys: Capture) -> None:
    Path("file").touch()

    assert make(cat, "-e", "blur", "-o", name) == 2
    assert "is not a folder. Choose a folder, a file that ends in .gif" in error_line(capsys)
