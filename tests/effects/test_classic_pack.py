"""The classic effects, compared with a simple second implementation of their definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gifmill.animation import Animation, Blocks, Pixels, Plain, Size, Tiles
from gifmill.effects.classic_pack import blur, cyclic, levels, recursive, tile_sizes
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from decimal import Decimal

type Effect = Callable[..., Animation]

EFFECTS = (blur, recursive, cyclic)
SIZES = [(1, 1), (1, 300), (3, 50), (4, 4), (17, 301), (300, 200), (1080, 16)]

sizes = st.builds(Size, st.integers(1, 80), st.integers(1, 80))


def noise(size: tuple[int, int], seed: int = 0) -> Photo:
    return Photo(np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8))


def expected_levels(width: int, height: int) -> list[tuple[int, int]]:
    found = []
    while width >= 4 and height >= 4:
        found.append((width, height))
        width, height = width // 2, height // 2
    return found


def expected_tile(width: int, height: int, level: tuple[int, int]) -> tuple[int, int]:
    f32 = np.float32
    scale = min(f32(level[0]) / f32(width), f32(level[1]) / f32(height))
    return max(1, int(f32(scale) * f32(width))), max(1, int(f32(scale) * f32(height)))


def expected_mosaic(pixels: Pixels, width: int, height: int) -> Pixels:
    out = np.empty_like(pixels)
    for top in range(0, pixels.shape[0], height):
        for left in range(0, pixels.shape[1], width):
            block = pixels[top : top + height, left : left + width].reshape(-1, 3)
            mean = [
                (2 * int(channel.sum(dtype=int)) + len(channel)) // (2 * len(channel)) for channel in block.T
            ]
            out[top : top + height, left : left + width] = mean
    return out


def expected_tiling(pixels: Pixels, width: int, height: int) -> Pixels:
    tile = np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))
    rows = np.arange(pixels.shape[0]) % height
    columns = np.arange(pixels.shape[1]) % width
    return tile[rows][:, columns]


def max_difference(one: Pixels, other: Pixels) -> int:
    return int(abs(one.astype(int) - other).max())


@pytest.mark.parametrize("size", SIZES)
def test_blur_is_the_photo_and_then_a_mosaic_of_each_level(size: tuple[int, int]) -> None:
    photo = noise(size)
    expected = [photo.pixels] + [expected_mosaic(photo.pixels, *level) for level in expected_levels(*size)]
    animation = blur(photo, duration=3.0)
    assert len(animation.frames) == len(expected)
    for number, canvas in enumerate(expected):
        np.testing.assert_array_equal(animation.canvas(number), canvas)


@pytest.mark.parametrize("size", SIZES)
def test_recursive_is_the_photo_and_then_tilings_of_smaller_copies(size: tuple[int, int]) -> None:
    photo = noise(size)
    tiles = [expected_tile(*size, level) for level in expected_levels(*size)[1:]]
    animation = recursive(photo, duration=3.0)
    assert len(animation.frames) == 1 + len(tiles)
    np.testing.assert_array_equal(animation.canvas(0), photo.pixels)
    for number, tile in enumerate(tiles, 1):
        assert max_difference(animation.canvas(number), expected_tiling(photo.pixels, *tile)) <= 2


@pytest.mark.parametrize("size", SIZES)
def test_cyclic_tints_each_tile_with_the_colour_of_the_area_it_covers(size: tuple[int, int]) -> None:
    photo = noise(size)
    animation = cyclic(photo, duration=3.0)
    np.testing.assert_array_equal(animation.canvas(0), photo.pixels)
    for number, level in enumerate(expected_levels(*size)[1:], 1):
        tile = expected_tile(*size, level)
        alpha = int(np.float32(number) / np.float32(10) * np.float32(255)) / 255
        cover = expected_mosaic(photo.pixels, *tile)
        expected = expected_tiling(photo.pixels, *tile) * (1 - alpha) + cover * alpha
        assert max_difference(animation.canvas(number), expected.round().astype(np.uint8)) <= 2


@given(sizes)
@settings(max_examples=40)
def test_any_size_gives_frames_that_fill_the_canvas(size: Size) -> None:
    for effect in EFFECTS:
        animation = effect(noise(size), duration=3.0)
        assert animation.size == size
        assert all(
            animation.canvas(number).shape == (size.height, size.width, 3)
            for number in range(len(animation.frames))
        )


@given(sizes, st.decimals("0.2", 10, places=1))
@settings(max_examples=40)
def test_delays_sum_to_the_duration(size: Size, duration: Decimal) -> None:
    seconds = float(duration)
    for effect in EFFECTS:
        assert effect(noise(size), duration=seconds).duration_cs == round(seconds * 100)


@pytest.mark.parametrize("effect", EFFECTS)
def test_no_delay_is_too_short_for_a_browser(effect: Effect) -> None:
    animation = effect(noise((1080, 1080)), duration=0.2)
    assert min(frame.delay_cs for frame in animation.frames) >= 2


@pytest.mark.parametrize("effect", [recursive, cyclic])
def test_the_photo_is_shown_twice_as_long_as_the_rest(effect: Effect) -> None:
    delays = [frame.delay_cs for frame in effect(noise((64, 64)), duration=3.0).frames]
    assert delays == [100, 50, 50, 50, 50]


def test_partial_blocks_at_the_edge_keep_their_brightness() -> None:
    white = Photo(np.full((29, 31, 3), 255, np.uint8))
    for effect in EFFECTS:
        animation = effect(white, duration=3.0)
        assert all((animation.canvas(number) == 255).all() for number in range(len(animation.frames)))


def test_frames_keep_their_structure() -> None:
    photo = noise((40, 24))
    mosaics = [Blocks(24, 40), Blocks(12, 20), Blocks(6, 10)]
    assert [frame.layout for frame in blur(photo, duration=3.0).frames] == [Plain(), *mosaics]
    assert {type(frame.layout) for frame in recursive(photo, duration=3.0).frames[1:]} == {Tiles}
    assert {type(frame.layout) for frame in cyclic(photo, duration=3.0).frames} == {Plain}


def test_tile_sizes_are_rounded_as_32_bit_floats() -> None:
    assert tile_sizes(Size(17, 301)) == ((17, 301), (8, 141), (4, 70))
    assert tile_sizes(Size(300, 201))[1] == Size(149, 100)


def test_a_tile_is_at_least_one_pixel() -> None:
    assert min(min(tile) for tile in tile_sizes(Size(1080, 4))) >= 1
    assert tile_sizes(Size(1000, 9))[1] == Size(444, 4)


def test_a_side_under_four_pixels_has_no_levels() -> None:
    assert levels(Size(3, 500)) == ()
    assert levels(Size(9, 4)) == ((9, 4),)


@pytest.mark.parametrize("effect", [recursive, cyclic])
def test_an_eased_loop_lingers_on_the_first_and_the_last_picture(effect: Effect) -> None:
    delays = [frame.delay_cs for frame in effect(noise((300, 200)), easing="eased", duration=3.0).frames]
    assert sum(delays) == 300
    assert delays == pytest.approx(delays[::-1], abs=1)
    middle = len(delays) // 2
    assert delays[: middle + 1] == sorted(delays[: middle + 1], reverse=True)
    assert delays[0] > 2 * delays[middle]


@pytest.mark.parametrize("effect", [recursive, cyclic])
def test_an_eased_loop_has_the_pictures_of_one_in_steps(effect: Effect) -> None:
    photo = noise((60, 40))
    steps, eased = (effect(photo, easing=easing, duration=3.0) for easing in ("steps", "eased"))
    assert len(steps.frames) == len(eased.frames)
    for frame in range(len(steps.frames)):
        assert (steps.canvas(frame) == eased.canvas(frame)).all()


def test_a_photo_without_levels_can_be_eased() -> None:
    assert [frame.delay_cs for frame in recursive(noise((3, 50)), easing="eased", duration=3.0).frames] == [
        300
    ]
