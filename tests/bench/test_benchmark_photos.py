from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from bench.benchmark_photos import EVALUATION_PHOTOS, FOLDER, PHOTOS, large_photo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("progressive", [False, True], ids=["baseline", "progressive"])
def test_a_large_photo_has_the_requested_size_and_kind(tmp_path: Path, progressive: bool) -> None:
    with Image.open(large_photo(tmp_path / "photo.jpg", (900, 600), progressive=progressive)) as photo:
        assert (photo.format, photo.size) == ("JPEG", (900, 600))
        assert bool(photo.info.get("progressive")) == progressive


def test_grain_increases_the_bytes_of_an_enlarged_photo(tmp_path: Path) -> None:
    smooth = large_photo(tmp_path / "smooth.jpg", (1800, 1200))
    grainy = large_photo(tmp_path / "grainy.jpg", (1800, 1200), noise=8)

    assert grainy.stat().st_size > 2 * smooth.stat().st_size


def test_an_existing_photo_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"here already")

    assert large_photo(path, (900, 600)).read_bytes() == b"here already"


def test_tuning_and_evaluation_photos_are_disjoint() -> None:
    assert not PHOTOS.keys() & EVALUATION_PHOTOS.keys()
    assert len(PHOTOS) >= 5
    assert len(EVALUATION_PHOTOS) >= 8


@pytest.mark.parametrize("path", [*PHOTOS.values(), *EVALUATION_PHOTOS.values()], ids=lambda path: path.stem)
def test_photos_are_small_and_have_a_source(path: Path) -> None:
    assert path.stat().st_size < 80_000
    with Image.open(path) as image:
        assert max(image.size) <= 640
    assert f"`{path.name}`" in (FOLDER / "README.md").read_text()
