from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pyvips
from PIL import Image

from bench import intake
from bench.benchmark_photos import large_photo
from bench.intake import FILES, file_table, inflate_times, make_files
from gifmill.photo.formats import sniff

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set a temporary output folder, and small sizes of the files."""
    monkeypatch.setattr(intake, "OUT", tmp_path)
    monkeypatch.setattr(intake, "PHOTO_PX", (64, 48))
    monkeypatch.setattr(intake, "LARGE_PX", (96, 64))
    monkeypatch.setattr("shutil.which", lambda _: None)
    return tmp_path


def test_a_file_of_each_kind_except_heic_is_made(out: Path) -> None:
    make_files()

    made = {path.name: path.read_bytes() for path in out.iterdir()}
    kinds = {kind: sniff(made[name]) for kind, name in FILES.items() if kind != "HEIC"}
    assert all(found and kind.startswith(found.name) for kind, found in kinds.items())
    assert not (out / FILES["HEIC"]).exists()


def test_the_tiffs_have_the_properties_in_their_names(out: Path) -> None:
    make_files()

    with Image.open(out / FILES["TIFF, LZW, 24 MP"]) as lzw:
        assert (lzw.size, lzw.info["compression"]) == ((96, 64), "tiff_lzw")
    assert pyvips.Image.new_from_file(str(out / FILES["TIFF, 16 bits"])).format == "ushort"


def test_existing_files_are_kept(out: Path) -> None:
    for name in FILES.values():
        large_photo(out / "small.jpg", (8, 6))
        (out / name).write_bytes((out / "small.jpg").read_bytes())

    make_files()

    assert all((out / name).read_bytes() == (out / "small.jpg").read_bytes() for name in FILES.values())


def test_the_table_has_medians_and_minima(tmp_path: Path) -> None:
    text, ratio = file_table(large_photo(tmp_path / "photo.jpg", (640, 480)), 1)

    header, _, *rows = text.splitlines()
    assert [cell.strip() for cell in header.split("|")[2:6]] == ["ms", "min", "CPU ms", "min CPU"]
    assert [row.split("|")[1].strip() for row in rows] == ["gifmill", "Pillow", "libvips"]
    assert all(row.split("|")[2].strip() == row.split("|")[3].strip() for row in rows)
    assert ratio > 0


def test_the_inflating_time_is_reported_for_both_inflaters(tmp_path: Path) -> None:
    Image.new("RGB", (3, 2)).save(tmp_path / "small.png")

    report = inflate_times(tmp_path / "small.png", 1)

    assert report.startswith("Inflating alone, CPU ms: zlib 1.")
    assert ", ISA-L 0." in report
