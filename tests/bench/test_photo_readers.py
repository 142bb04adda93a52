from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import pyvips
from PIL import Image

from bench import photo_readers
from bench.benchmark_photos import large_photo
from bench.photo_readers import READERS, SIDE_PX, decibels, reference, usable_readers

if TYPE_CHECKING:
    from gifmill.animation import Pixels

HEIC = Path(__file__).parents[1] / "sample_photos" / "sideways_p3.heic"
SMALL = np.full((2, 3, 3), 7, np.uint8)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Write a grainy JPEG of 1500 x 900 px."""
    return large_photo(tmp_path / "photo.jpg", (1500, 900), noise=8)


@pytest.mark.parametrize("name", READERS)
def test_every_reader_is_close_to_the_reference(name: str, photo: Path) -> None:
    wanted = reference(photo)

    assert wanted.shape == (288, SIDE_PX, 3)
    assert decibels(wanted, READERS[name](photo)) > 40


def test_the_reference_is_the_whole_photo_reduced_by_lanczos(photo: Path) -> None:
    with Image.open(photo) as image:
        wanted = np.asarray(image.resize((480, 288), Image.Resampling.LANCZOS))

    assert np.array_equal(reference(photo), wanted)


def test_a_reader_without_a_decoder_is_omitted(monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(_: Path) -> Pixels:
        raise pyvips.Error("no decoder")

    monkeypatch.setattr(photo_readers, "READERS", {"able": lambda _: SMALL, "unable": unable})

    assert list(usable_readers(Path("photo.jpg"))) == ["able"]


def test_only_errors_of_libvips_omit_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> Pixels:
        raise OSError("broken data stream")

    monkeypatch.setattr(photo_readers, "READERS", {"broken": broken})

    with pytest.raises(OSError, match="broken data stream"):
        usable_readers(Path("photo.jpg"))


def test_a_heic_is_read_by_gifmill_and_pillow() -> None:
    assert {"gifmill", "Pillow"} <= set(usable_readers(HEIC))


@pytest.mark.parametrize(("off", "wanted"), [(1, 48.1308), (51, 13.9794), (0, inf)])
def test_decibels_are_of_the_mean_squared_error(off: int, wanted: float) -> None:
    assert decibels(SMALL, (SMALL + off).astype(np.uint8)) == pytest.approx(wanted, abs=1e-4)
