from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.animation import Animation, Blocks, Frame, Plain, Size
from gifmill.gif.transparency import one_bit_alpha
from gifmill.rendering.softening import measure_drawn, reduced, smallest_exposure, soften

if TYPE_CHECKING:
    from gifmill.animation import Pixels

ALL = np.ones(4, np.bool)
GREY_OF_HALF_LIGHT = 188


def strobe(frames: int = 4, delay_cs: int = 5, channels: int = 3, side_px: int = 64) -> Animation:
    """Return an animation that is black and white in turn; with alpha, transparent and white."""
    pictures = [np.full((side_px, side_px, channels), 255 * (at % 2), np.uint8) for at in range(frames)]
    return Animation(tuple(Frame(each, Plain(), delay_cs) for each in pictures), Size(side_px, side_px))


def levels(animation: Animation) -> list[int]:
    return [int(animation.canvas(at)[0, 0, 0]) for at in range(len(animation.frames))]


def is_safe(animation: Animation) -> bool:
    delays_cs = [frame.delay_cs for frame in animation.frames]
    return measure_drawn(animation, 0, one_bit_alpha).is_safe(delays_cs)


def test_an_exposure_of_two_frames_blends_black_and_white_in_linear_light() -> None:
    assert levels(soften(strobe(), ALL, 10)) == [GREY_OF_HALF_LIGHT] * 4


def test_an_exposure_within_one_frame_changes_nothing() -> None:
    assert levels(soften(strobe(), ALL, 5)) == [0, 255, 0, 255]


def test_over_a_whole_loop_all_frames_are_the_same() -> None:
    pictures = np.random.default_rng(1).integers(0, 256, (5, 12, 16, 3), np.uint8)
    frames = tuple(Frame(each, Plain(), 3 + at) for at, each in enumerate(pictures))
    still = soften(Animation(frames, Size(16, 12)), np.ones(5, np.bool), 25)
    for at in range(1, 5):
        assert abs(still.canvas(at).astype(int) - still.canvas(0)).max() <= 1


def test_other_frames_keep_their_source_and_layout() -> None:
    frames = tuple(Frame(np.full((4, 4, 3), at, np.uint8), Blocks(4, 4), 5) for at in range(4))
    found = soften(Animation(frames, Size(16, 16)), np.array([False, True, False, False]), 12)
    assert [found.frames[at] for at in (0, 2, 3)] == [frames[at] for at in (0, 2, 3)]
    assert found.canvas(1).shape == (16, 16, 3)


def test_blends_across_the_seam_of_the_loop() -> None:
    frames = tuple(Frame(np.full((4, 4, 3), level, np.uint8), Plain(), 10) for level in (255, 0, 0, 0))
    assert [level > 0 for level in levels(soften(Animation(frames, Size(4, 4)), ALL, 20))] == [
        True,
        True,
        False,
        True,
    ]


def test_transparent_pixels_have_no_share_of_the_colour() -> None:
    one = np.full((4, 4, 4), (255, 0, 0, 255), np.uint8)
    other = np.full((4, 4, 4), (0, 255, 0, 0), np.uint8)
    two = Animation((Frame(one, Plain(), 5), Frame(other, Plain(), 5)), Size(4, 4))
    found = soften(two, np.ones(2, np.bool), 10).canvas(0)
    assert found[0, 0].tolist() == [255, 0, 0, 128]


def test_opaque_and_transparent_frames_blend() -> None:
    opaque = Frame(np.full((4, 4, 3), 255, np.uint8), Plain(), 5)
    clear = Frame(np.zeros((4, 4, 4), np.uint8), Plain(), 5)
    found = soften(Animation((opaque, clear), Size(4, 4)), np.ones(2, np.bool), 10)
    assert found.canvas(1)[0, 0].tolist() == [255, 255, 255, 128]


@pytest.mark.parametrize("channels", [3, 4])
def test_the_smallest_exposure_is_safe_and_a_shorter_one_is_not(channels: int) -> None:
    """With one bit of alpha, longer exposures are not always safer."""
    small = strobe(12, 6, channels)
    mask = np.ones(12, np.bool)
    exposure_cs = smallest_exposure(small, mask, is_safe)
    assert exposure_cs is not None
    assert is_safe(soften(small, mask, exposure_cs))
    assert channels == 4 or not is_safe(soften(small, mask, exposure_cs / 1.2))


def test_no_exposure_helps_if_no_frame_may_be_blended() -> None:
    assert smallest_exposure(strobe(), ~ALL, is_safe) is None


def stripes(at: int, side_px: int) -> Pixels:
    picture = np.zeros((side_px, side_px, 3), np.uint8)
    picture[:, (np.arange(side_px) + 4 * at) // 9 % 2 == 0] = 255
    return picture


@pytest.mark.parametrize("side_px", [20, 97, 120, 128, 200, 250, 330, 480])
def test_reduced_pictures_flash_as_often(side_px: int) -> None:
    frames = tuple(Frame(stripes(at, side_px), Plain(), 5) for at in range(6))
    whole = Animation(frames, Size(side_px, side_px))
    small = reduced(whole)
    assert max(small.size) <= max(side_px / 2, 200)
    delays_cs = [5] * 6
    counts = [
        measure_drawn(each, 0, one_bit_alpha).max_changes_per_second(delays_cs) for each in (whole, small)
    ]
    assert counts[0] == counts[1]


def test_reduced_pictures_have_the_mean_light() -> None:
    assert reduced(strobe(2, side_px=480)).canvas(1).max() == 255
    half = np.zeros((480, 480, 3), np.uint8)
    half[::2] = 255
    frames = (Frame(half, Plain(), 5),)
    found = reduced(Animation(frames, Size(480, 480))).canvas(0)
    assert abs(found.astype(int) - GREY_OF_HALF_LIGHT).max() <= 20  # parts have five rows
