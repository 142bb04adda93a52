from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.gif.pictures import clip, moving, photo, turning

from gifmill.animation import Animation, Blocks, Frame, Size
from gifmill.gif import PRESETS
from gifmill.gif.clip_palettes import clip_palettes

BALANCED, SMALL = PRESETS["balanced"], PRESETS["small"]


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


def test_frames_that_are_exact_by_themselves_are_no_clip() -> None:
    random = np.random.default_rng(0)
    pictures = [random.integers(0, 256, (200, 3), np.uint8)[np.arange(200).reshape(20, 10)] for _ in range(3)]
    assert clip_palettes(clip(*pictures), BALANCED) is None


def test_two_frames_are_no_clip() -> None:
    assert clip_palettes(clip(*moving(2)), BALANCED) is None


def test_frames_that_are_laid_out_are_no_clip() -> None:
    frames = (*clip(*moving(3)).frames, Frame(photo(80, 45), Blocks(2, 2), 5))
    assert clip_palettes(Animation(frames, Size(160, 90)), BALANCED) is None


def test_one_flat_frame_does_not_cost_a_clip_its_palette() -> None:
    pictures = moving()
    pictures[3] = np.zeros_like(pictures[3])
    palettes = clip_palettes(clip(*pictures), BALANCED)
    assert palettes is not None
    assert palettes.common is not None
    assert [0, 0, 0] in palettes.each[0].tolist()


def test_where_colours_are_given_up_few_of_them_are_not_kept() -> None:
    pictures = [np.roll(photo(60, 40) // 64 * 64, 7 * turn, axis=1) for turn in range(4)]
    palettes = clip_palettes(clip(*pictures), replace(BALANCED, colours=16, exact=False, dither=0.0))
    assert palettes is None or len(palettes.each[0]) < 16
