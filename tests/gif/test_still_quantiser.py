from __future__ import annotations

import numpy as np
import pytest

from gifmill.gif.palette import colours_outside_sample, sample_pixels
from gifmill.gif.presets import PRESETS
from gifmill.gif.still_quantiser import Quantiser

BLUE = (20, 60, 230)


@pytest.mark.parametrize("seed", range(6))
def test_a_small_coloured_detail_survives_in_a_large_picture(seed: int) -> None:
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:700, :800]
    warm = np.stack(
        [130 + 90 * np.sin(x / 90), 110 + 70 * np.sin(y / 70), 60 + 40 * np.sin((x + y) / 50)], -1
    )
    picture = (warm + random.normal(0, 8, warm.shape)).clip(0, 255).astype(np.uint8)
    top, left = random.integers(0, 690, 2)
    picture[top : top + 4, left : left + 4] = BLUE
    found = Quantiser(PRESETS["balanced"]).quantise(picture)
    decoded_frames = found.palette[found.indices[top : top + 4, left : left + 4]].reshape(-1, 3)
    assert abs(decoded_frames.mean(axis=0) - BLUE).max() < 60


def test_colours_outside_the_sample_are_found_once_per_cell() -> None:
    picture = np.zeros((400, 400, 3), np.uint8)
    sample = sample_pixels(picture)
    picture[7, 7], picture[7, 8], picture[9, 9] = (255, 0, 0), (254, 0, 0), BLUE
    assert sorted(map(tuple, colours_outside_sample(picture, sample).tolist())) == [BLUE, (255, 0, 0)]
    assert len(colours_outside_sample(picture[:5], sample)) == 0  # small enough to be sampled completely
