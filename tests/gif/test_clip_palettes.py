from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.gif.pictures import changing_hues, clip, moving, photo

from gifmill.animation import Animation, Blocks, Frame, Size
from gifmill.gif import PRESETS
from gifmill.gif.clip_palettes import clip_palettes

BALANCED, SMALL = PRESETS["balanced"], PRESETS["small"]


def test_frames_that_move_share_a_palette() -> None:
    palettes = clip_palettes(clip(*moving()), BALANCED)
    assert palettes is not None
    assert palettes.common is not None


def test_a_palette_keeps_an_entry_free_for_transparency() -> None:
    for colours in (256, 64, 32):
        palettes = clip_palettes(clip(*moving()), replace(SMALL, colours=colours))
        assert palettes is not None
        assert len(palettes.each[0]) <= colours - 1


def test_a_background_colour_is_exact() -> None:
    palettes = clip_palettes(clip(*moving()), BALANCED)
    assert palettes is not None
    assert [12, 200, 90] in palettes.each[0].tolist()


def test_frames_with_changing_hues_have_one_palette_each() -> None:
    palettes = clip_palettes(clip(*changing_hues()), BALANCED)
    assert palettes is not None
    assert palettes.common is None
    assert len(palettes.each) == 9


def test_frames_with_changing_hues_are_no_clip_if_they_must_share_a_palette() -> None:
    assert clip_palettes(clip(*changing_hues()), PRESETS["fast"]) is None


def test_short_clips_with_lengthened_runs_have_one_palette_per_frame() -> None:
    for preset, shared in ((SMALL, False), (BALANCED, True), (PRESETS["fast"], True)):
        palettes = clip_palettes(clip(*moving(6)), preset)
        assert palettes is not None
        assert (palettes.common is not None) == shared


def test_frames_that_are_exact_with_their_own_palettes_are_no_clip() -> None:
    random = np.random.default_rng(0)
    pictures = [random.integers(0, 256, (200, 3), np.uint8)[np.arange(200).reshape(20, 10)] for _ in range(3)]
    assert clip_palettes(clip(*pictures), BALANCED) is None


def test_two_frames_are_no_clip() -> None:
    assert clip_palettes(clip(*moving(2)), BALANCED) is None


def test_frames_of_tiles_or_blocks_are_no_clip() -> None:
    frames = (*clip(*moving(3)).frames, Frame(photo(80, 45), Blocks(2, 2), 5))
    assert clip_palettes(Animation(frames, Size(160, 90)), BALANCED) is None


def test_a_clip_with_one_flat_frame_keeps_its_palette() -> None:
    pictures = moving()
    pictures[3] = np.zeros_like(pictures[3])
    palettes = clip_palettes(clip(*pictures), BALANCED)
    assert palettes is not None
    assert palettes.common is not None
    assert [0, 0, 0] in palettes.each[0].tolist()


def test_reduced_colours_apply_to_clips_of_few_colours() -> None:
    pictures = [np.roll(photo(60, 40) // 64 * 64, 7 * turn, axis=1) for turn in range(4)]
    palettes = clip_palettes(clip(*pictures), replace(BALANCED, colours=16, exact=False, dither=0.0))
    assert palettes is None or len(palettes.each[0]) < 16
