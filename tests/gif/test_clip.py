from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tests.gif.pictures import photo

from gifmill.frames import Animation, Blocks, Frame, Pixels, Plain, Size
from gifmill.gif import PRESETS
from gifmill.gif.clip import clip_palettes, quantise_clip
from gifmill.gif.metric import nearest, to_lab

BALANCED, SMALL = PRESETS["balanced"], PRESETS["small"]


def clip(*pictures: Pixels) -> Animation:
    return Animation(tuple(Frame(each, Plain(), 5) for each in pictures), Size.of(pictures[0]))


def moving(count: int = 9) -> list[Pixels]:
    """A photo that wanders over a ground that stands still."""
    pictures = []
    for number in range(count):
        picture = np.full((90, 160, 3), (12, 200, 90), np.uint8)
        picture[10:80, 5 * number : 5 * number + 100] = photo(100, 70)
        pictures.append(picture)
    return pictures


def turning() -> list[Pixels]:
    """A toned photo in nine tones."""
    saturation, value, _ = Image.fromarray(photo(120, 90)).split()
    pictures = []
    for turn in range(9):
        hue = Image.new("L", value.size, 28 * turn)
        pictures.append(np.asarray(Image.merge("HSV", (hue, saturation, value)).convert("RGB")))
    return pictures


def test_frames_that_move_share_a_palette() -> None:
    palettes = clip_palettes(clip(*moving()), BALANCED)
    assert palettes is not None
    assert palettes.common is not None


def test_a_table_has_room_for_the_entry_that_shines_through() -> None:
    for colours in (256, 64, 32):
        palettes = clip_palettes(clip(*moving()), replace(SMALL, colours=colours))
        assert palettes is not None
        assert len(palettes.each[0]) <= colours - 1


def test_a_ground_is_in_the_palette_exactly() -> None:
    palettes = clip_palettes(clip(*moving()), BALANCED)
    assert palettes is not None
    assert [12, 200, 90] in palettes.each[0].tolist()


def test_frames_whose_hue_turns_have_palettes_of_their_own() -> None:
    palettes = clip_palettes(clip(*turning()), BALANCED)
    assert palettes is not None
    assert palettes.common is None
    assert len(palettes.each) == 9


def test_frames_whose_hue_turns_are_no_clip_where_a_palette_must_be_shared() -> None:
    assert clip_palettes(clip(*turning()), PRESETS["fast"]) is None


def test_few_frames_have_palettes_of_their_own_where_repeats_shorten_the_code() -> None:
    for preset, shared in ((SMALL, False), (BALANCED, True), (PRESETS["fast"], True)):
        palettes = clip_palettes(clip(*moving(6)), preset)
        assert palettes is not None
        assert (palettes.common is not None) == shared


def test_few_colours_in_all_frames_are_kept_exactly() -> None:
    pictures = [np.roll(photo(60, 40) // 64 * 64, 7 * turn, axis=1) for turn in range(4)]
    palettes = clip_palettes(clip(*pictures), BALANCED)
    assert palettes is not None
    assert palettes.exact
    for picture, step in zip(pictures, quantise_clip(pictures, palettes, BALANCED), strict=True):
        np.testing.assert_array_equal(palettes.each[0][step.indices], picture)


def test_frames_that_are_exact_by_themselves_are_no_clip() -> None:
    random = np.random.default_rng(0)
    pictures = [random.integers(0, 256, (200, 3), np.uint8)[np.arange(200).reshape(20, 10)] for _ in range(3)]
    assert clip_palettes(clip(*pictures), BALANCED) is None


def test_two_frames_are_no_clip() -> None:
    assert clip_palettes(clip(*moving(2)), BALANCED) is None


def test_frames_that_are_laid_out_are_no_clip() -> None:
    frames = (*clip(*moving(3)).frames, Frame(photo(80, 45), Blocks(2, 2), 5))
    assert clip_palettes(Animation(frames, Size(160, 90)), BALANCED) is None


@pytest.mark.parametrize("name", PRESETS)
def test_what_does_not_change_keeps_its_entries(name: str) -> None:
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


def test_every_frame_is_as_near_as_its_palette_allows_on_average() -> None:
    pictures = moving()
    palettes = clip_palettes(clip(*pictures), replace(BALANCED, diffuse=0.0))
    assert palettes is not None
    for picture, step in zip(
        pictures, quantise_clip(pictures, palettes, replace(BALANCED, diffuse=0.0)), strict=True
    ):
        points = to_lab(picture.reshape(-1, 3))
        centres = to_lab(palettes.each[0])
        best = np.square(points - centres[nearest(points, centres)]).sum()
        found = np.square(points - centres[step.indices.ravel()]).sum()
        assert found < 1.2 * best
