"""Reveal: blocks that split into blocks, there and back."""

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

PHOTO = gifmill.open_photo(Path(__file__).parents[1] / "photos/chelsea.jpg", max_side_px=256)


def made(photo: Photo = PHOTO, blocks: int = 8) -> Animation:
    return reveal(photo, blocks=blocks, duration=3.0)


def sides(animation: Animation) -> list[int]:
    return [frame.layout.width if isinstance(frame.layout, Blocks) else 1 for frame in animation.frames]


def test_it_begins_with_the_largest_blocks_and_reaches_the_photo_in_the_middle() -> None:
    animation = made()
    np.testing.assert_array_equal(animation.frames[0].source, BlockMeans(PHOTO.pixels)(Size(32, 32)))
    np.testing.assert_array_equal(animation.canvas(len(animation.frames) // 2), PHOTO.pixels)


def test_it_goes_back_as_it_came() -> None:
    animation = made()
    count = len(animation.frames)
    for number in range(1, count // 2):
        np.testing.assert_array_equal(animation.canvas(number), animation.canvas(count - number))


def test_the_photo_is_held() -> None:
    animation = made()
    whole = [
        np.array_equal(animation.canvas(number), PHOTO.pixels) for number in range(len(animation.frames))
    ]
    assert sum(whole) >= 4


def test_every_grid_lies_within_the_one_before() -> None:
    way = sides(made())[: len(made().frames) // 2]
    assert all(coarse % fine == 0 for coarse, fine in pairwise(way))
    assert way == sorted(way, reverse=True)
    assert len(set(way)) >= 4


@pytest.mark.parametrize(
    ("width", "blocks", "side"), [(480, 8, 60), (480, 2, 240), (128, 8, 16), (1080, 32, 32)]
)
def test_the_number_of_blocks_is_about_the_requested_one(width: int, blocks: int, side: int) -> None:
    photo = Photo(np.zeros((20, width, 3), np.uint8))
    assert sides(made(photo, blocks))[0] == pytest.approx(side, rel=0.1)


def test_the_mean_colour_stays() -> None:
    means = [made().canvas(number).mean(axis=(0, 1)) for number in range(24)]
    assert np.ptp(means, axis=0).max() < 1.5


def test_mosaics_of_few_blocks_are_frames_of_few_pixels() -> None:
    animation = made(blocks=8)
    assert isinstance(animation.frames[12].layout, Plain)
    assert animation.frames[0].source.size // 3 <= 256
    assert all(
        frame.source.shape[:2] != (PHOTO.size.height, PHOTO.size.width)
        for frame in animation.frames
        if isinstance(frame.layout, Blocks)
    )
