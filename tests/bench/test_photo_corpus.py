from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from bench import photo_corpus, photo_readings
from bench.photo_corpus import (
    AGREES,
    AGREES_LEVELS,
    DIFFERS,
    OTHER_SIZE,
    TURNED,
    Comparison,
    Row,
    compare,
    main,
    rows_of,
    summary,
)
from bench.photo_readings import CRASH, PHOTO, REFUSED, TIME_OUT, UNEXPECTED, Reading, read_one, reading
from bench.process_measurement import PYTHON
from gifmill.errors import DamagedPhoto

if TYPE_CHECKING:
    from gifmill.animation import Pixels

PHOTOS = Path(__file__).parents[1] / "sample_photos"
SLOPE = np.add.outer(np.arange(30) * 2, np.arange(120).reshape(40, 3)).astype(np.uint8)


def a_photo(pixels: Pixels) -> Reading:
    return Reading(PHOTO, pixels=pixels)


def a_row(name: str, ours: Reading, libvips: str = AGREES) -> Row:
    return Row(name, ours, "", Comparison(libvips), Comparison())


def test_files_in_subfolders_are_read(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "rocket.jpg").write_bytes((PHOTOS / "rocket.jpg").read_bytes())
    (tmp_path / "note.txt").write_text("no photo")

    photo, note = rows_of(tmp_path, 100, 60)

    assert (photo.name, photo.ours.result, photo.libvips.verdict) == ("below/rocket.jpg", PHOTO, AGREES)
    assert max(map(int, photo.size.split(" x "))) == 100
    assert (note.name, note.ours.result, note.ours.code) == ("note.txt", REFUSED, "not_a_photo")
    assert note.libvips.verdict == REFUSED


def test_a_child_that_crashes_is_a_crash() -> None:
    ended = reading(
        [PYTHON, "-c", "import os; print('bad tag', file=os.sys.stderr, flush=True); os.abort()"], 60
    )

    assert (ended.result, ended.code, ended.message) == (CRASH, "exit code -6", "bad tag")


def test_a_child_without_output_is_a_crash() -> None:
    assert reading([PYTHON, "-c", ""], 60).result == CRASH


def test_a_child_that_hangs_is_a_time_out() -> None:
    assert reading([PYTHON, "-c", "import time; time.sleep(1000)"], 0.1).result == TIME_OUT


def test_lines_of_libraries_on_stderr_are_counted() -> None:
    report = json.dumps({"result": REFUSED, "shape": [0, 0, 3]})
    child = f"import sys; sys.stderr.write('one\\n\\ntwo\\n'); print({report!r})"

    assert reading([PYTHON, "-c", child], 60).stderr_lines == 2


def test_pixels_cross_the_pipe_unchanged() -> None:
    child = 'import sys; sys.stdout.buffer.write(b\'{"result": "photo", "shape": [1, 2, 3]}\\n\\n12345\')'

    read = reading([PYTHON, "-c", child], 60)

    assert read.pixels is not None
    assert read.pixels.tolist() == [[[10, 49, 50], [51, 52, 53]]]


@pytest.mark.parametrize(
    ("error", "result", "code"),
    [(KeyError("tag"), UNEXPECTED, "KeyError"), (DamagedPhoto("Cut."), REFUSED, "damaged_photo")],
)
def test_only_errors_of_gifmill_are_refusals(
    error: Exception,
    result: str,
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    def raises(_: bytes, __: int) -> Pixels:
        raise error

    monkeypatch.setattr(photo_readings, "READERS", {"broken": raises})
    (tmp_path / "file").write_bytes(b"")

    read_one("broken", tmp_path / "file", 10)

    report = json.loads(capsysbinary.readouterr().out)
    assert (report["result"], report["code"]) == (result, code)


def test_the_cause_of_damage_is_reported(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "cut.bmp")
    (tmp_path / "cut.bmp").write_bytes((tmp_path / "cut.bmp").read_bytes()[:-50])

    read_one("gifmill", tmp_path / "cut.bmp", 10)

    assert "(ValueError: " in json.loads(capsysbinary.readouterr().out)["message"]


def test_libvips_composes_on_white_in_srgb() -> None:
    from io import BytesIO

    png = BytesIO()
    Image.new("LA", (3, 2), (0, 0)).save(png, "PNG")

    assert np.array_equal(photo_readings.with_libvips(png.getvalue(), 10), np.full((2, 3, 3), 255))


def test_pictures_that_differ_by_less_than_the_limit_agree() -> None:
    off = SLOPE + np.uint8(AGREES_LEVELS)

    assert compare(a_photo(SLOPE), a_photo(off)) == (AGREES, AGREES_LEVELS)
    assert compare(a_photo(SLOPE), a_photo(off + np.uint8(1))) == (DIFFERS, AGREES_LEVELS + 1)


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
def test_a_flipped_or_turned_picture_is_turned(axes: tuple[int, ...]) -> None:
    assert compare(a_photo(SLOPE), a_photo(np.flip(SLOPE, axes))) == (TURNED, 0)


def test_a_picture_on_its_side_is_turned_with_any_colours() -> None:
    assert compare(a_photo(SLOPE), a_photo(255 - np.rot90(SLOPE))).verdict == TURNED


def test_a_difference_of_one_pixel_is_the_same_size() -> None:
    assert compare(a_photo(SLOPE), a_photo(SLOPE[:29, :39])).verdict == AGREES
    assert compare(a_photo(SLOPE), a_photo(SLOPE[:20])) == (OTHER_SIZE, None)


def test_without_two_pictures_the_verdict_is_the_reference_result() -> None:
    assert compare(a_photo(SLOPE), Reading(REFUSED)) == (REFUSED, None)
    assert compare(Reading(REFUSED), a_photo(SLOPE)) == (PHOTO, None)


def test_the_summary_names_every_file_that_failed() -> None:
    report = summary(
        [
            a_row("good", Reading(PHOTO, cpu_s=1.5)),
            a_row("slow", Reading(TIME_OUT)),
            a_row("odd", Reading(UNEXPECTED, "KeyError", "'tag'")),
            a_row("only gifmill fails", Reading(REFUSED, "unsupported_photo", stderr_lines=7), PHOTO),
        ]
    )

    assert "Crashes, time-outs and unexpected errors: 2\n- slow: time-out  \n- odd: unexpected" in report
    assert "- odd: unexpected error KeyError 'tag'" in report
    assert "Read by libvips only: 1\n- only gifmill fails: unsupported_photo" in report
    assert "gifmill compared with libvips: agrees 1." in report
    assert "Slowest, CPU s: 4\n- good: 1.50" in report
    assert "Lines on stderr: 1\n- only gifmill fails: 7" in report


@pytest.mark.parametrize(
    ("result", "code"), [(PHOTO, 0), (REFUSED, 0), (CRASH, 1), (TIME_OUT, 1), (UNEXPECTED, 1)]
)
def test_the_exit_code_reports_failures(
    result: str,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(photo_corpus, "rows_of", lambda *_: [a_row("file", Reading(result))])
    monkeypatch.setattr(sys, "argv", ["corpus", str(tmp_path), "--csv", str(tmp_path / "rows.csv")])

    assert main() == code

    with (tmp_path / "rows.csv").open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["file"], row["result"]) == ("file", result)
    assert f"| file | {result} |" in " ".join(capsys.readouterr().out.split())
