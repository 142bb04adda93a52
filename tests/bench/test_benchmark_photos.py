from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from bench.benchmark_photos import FOLDER, JUDGES, PHOTOS, large_photo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("progressive", [False, True], ids=["baseline", "progressive"])
def test_a_large_photo_is_of_the_size_and_kind_asked_for(tmp_path: Path, progressive: bool) -> None:
    with Image.open(large_photo(tmp_path / "photo.jpg", (900, 600), progressive=progressive)) as photo:
        assert (photo.format, photo.size) == ("JPEG", (900, 600))
        assert bool(photo.info.get("progressive")) == progressive


def test_grain_gives_a_photo_the_bytes_that_enlarging_took(tmp_path: Path) -> None:
    smooth = large_photo(tmp_path / "smooth.jpg", (1800, 1200))
    grainy = large_photo(tmp_path / "grainy.jpg", (1800, 1200), noise=8)

    assert grainy.stat().st_size > 2 * smooth.stat().st_size


def test_a_photo_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"here already")

    assert large_photo(path, (900, 600)).read_bytes() == b"here already"


def test_no_picture_both_tunes_and_judges() -> None:
    assert not PHOTOS.keys() & JUDGES.keys()
    assert len(PHOTOS) >= 5
    assert len(JUDGES) >= 8


@pytest.mark.parametrize("path", [*PHOTOS.values(), *JUDGES.values()], ids=lambda path: path.stem)
def test_pictures_are_as_small_as_a_repository_likes_and_have_a_source(path: Path) -> None:
    assert path.stat().st_size < 80_000
    with Image.open(path) as image:
        assert max(image.size) <= 640
    assert f"`{path.name}`" in (FOLDER / "README.md").read_text()
