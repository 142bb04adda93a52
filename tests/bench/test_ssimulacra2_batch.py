from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from ssimulacra2 import compute_ssimulacra2

from bench.benchmark_photos import PHOTOS
from bench.ssimulacra2_batch import Original

if TYPE_CHECKING:
    from gifmill.animation import Pixels


def reduced(name: str, width: int, height: int) -> Image.Image:
    with Image.open(PHOTOS[name]) as photo:
        return photo.convert("RGB").resize((width, height))


def package_score(wanted: Pixels, shown: Pixels) -> float:
    files = [BytesIO(), BytesIO()]
    for file, pixels in zip(files, (wanted, shown), strict=True):
        Image.fromarray(pixels).save(file, "PNG")
        file.seek(0)
    return float(compute_ssimulacra2(*files))


@pytest.mark.parametrize(("width", "height"), [(150, 100), (101, 67), (30, 45), (7, 40)])
@pytest.mark.parametrize("colours", [8, 64])
def test_the_score_agrees_with_the_package(width: int, height: int, colours: int) -> None:
    photo = reduced("astronaut", width, height)
    wanted, shown = np.asarray(photo), np.asarray(photo.quantize(colours).convert("RGB"))

    assert Original(wanted).score(shown) == pytest.approx(package_score(wanted, shown), abs=0.02)


def test_the_same_picture_scores_100() -> None:
    pixels = np.asarray(reduced("chelsea", 60, 40))

    assert Original(pixels).score(pixels) == pytest.approx(100, abs=0.01)


def test_a_coarser_picture_scores_lower() -> None:
    ramp = np.tile(np.arange(0, 250, 5, dtype=np.uint8)[:, None], (40, 1, 3))
    fine, coarse = ramp // 8 * 8, ramp // 64 * 64
    original = Original(ramp)

    assert original.score(fine) > original.score(coarse)
