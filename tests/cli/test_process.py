"""The command as a process: pipes, signals, terminals and loaded modules."""

from __future__ import annotations

import io
import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from PIL import Image

import gifmill

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "gifmill"]


def test_a_photo_is_read_from_standard_input(photo: bytes, out: Path) -> None:
    command = [*COMMAND, "make", "-", "-e", "blur", "--size", "16", "-o", str(out)]
    completed = subprocess.run(command, input=photo, capture_output=True, check=True)

    assert completed.stderr == b""
    assert [path.name for path in out.iterdir()] == ["photo-blur.gif"]


def test_an_error_of_standard_input_names_it(tmp_path: Path) -> None:
    completed = subprocess.run(
        [*COMMAND, "make", "-", "-o", tmp_path], input="", capture_output=True, text=True
    )

    assert completed.returncode == 2
    assert completed.stderr.startswith("gifmill: standard input: This file is empty. Use a JPEG, PNG")


def test_libtiff_prints_nothing_about_a_damaged_tiff(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, "TIFF", compression="tiff_lzw")
    data = bytearray(file.getvalue())
    data[40:200] = bytes(160)
    (tmp_path / "damaged.tif").write_bytes(data)

    completed = subprocess.run([*COMMAND, "make", tmp_path / "damaged.tif"], capture_output=True, text=True)

    assert completed.returncode == 2
    assert completed.stderr.startswith(
        f"gifmill: {tmp_path}/damaged.tif: This TIFF is damaged or incomplete."
    )
    assert completed.stderr.count("\n") == 1


def test_a_file_name_that_is_not_utf_8_is_accepted_and_printed(photo: bytes, tmp_path: Path) -> None:
    source = os.fsencode(tmp_path) + b"/\xff.jpg"
    with open(source, "wb") as file:  # noqa: PTH123
        file.write(photo)
    command: list[str | bytes] = [*COMMAND, "make", source, "-e", "blur", "--size", "16", "-o", str(tmp_path)]
    completed = subprocess.run(command, capture_output=True, check=True)

    assert b"-blur.gif" in completed.stdout
    assert b"\xff-blur.gif" in os.listdir(os.fsencode(tmp_path))  # noqa: PTH208


@pytest.mark.parametrize(
    ("closed", "source", "code"), [("<&-", "-", 2), (">&-", "cat.jpg", 0), ("2>&-", "nothing.jpg", 2)]
)
def test_a_closed_standard_stream_is_tolerated(
    cat: str, tmp_path: Path, closed: str, source: str, code: int
) -> None:
    command = f'"$0" -m gifmill make {source} -e blur --size 16 {closed}'
    completed = subprocess.run(
        ["sh", "-c", command, sys.executable], cwd=tmp_path, capture_output=True, text=True, stdin=None
    )
    assert (completed.returncode, "Traceback" in completed.stderr) == (code, False), completed.stderr
    assert Path(cat).with_name("cat-blur.gif").exists() == (code == 0)


def loaded_modules(*arguments: str) -> set[str]:
    """Run the command; return the names of the modules that it has loaded."""
    code = "import sys; from gifmill.cli.command import main; main(sys.argv[1:]);"
    code += "print(*sys.modules, file=sys.stderr)"
    completed = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return set(completed.stderr.split())


def test_effects_imports_no_numpy() -> None:
    assert not loaded_modules("effects", "--json") & {"numpy", "PIL", "starlette"}


def test_make_imports_no_server_and_no_unused_codec(cat: str, out: Path) -> None:
    loaded = loaded_modules("make", cat, "--size", "16", "-o", str(out))

    assert "numpy" in loaded
    assert not loaded & {"starlette", "uvicorn", "anyio", "obstore", "asyncio", "pi_heif", "json", "numpy.ma"}


def test_a_closed_pipe_prints_no_error(cat: str, out: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "make", cat, "--size", "16", "-o", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    process.stdout.close()
    _, errors = process.communicate()

    assert errors == b""
    assert process.returncode == 1


def restore_interrupts() -> None:
    """Restore the default action of SIGINT: shells ignore it in background processes, as the tests may be."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_prints_no_error_and_leaves_no_partial_file(large_photo: bytes, out: Path) -> None:
    out.mkdir()
    with subprocess.Popen(
        [*COMMAND, "make", "-", "--pack", "all", "--size", "1080", "-o", str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=restore_interrupts,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(large_photo)
        process.stdin.close()
        process.stdout.readline()  # the first GIF is finished, and the second is being rendered
        process.send_signal(signal.SIGINT)

        assert process.wait() == 130
        assert process.stderr.read() == b""
    for path in out.iterdir():
        assert path.read_bytes().endswith(b"\x3b")


def terminal_output(command: list[str]) -> str:
    """Return the output of a command on a terminal that is 60 columns wide."""
    main_end, other_end = pty.openpty()
    termios.tcsetwinsize(other_end, (24, 60))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=other_end) as process:
        os.close(other_end)
        drawn = b""
        while True:
            try:
                part = os.read(main_end, 4096)
            except OSError:  # Linux reports the closed other end as an error
                break
            if not part:
                break
            drawn += part
        assert process.wait() == 0
    os.close(main_end)
    return drawn.decode()


def test_a_terminal_shows_a_progress_bar_that_is_erased_at_the_end(cat: str, out: Path) -> None:
    drawn = terminal_output([*COMMAND, "make", cat, "--size", "16", "-o", str(out)])

    assert "0/3 cat-blur.gif" in drawn
    assert "2/3 cat-cyclic.gif" in drawn
    assert "█" in drawn
    assert drawn.endswith("\r\x1b[2K")
    assert max(len(line) for line in drawn.split("\r\x1b[2K")) < 60


def test_the_progress_bar_counts_the_gifs_of_all_photos(cat: str, photo: bytes, out: Path) -> None:
    dog = Path(cat).with_name("dog.jpg")
    dog.write_bytes(photo)
    effects = ("-e", "blur", "-e", "cyclic", "--jobs", "2")
    drawn = terminal_output([*COMMAND, "make", cat, str(dog), "--size", "16", "-o", str(out), *effects])

    steps = [line[25:29] for line in drawn.split("\r\x1b[2K") if line]
    assert steps == ["0/4 ", "0/4 ", "1/4 ", "2/4 ", "2/4 ", "3/4 "]


def test_a_pipe_gets_no_progress_bar(cat: str, out: Path) -> None:
    command = [*COMMAND, "make", cat, "--size", "16", "-o", str(out)]
    completed = subprocess.run(command, capture_output=True, check=True)

    assert completed.stderr == b""
    assert b"\r" not in completed.stdout


def test_the_installed_command_runs_this_package() -> None:
    script = Path(sys.executable).with_name("gifmill")
    completed = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)

    assert completed.stdout == f"gifmill {gifmill.__version__}\n"


def test_effects_imports_nothing_of_make_completion_or_suggestions() -> None:
    loaded = loaded_modules("effects")

    assert not {name for name in loaded if name.startswith("gifmill.cli.make")}
    assert not loaded & {"difflib", "shtab", "gifmill.cli.completion", "gifmill.cli.progress_bar"}


def test_make_imports_nothing_that_only_errors_need(cat: str, out: Path) -> None:
    loaded = loaded_modules("make", cat, "--size", "16", "-o", str(out), "-e", "blur,zoom")

    assert not loaded & {"difflib", "shtab", "unicodedata", "gifmill.cli.command_line_errors"}
