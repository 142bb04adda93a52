from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.gif.pictures import clip, moving, photo

from gifmill.gif import PRESETS
from gifmill.gif.clip_palettes import clip_palettes
from gifmill.gif.clip_quantiser import quantise_clip
from gifmill.gif.colour_distance import nearest_centres, to_lab

BALANCED = PRESETS["balanced"]


def test_few_colours_in_all_frames_are_kept_exactly() -> None:
    pictures = [np.roll(photo(60, 40) // 64 * 64, 7 * turn, axis=1) for turn in range(4)]
    palettes = clip_palettes(clip(*pictures), BALANCED)
    assert palettes is not None
    assert palettes.exact
    for picture, step in zip(pictures, quantise_clip(pictures, palettes, BALANCED), strict=True):
        np.testing.assert_array_equal(palettes.each[0][step.indices], picture)


@pytest.mark.parametrize("name", PRESETS)
def test_unchanged_pixels_keep_their_palette_entries(name: str) -> None:
    pictures = moving()
    palettes = clip_palettes(clip(*pictures), PRESETS[name])
    assert palettes is not None
    steps = list(quantise_clip(pictures, palettes, PRESETS[name]))
    for number in range(1, len(pictures)):
        still = (pictures[number] == pictures[number - 1]).all(axis=2)
        changed = steps[number].changed
        assert changed is not None
        assert not changed[still].any()
        np.testing.assert_array_equal(steps[number].indices[still], steps[number - 1].indices[still])


def test_the_mean_error_of_a_frame_is_as_low_as_its_palette_allows() -> None:
    pictures = moving()
    palettes = clip_palettes(clip(*pictures), replace(BALANCED, dither=0.0))
    assert palettes is not None
    for picture, step in zip(
        pictures, quantise_clip(pictures, palettes, replace(BALANCED, dither=0.0)), strict=True
    ):
        points = to_lab(picture.reshape(-1, 3))
        centres = to_lab(palettes.each[0])
        best = np.square(points - centres[nearest_centres(points, centres)]).sum()
        found = np.square(points - centres[step.indices.ravel()]).sum()
        assert found < 1.2 * best
