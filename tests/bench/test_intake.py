from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pyvips
from PIL import Image

from bench import intake
from bench.benchmark_photos import large_photo
from bench.intake import FILES, file_table, inflation, make_files
from gifmill.photo.formats import sniff

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files that are as small as a test wants them."""
    monkeypatch.setattr(intake, "OUT", tmp_path)
    monkeypatch.setattr(intake, "PHOTO_PX", (64, 48))
    monkeypatch.setattr(intake, "LARGE_PX", (96, 64))
    monkeypatch.setattr("shutil.which", lambda _: None)
    return tmp_path


def test_a_file_of_each_kind_is_made_but_for_heic(out: Path) -> None:
    make_files()

    made = {path.name: path.read_bytes() for path in out.iterdir()}
    kinds = {kind: sniff(made[name]) for kind, name in FILES.items() if kind != "HEIC"}
    assert all(found and kind.startswith(found.name) for kind, found in kinds.items())
    assert not (out / FILES["HEIC"]).exists()


def test_the_tiffs_are_what_their_names_say(out: Path) -> None:
    make_files()

    with Image.open(out / FILES["TIFF, LZW, 24 MP"]) as lzw:
        assert (lzw.size, lzw.info["compression"]) == ((96, 64), "tiff_lzw")
    assert pyvips.Image.new_from_file(str(out / FILES["TIFF, 16 bits"])).format == "ushort"


def test_a_file_that_is_there_is_kept(out: Path) -> None:
    for name in FILES.values():
        large_photo(out / "small.jpg", (8, 6))
        (out / name).write_bytes((out / "small.jpg").read_bytes())

    make_files()

    assert all((out / name).read_bytes() == (out / "small.jpg").read_bytes() for name in FILES.values())


def test_minima_are_beside_the_medians(tmp_path: Path) -> None:
    text, ratio = file_table(large_photo(tmp_path / "photo.jpg", (640, 480)), 1)

    header, _, *rows = text.splitlines()
    assert [cell.strip() for cell in header.split("|")[2:6]] == ["ms", "min", "CPU ms", "min CPU"]
    assert [row.split("|")[1].strip() for row in rows] == ["gifmill", "Pillow", "libvips"]
    assert all(row.split("|")[2].strip() == row.split("|")[3].strip() for row in rows)
    assert ratio > 0


def test_inflating_alone_is_told_of_both_inflaters(tmp_path: Path) -> None:
    Image.new("RGB", (3, 2)).save(tmp_path / "small.png")

    told = inflation(tmp_path / "small.png", 1)

    assert told.startswith("Inflating alone, CPU ms: zlib 1.")
    assert ", ISA-L 0." in told
