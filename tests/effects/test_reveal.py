"""Reveal: blocks that split into smaller blocks and merge again."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import gifmill
from gifmill.animation import Animation, Blocks, Plain, Size
from gifmill.effects.mosaic import BlockMeans
from gifmill.effects.reveal import reveal
from gifmill.photo.photo import Photo

PHOTO = gifmill.open_photo(Path(__file__).parents[1] / "sample_photos/chelsea.jpg", max_side_px=256)


def animate(photo: Photo = PHOTO, blocks: int = 8) -> Animation:
    return reveal(photo, blocks=blocks, duration=3.0)


def block_sides(animation: Animation) -> list[int]:
    return [frame.layout.width if isinstance(frame.layout, Blocks) else 1 for frame in animation.frames]


def middle(animation: Animation) -> int:
    return len(animation.frames) // 2


def test_it_begins_with_the_photo_and_reaches_the_largest_blocks_in_the_middle() -> None:
    animation = animate()
    np.testing.assert_array_equal(animation.canvas(0), PHOTO.pixels)
    coarsest = animation.frames[middle(animation)].draw()
    np.testing.assert_array_equal(coarsest, BlockMeans(PHOTO.pixels)(Size(32, 32)))


def test_the_second_half_of_the_loop_mirrors_the_first() -> None:
    animation = animate()
    count = len(animation.frames)
    for number in range(1, count // 2):
        np.testing.assert_array_equal(animation.canvas(number), animation.canvas(count - number))


def test_the_photo_is_shown_for_at_least_four_frames() -> None:
    animation = animate()
    is_photo = [
        np.array_equal(animation.canvas(number), PHOTO.pixels) for number in range(len(animation.frames))
    ]
    assert sum(is_photo) >= 4


def test_the_grid_of_each_frame_divides_that_of_the_next_frame() -> None:
    animation = animate()
    sides = block_sides(animation)[: middle(animation)]
    assert all(coarse % fine == 0 for fine, coarse in pairwise(sides))
    assert sides == sorted(sides)
    assert len(set(sides)) >= 4


@pytest.mark.parametrize(
    ("width", "blocks", "side"), [(480, 8, 60), (480, 2, 240), (128, 8, 16), (1080, 32, 32)]
)
def test_the_number_of_blocks_is_close_to_the_requested_number(width: int, blocks: int, side: int) -> None:
    photo = Photo(np.zeros((20, width, 3), np.uint8))
    assert max(block_sides(animate(photo, blocks))) == pytest.approx(side, rel=0.1)


def test_the_mean_colour_is_constant() -> None:
    means = [animate().canvas(number).mean(axis=(0, 1)) for number in range(24)]
    assert np.ptp(means, axis=0).max() < 1.5


def test_mosaics_are_frames_with_one_pixel_per_block() -> None:
    animation = animate(blocks=8)
    assert isinstance(animation.frames[0].layout, Plain)
    assert animation.frames[middle(animation)].draw().size // 3 <= 256
    assert all(
        frame.draw().shape[:2] != (PHOTO.size.height, PHOTO.size.width)
        for frame in animation.frames
        if isinstance(frame.layout, Blocks)
    )


def test_no_block_has_the_colour_of_a_soft_shadow() -> None:
    pixels = np.zeros((96, 96, 4), np.uint8)
    pixels[20:64, 20:70] = (230, 40, 30, 255)
    pixels[64:90, 20:70] = (0, 0, 0, 120)
    made = reveal(Photo(pixels), blocks=8, duration=3, frames=24)
    for number in range(24):
        shown = made.canvas(number)
        assert shown[shown[..., 3] >= 128][:, 0].min() > 200
