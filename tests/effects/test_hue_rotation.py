"""Party: the hue rotates, and the luminance is constant."""

from __future__ import annotations

from colorsys import rgb_to_hsv
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import gifmill
from gifmill.effects.hue_rotation import NODE_LEVELS, _HueRotation, map_colours, party
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.effects.hue_rotation import Floats

CHELSEA = Path(__file__).parents[1] / "sample_photos/chelsea.jpg"
ROCKET = Path(__file__).parents[1] / "sample_photos/rocket.jpg"


def flat(*colour: int) -> Photo:
    return Photo(np.full((4, 4, 3), colour, np.uint8))


def canvases(animation: Animation) -> list[Pixels]:
    return [animation.canvas(number) for number in range(len(animation.frames))]


def luminance(pixels: Pixels | Floats) -> NDArray[np.float64]:
    encoded = pixels / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    seen: NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return seen


def hues(photo: Photo, strength: int = 50) -> list[float]:
    return [
        rgb_to_hsv(*(canvas[0, 0] / 255))[0]
        for canvas in canvases(party(photo, strength=strength, duration=2.0))
    ]


@pytest.mark.parametrize("path", [CHELSEA, ROCKET], ids=["chelsea", "rocket"])
@pytest.mark.parametrize("strength", [1, 50, 100])
def test_the_luminance_of_a_photo_is_constant(path: Path, strength: int) -> None:
    photo = gifmill.open_photo(path, max_side_px=120)
    for canvas in canvases(party(photo, strength=strength, duration=2.0)):
        far = abs(luminance(canvas) - luminance(photo.pixels))
        assert far.mean() < 0.01
        assert np.percentile(far, 99) < 0.05


@pytest.mark.parametrize("colour", [(200, 60, 50), (40, 90, 160), (128, 128, 128)])
def test_the_hue_rotates_once_per_loop(colour: tuple[int, int, int]) -> None:
    found = np.unwrap(np.array(hues(flat(*colour))), period=1)
    steps = np.diff(np.append(found, found[0] + np.sign(found[-1] - found[0])))
    assert abs(steps.sum()) == pytest.approx(1)
    assert (np.sign(steps) == np.sign(steps[0])).all()
    assert abs(steps).max() < 0.2


def test_greys_get_a_colour() -> None:
    for canvas in canvases(party(flat(128, 128, 128), strength=50, duration=2.0)):
        assert np.ptp(canvas[0, 0].astype(int)) > 60


def test_dark_and_bright_greys_get_different_hues() -> None:
    dark, bright = (hues(flat(tone, tone, tone))[0] for tone in (60, 200))
    assert min(abs(dark - bright), 1 - abs(dark - bright)) > 0.1


def test_black_and_white_do_not_change() -> None:
    for tone in (0, 255):
        for canvas in canvases(party(flat(tone, tone, tone), strength=100, duration=2.0)):
            np.testing.assert_allclose(canvas, tone, atol=2)


def test_the_first_frame_keeps_the_hue_of_strong_colours() -> None:
    for colour in ((200, 60, 50), (40, 90, 160)):
        own = rgb_to_hsv(*(np.array(colour) / 255))[0]
        far = abs(hues(flat(*colour))[0] - own)
        assert min(far, 1 - far) < 0.06


def test_more_strength_gives_more_colour() -> None:
    spans = [
        np.mean(
            [
                np.ptp(canvas[0, 0].astype(int))
                for canvas in canvases(party(flat(120, 120, 120), strength=strength, duration=2.0))
            ]
        )
        for strength in (1, 20, 50, 100)
    ]
    assert spans == sorted(spans)
    assert spans[-1] > 4 * spans[0]


def test_colours_change_evenly() -> None:
    shown = [
        canvas.astype(int)
        for canvas in canvases(party(gifmill.open_photo(CHELSEA, max_side_px=120), strength=50, duration=2.0))
    ]
    steps = [abs(after - before).mean() for before, after in pairwise(shown)]
    assert max(steps) < 2.5 * np.median(steps)


def identity() -> Floats:
    axis = np.array(NODE_LEVELS, np.float32) / np.float32(255)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    return np.stack([red, green, blue], axis=-1).reshape(-1, 3)


def test_a_table_of_its_own_levels_changes_no_colour() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)
    pixels[0, :256] = np.arange(256)[:, None]
    assert (map_colours(pixels, identity()) == pixels).all()


def test_a_table_maps_every_colour_within_black_and_white() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)
    assert (map_colours(pixels, 1 - identity()) == 255 - pixels).all()
    assert (map_colours(pixels, np.zeros((17**3, 3), np.float32)) == 0).all()
    assert (map_colours(pixels, np.full((17**3, 3), 2, np.float32)) == 255).all()


@pytest.mark.parametrize("angle", [0.0, 1.0, 2.5, 4.0])
def test_mapped_colours_are_near_the_rotated_ones(angle: float) -> None:
    pixels = gifmill.open_photo(CHELSEA, max_side_px=120).pixels
    exact = _HueRotation(pixels.reshape(-1, 3).astype(np.float32) / np.float32(255), 50).rotated(angle) * 255
    mapped = map_colours(pixels, _HueRotation(identity(), 50).rotated(angle)).reshape(-1, 3)
    assert np.sqrt(np.square(mapped - exact).mean()) < 5


def test_rotated_colours_keep_their_luminance_exactly() -> None:
    srgb = np.random.default_rng(0).random((1000, 3), np.float32)
    before, after = (luminance(found * 255) for found in (srgb, _HueRotation(srgb, 100).rotated(2.0)))
    np.testing.assert_allclose(after, before, atol=2e-5)


@pytest.mark.parametrize(
    ("pixels", "nodes"), [((4, 5, 4), (4913, 3)), ((4, 5, 3), (4913, 4)), ((4, 5, 3), (729, 3))]
)
def test_pixels_and_tables_of_another_shape_are_rejected(
    pixels: tuple[int, ...], nodes: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="pixels of"):
        map_colours(np.zeros(pixels, np.uint8), np.zeros(nodes, np.float32))
